/** The full-screen chat as a frame: its state in, rows out. */
import { cellCount, cellsOf, cutToCells, fitToCells, joinCells } from '../screen/text-cells.ts'
import { sentences } from '../sentences.ts'
import { secondsText } from '../time-text.ts'
import { type Layout, layoutOf, sentenceRows } from './chat-layout.ts'
import { type ChatState, type Conversation, openConversation, type Search } from './chat-state.ts'
import { contactListRows } from './contact-list.ts'
import type { Frame, FrameRow, Piece } from './frame.ts'
import { helpRows } from './help-rows.ts'
import { nameOf } from './history-rows.ts'
import { historyView } from './history-view.ts'
import { searchRows } from './search-rows.ts'
import { glyphs, type Span } from './style.ts'

/** One row for each row of the terminal, none wider than it. */
export function chatFrame(state: ChatState): Frame {
  const layout = layoutOf(state)
  const { columns, rows } = state.terminal
  if (layout.isTooSmall) {
    const text = cutToCells(sentences.chat.tooSmall, columns, '')
    return Array.from({ length: rows }, (_, row) =>
      row === 0 ? [{ column: 0, spans: [{ text }] }] : []
    )
  }
  const right: readonly FrameRow[] = [
    ...historyPart(state, layout),
    ...(layout.hasBars ? [rule(state, layout)] : []),
    ...editorPart(state, layout)
  ]
  const left = listPart(state, layout, right.length)
  const middle = right.map((row, index) => [...(left[index] ?? []), ...row])
  return layout.hasBars ? [header(state, layout), ...middle, status(state)] : middle
}

function at(column: number, ...spans: readonly Span[]): Piece {
  return { column, spans }
}

function listPart(state: ChatState, layout: Layout, height: number): readonly FrameRow[] {
  if (layout.listColumns === 0) {
    return []
  }
  const { wall } = glyphs(state.terminal)
  const rows = contactListRows(state, layout.listColumns, height)
  return Array.from({ length: height }, (_, index) => [
    ...(rows[index] === undefined ? [] : [at(0, ...rows[index])]),
    at(layout.listColumns, { text: wall, style: 'faint' })
  ])
}

function header(state: ChatState, { listColumns, columns }: Layout): FrameRow {
  const { more } = glyphs(state.terminal)
  const conversation = openConversation(state)
  const unreadElsewhere = state.conversations
    .filter(({ contact }) => contact.contactId !== state.openId)
    .reduce((sum, { unreadCount }) => sum + unreadCount, 0)
  // Without a list, the header says that there is something in another conversation.
  const elsewhere = listColumns === 0 && unreadElsewhere > 0 ? `  (+${unreadElsewhere})` : ''
  const title = conversation === undefined ? '' : nameOf(conversation)
  const remark = conversation === undefined ? '' : remarkOn(conversation)
  const words = ` ${title}${remark === '' ? '' : `  ${remark}`}${elsewhere}`
  const own = listColumns === 0 ? '' : fitToCells(` ${state.ownName}`, listColumns + 1, more)
  const rest = fitToCells(words, listColumns === 0 ? columns : columns + 1, more)
  return [at(0, { text: own + rest, style: 'bar' })]
}

/** What somebody should know of a contact before they write. */
function remarkOn({ contact }: Conversation): string {
  const { standing, missingCount, timerSeconds } = contact
  const remarks = [
    standing === 'failed' ? sentences.chat.failed : sentences.contacts.standings[standing],
    missingCount > 0 ? sentences.chat.missing(missingCount) : '',
    timerSeconds > 0 ? sentences.chat.timer(secondsText(timerSeconds)) : ''
  ]
  return remarks.filter((remark) => remark !== '').join(', ')
}

/** The history, or what lies over it: help, or what a search found. At the bottom, as everything begins there. */
function historyPart(state: ChatState, layout: Layout): readonly FrameRow[] {
  const { column, columns, historyRows: height } = layout
  const rows = historySpans(state, layout)
  const blank = Array.from({ length: Math.max(0, height - rows.length) }, (): FrameRow => [])
  const shown = rows.slice(0, height).map((spans) => [at(column, ...clipped(spans, columns))])
  const isFromTop = state.isHelpShown || state.search !== undefined
  return isFromTop ? [...shown, ...blank] : [...blank, ...shown]
}

function historySpans(state: ChatState, layout: Layout): readonly (readonly Span[])[] {
  const { columns, historyRows: height } = layout
  if (state.isHelpShown) {
    return helpRows(columns, height, state.helpPage)
  }
  if (state.search !== undefined) {
    return searchRows(state, state.search, columns, height)
  }
  const conversation = openConversation(state)
  if (conversation === undefined) {
    return sentenceRows(sentences.chat.nobody, columns).map((text) => [{ text }])
  }
  if (conversation.isLoaded && conversation.messages.length === 0) {
    return sentenceRows(sentences.chat.nothingSaid, columns).map((text) => [
      { text, style: 'faint' }
    ])
  }
  return historyView(state, conversation).rows.map(({ spans }) => spans)
}

