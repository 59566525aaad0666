/**
 * Text as a terminal's cells: what a person takes for a letter (a grapheme cluster) is never cut, and letters of two cells count
 * two. What would move the cursor, turn the line around or hide in it is replaced here, so that nothing of it is ever drawn.
 *
 * How wide a code point is comes from Node's own Unicode tables, by way of `readline`, which needs it for the same purpose.
 */
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { plainText } from '../plain-text.ts'

/** Code points of one letter; some hostile texts pile up thousands of marks on one. The longest emoji have 11. */
const CODE_POINTS_MAX = 16
/** Letters whose width is remembered. */
const REMEMBERED_MAX = 10_000

/** A letter, and the cells it takes: 1 or 2. */
export interface Cell {
  readonly text: string
  readonly width: number
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const ruler = createInterface({ input: new PassThrough(), terminal: false })
const remembered = new Map<string, number>()

const NOTHING_TO_SEE = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+$/u
const EMOJI = /^\p{RGI_Emoji}$/v
const ONLY_MARKS = /^\p{M}/u
/** Half-wide katakana carry their mark beside them, not above. */
const MARK_BESIDE = /[\uff9e\uff9f]/g

/** The letters of one line. New lines become spaces; what cannot be seen is left out; what is unsafe is shown as U+FFFD. */
export function cellsOf(text: string): readonly Cell[] {
  const cells: Cell[] = []
  for (const { segment } of segmenter.segment(plainText(text, '').replaceAll('\n', ' '))) {
    const width = letterWidth(segment)
    if (width > 0) {
      cells.push({ text: drawable(segment), width })
    }
  }
  return cells
}

/** The cells that a line takes. */
export function cellCount(text: string): number {
  return cellsOf(text).reduce((sum, { width }) => sum + width, 0)
}

/** The beginning of a line in at most `columns` cells; `more` stands at the end where something is missing. */
export function cutToCells(text: string, columns: number, more: string): string {
  const cells = cellsOf(text)
  if (cells.reduce((sum, { width }) => sum + width, 0) <= columns) {
    return joinCells(cells)
  }
  const room = columns - cellCount(more)
  let used = 0
  const kept: Cell[] = []
  for (const cell of cells) {
    if (used + cell.width > room) {
      break
    }
    used += cell.width
    kept.push(cell)
  }
  return room < 0 ? '' : `${joinCells(kept)}${more}`
}

/** A line in exactly `columns` cells: cut, or filled up with spaces. */
export function fitToCells(text: string, columns: number, more: string): string {
  const cut = cutToCells(text, columns, more)
  return cut + ' '.repeat(columns - cellCount(cut))
}

export function joinCells(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join('')
}

/** The cells of one letter; 0 for what cannot be seen. */
function letterWidth(letter: string): number {
  if (/^[ -~]$/.test(letter)) {
    return 1
  }
  const known = remembered.get(letter)
  if (known !== undefined) {
    return known
  }
  const width = measure(letter)
  if (remembered.size >= REMEMBERED_MAX) {
    remembered.clear()
  }
  remembered.set(letter, width)
  return width
}

function measure(letter: string): number {
  if (NOTHING_TO_SEE.test(letter)) {
    return 0
  }
  if (EMOJI.test(letter)) {
    return 2
  }
  if (ONLY_MARKS.test(letter)) {
    return 1
  }
  ruler.setPrompt(String.fromCodePoint(letter.codePointAt(0) ?? 0))
  const { cols } = ruler.getCursorPos()
  const besideCount = letter.slice(1).match(MARK_BESIDE)?.length ?? 0
  return Math.min(2, Math.max(1, cols) + besideCount)
}

/** A letter without the marks that are too many; a mark alone gets something to sit on. */
function drawable(letter: string): string {
  const kept = Array.from(letter).slice(0, CODE_POINTS_MAX).join('')
  return ONLY_MARKS.test(kept) ? `\u25cc${kept}` : kept
}
