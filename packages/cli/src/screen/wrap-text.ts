/** Breaks text into rows of a terminal. */
import { type Cell, cellsOf, joinCells } from './text-cells.ts'

/** Marks that no row begins with: they stay with the letter before them, as printers of every script have it. */
const STAYS_BEHIND = /^[\p{Pe}\p{Pf}\p{Po}\u3005\u30fc]/u

/**
 * The rows of a text, of at most `columns` cells each and at least one. Rows end between words, or between letters of two cells,
 * which stand for words in the scripts that have them; a word that is longer than a row is cut. New lines stay.
 *
 * @param columns At least 2, the widest letter.
 */
export function wrapText(text: string, columns: number): readonly string[] {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split('\n')
    .flatMap((line) => wrapLine(cellsOf(line), columns).map(joinCells))
}

/** The same for one line that was cut into letters. Spaces where a row ends are dropped. */
function wrapLine(cells: readonly Cell[], columns: number): readonly (readonly Cell[])[] {
  const rows: Cell[][] = []
  let row: Cell[] = []
  let used = 0
  const endRow = (): void => {
    rows.push(row)
    row = []
    used = 0
  }
  for (const word of wordsOf(cells)) {
    const width = word.reduce((sum, cell) => sum + cell.width, 0)
    const isSpace = word[0]?.text === ' '
    if (used > 0 && used + width > columns) {
      while (row.at(-1)?.text === ' ') {
        row.pop()
      }
      endRow()
      if (isSpace) {
        continue
      }
    } else if (isSpace && used === 0 && rows.length > 0) {
      continue
    }
    for (const cell of word) {
      if (used + cell.width > columns) {
        endRow()
      }
      row.push(cell)
      used += cell.width
    }
  }
  endRow()
  return rows
}

/** What stays together: runs of spaces, words, and single letters of two cells. */
function wordsOf(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  const words: Cell[][] = []
  let before: 'space' | 'narrow' | 'wide' | undefined
  for (const cell of cells) {
    const kind = cell.text === ' ' ? 'space' : cell.width === 2 ? 'wide' : 'narrow'
    const last = words.at(-1)
    const staysBehind =
      kind !== 'space' && before !== 'space' && before !== undefined && STAYS_BEHIND.test(cell.text)
    if (last !== undefined && (staysBehind || (kind === before && kind !== 'wide'))) {
      last.push(cell)
    } else {
      words.push([cell])
    }
    before = kind
  }
  return words
}
