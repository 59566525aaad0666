/** The keys of the chat, page by page where they do not fit on the screen. */
import { fitToCells } from '../screen/text-cells.ts'
import { sentences } from '../sentences.ts'
import type { Span } from './style.ts'

type Rows = readonly (readonly Span[])[]

const KEY_COLUMNS = 34

/** A page of at most `height` rows, of which the last says what the next key does. */
export function helpRows(columns: number, height: number, page: number): Rows {
  const body = bodyRows(columns)
  const room = bodyRoom(height)
  const isLast = page + 1 >= helpPageCount(columns, height)
  const { helpMore, helpEnd } = sentences.chat
  const end: readonly Span[] = [{ text: isLast ? helpEnd : helpMore, style: 'faint' }]
  return [...body.slice(page * room, (page + 1) * room), end]
}

export function helpPageCount(columns: number, height: number): number {
  return Math.ceil(bodyRows(columns).length / bodyRoom(height))
}

function bodyRoom(height: number): number {
  return Math.max(1, height - 1)
}

function bodyRows(columns: number): Rows {
  const { helpTitle, help } = sentences.chat
  const isWide = columns >= 2 * KEY_COLUMNS
  const rows = help.flatMap(([keys, what]): Rows =>
    isWide
      ? [[{ text: fitToCells(keys, KEY_COLUMNS, ''), style: 'their' }, { text: what }]]
      : [[{ text: keys, style: 'their' }], [{ text: `  ${what}` }]]
  )
  return [[{ text: helpTitle, style: 'loud' }], ...rows]
}