/** Between what was said and what is being written: who types, and whether there is more below. */
function rule(state: ChatState, { column, columns }: Layout): FrameRow {
  const letters = glyphs(state.terminal)
  const words = cutToCells(ruleWords(state), columns - 4, letters.more)
  const label = words === '' ? '' : ` ${words} `
  const filling = letters.rule.repeat(Math.max(0, columns - cellCount(label) - 2))
  return [
    at(
      column,
      { text: letters.rule.repeat(2), style: 'faint' },
      { text: label, style: 'unread' },
      { text: filling, style: 'faint' }
    )
  ]
}

function ruleWords(state: ChatState): string {
  const { search } = state
  if (search !== undefined) {
    return search.isDone
      ? search.editor.text.trim() === ''
        ? ''
        : sentences.chat.foundCount(search.hits.length)
      : sentences.chat.searching
  }
  const conversation = openConversation(state)
  if (conversation === undefined) {
    return ''
  }
  const { down } = glyphs(state.terminal)
  const { anchor, unreadCount, typingUntilMs } = conversation
  const below = unreadCount > 0 ? sentences.chat.fresh(unreadCount) : sentences.chat.below
  return [
    typingUntilMs === undefined ? '' : sentences.chat.typing(nameOf(conversation)),
    anchor === undefined ? '' : `${down} ${below}`
  ]
    .filter((words) => words !== '')
    .join('  ')
}

function editorPart(state: ChatState, layout: Layout): readonly FrameRow[] {
  const { column, columns, editor } = layout
  if (state.search !== undefined) {
    return [searchLine(state.search, column, columns)]
  }
  const { prompt } = glyphs(state.terminal)
  return editor.rows.map((text, index): FrameRow => {
    const head: Span = { text: index === 0 ? `${prompt} ` : '  ', style: 'own' }
    if (index !== editor.cursorRow) {
      return [at(column, head, { text })]
    }
    const { beforeCursor } = editor
    const behind = text.slice(beforeCursor.length)
    return [
      at(column, head, { text: beforeCursor }),
      { spans: [{ text: behind }], isAtCursor: true }
    ]
  })
}

/** One row, moved so that the cursor is in it. */
function searchLine({ editor, isEverywhere }: Search, column: number, columns: number): FrameRow {
  const wanted = isEverywhere ? sentences.chat.searchEverywhere : sentences.chat.searchHere
  const prompt = cutToCells(wanted, Math.floor(columns / 2), '')
  const room = columns - cellCount(prompt) - 1
  const cells = [...cellsOf(editor.text.slice(0, editor.cursor))]
  let used = cells.reduce((sum, { width }) => sum + width, 0)
  while (used > room) {
    used -= cells.shift()?.width ?? used
  }
  const behind = cutToCells(editor.text.slice(editor.cursor), room - used, '')
  return [
    at(column, { text: prompt, style: 'own' }, { text: joinCells(cells) }),
    { spans: [{ text: behind }], isAtCursor: true }
  ]
}

function status(state: ChatState): FrameRow {
  const { columns } = state.terminal
  const { dot, more } = glyphs(state.terminal)
  const { readyCount, count } = state.relays
  const isOffline = readyCount === 0
  const online = ` ${dot} ${sentences.chat.relayCounts(readyCount, count)}`
  const { words, style } = statusWords(state)
  const left = cutToCells(online, columns, more)
  const right = cutToCells(`  ${words}`, columns - cellCount(left), more)
  return [at(0, { text: left, style: isOffline ? 'loud' : 'faint' }, { text: right, style })]
}

function statusWords(state: ChatState): {
  readonly words: string
  readonly style: Span['style'] & {}
} {
  if (state.notice !== undefined) {
    return { words: state.notice.sentence, style: 'loud' }
  }
  if (state.search !== undefined) {
    return { words: sentences.chat.searchHint, style: 'faint' }
  }
  const { readyCount, count } = state.relays
  return readyCount === 0 && count > 0
    ? { words: sentences.chat.offline, style: 'faint' }
    : { words: sentences.chat.hint, style: 'faint' }
}

/** Cuts what is wider than its place, which only a terminal that is hardly one brings about. */
function clipped(spans: readonly Span[], columns: number): readonly Span[] {
  let room = columns
  return spans.map((span) => {
    const text = cutToCells(span.text, room, '')
    room -= cellCount(text)
    return { ...span, text }
  })
}
