/** Where things stand on the screen. */
import { cellsOf } from '../screen/text-cells.ts'
import { wrapText } from '../screen/wrap-text.ts'
import { type ChatState, openConversation } from './chat-state.ts'

/** From here on the conversations stand beside the one that is open. */
const COLUMNS_WITH_LIST = 80
const LIST_COLUMNS_MIN = 22
const LIST_COLUMNS_MAX = 32
/** Below this there is no room for anything but the history and the line that is written. */
const ROWS_WITH_BARS = 7
/** The prompt and its space. */
const PROMPT_COLUMNS = 2
const EDITOR_ROWS_MAX = 6
/** Smaller than this nothing sensible can be shown. */
const COLUMNS_MIN = 12
const ROWS_MIN = 3

export interface Layout {
  readonly isTooSmall: boolean
  /** Cells of the list; 0 where there is none. */
  readonly listColumns: number
  /** The first cell of the conversation. */
  readonly column: number
  /** Cells of the conversation. */
  readonly columns: number
  readonly historyRows: number
  readonly hasBars: boolean
  readonly editor: EditorLayout
}

/** The rows of what is written, and where the cursor is in them. */
export interface EditorLayout {
  readonly rows: readonly string[]
  /** Of `rows`, the one with the cursor. */
  readonly cursorRow: number
  /** What stands before the cursor in its row. */
  readonly beforeCursor: string
}

export function layoutOf(state: ChatState): Layout {
  const { columns: all, rows } = state.terminal
  const hasList = all >= COLUMNS_WITH_LIST
  const wanted = Math.min(LIST_COLUMNS_MAX, Math.max(LIST_COLUMNS_MIN, Math.floor(all * 0.28)))
  const listColumns = hasList ? wanted : 0
  const column = hasList ? listColumns + 2 : 0
  const columns = all - column
  const hasBars = rows >= ROWS_WITH_BARS
  const editorRowsMax = Math.max(1, Math.min(EDITOR_ROWS_MAX, Math.floor(rows / 3)))
  const isTooSmall = all < COLUMNS_MIN || rows < ROWS_MIN
  const editor = isTooSmall
    ? { rows: [''], cursorRow: 0, beforeCursor: '' }
    : editorLayout(state, columns, editorRowsMax)
  const historyRows = Math.max(0, rows - editor.rows.length - (hasBars ? 3 : 0))
  return { isTooSmall, listColumns, column, columns, historyRows, hasBars, editor }
}

/** Scrolls so that the cursor is seen. */
function editorLayout(state: ChatState, columns: number, rowsMax: number): EditorLayout {
  if (state.search !== undefined) {
    return { rows: [''], cursorRow: 0, beforeCursor: '' }
  }
  const { text, cursor } = openConversation(state)?.draft ?? { text: '', cursor: 0 }
  // One cell stays free for a cursor behind the last letter.
  const width = columns - PROMPT_COLUMNS - 1
  const before = breakRows(text.slice(0, cursor), width)
  const all = breakRows(text, width)
  const cursorRow = before.length - 1
  const from = Math.max(0, Math.min(cursorRow - rowsMax + 1, all.length - rowsMax))
  return {
    rows: all.slice(from, from + rowsMax),
    cursorRow: cursorRow - from,
    beforeCursor: before.at(-1) ?? ''
  }
}

/** Cuts at the last cell, whatever stands there: so what is before the cursor breaks as the whole does. */
function breakRows(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const rows: string[] = []
    let row = ''
    let used = 0
    for (const { text: letter, width: cells } of cellsOf(line)) {
      if (used + cells > width) {
        rows.push(row)
        row = ''
        used = 0
      }
      row += letter
      used += cells
    }
    return [...rows, row]
  })
}

/** A sentence in rows that fit. */
export function sentenceRows(sentence: string, columns: number): readonly string[] {
  return wrapText(sentence, Math.max(2, columns))
}
