/** What a search found, a message a row. */
import type { Message } from '@sealpost/client'
import { cellCount, cellsOf, joinCells } from '../screen/text-cells.ts'
import { sentences } from '../sentences.ts'
import { timeText } from '../time-text.ts'
import { type ChatState, conversationOf, type Search } from './chat-state.ts'
import { marked, nameOf } from './history-rows.ts'
import { findCells } from './search-text.ts'
import { glyphs, type Span } from './style.ts'

/** Letters that are shown before what was found. */
const BEFORE = 12

/** Newest first, with the selected one among them. */
export function searchRows(
  state: ChatState,
  search: Search,
  columns: number,
  height: number
): readonly (readonly Span[])[] {
  const { hits, selected } = search
  const from = Math.max(0, selected - height + 1)
  return hits
    .slice(from, from + height)
    .map((hit, index) =>
      hitRow(state, search, { hit, columns, isSelected: from + index === selected })
    )
}

function hitRow(
  state: ChatState,
  search: Search,
  { hit, columns, isSelected }: { hit: Message; columns: number; isSelected: boolean }
): readonly Span[] {
  const letters = glyphs(state.terminal)
  const conversation = conversationOf(state, hit.contactId)
  const name = conversation === undefined ? '' : joinCells(cellsOf(nameOf(conversation)))
  const who = hit.kind === 'sent' ? sentences.chat.you : name
  const where = search.isEverywhere && hit.kind === 'sent' ? ` ${letters.prompt} ${name}` : ''
  const head = `${timeText(hit.storedAtMs, state.nowMs)}  ${who}${where}: `
  const room = Math.max(2, columns - cellCount(head))
  const text = excerpt(hit.text, state.lastQuery, room, letters.more)
  return isSelected
    ? [{ text: head + text, style: 'selected' }]
    : [{ text: head, style: 'faint' }, ...marked(text, state.lastQuery)]
}

/** At most `columns` cells, with what was found among them. */
function excerpt(text: string, query: string, columns: number, more: string): string {
  const cells = cellsOf(text)
  const place = findCells(cells, query)
  const skip = place === undefined || place.to <= columns ? 0 : Math.max(0, place.from - BEFORE)
  const kept: string[] = skip > 0 ? [more] : []
  let used = skip > 0 ? cellCount(more) : 0
  for (const { text: letter, width } of cells.slice(skip)) {
    if (used + width > columns) {
      break
    }
    kept.push(letter)
    used += width
  }
  return kept.join('')
}
