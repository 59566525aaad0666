import { cellsOf } from '../../src/screen/text-cells.ts'

const ESCAPE = '\u001b'
/** A sequence with its parameters and its end, a short sequence, or words. */
const PARTS = new RegExp(`${ESCAPE}\\[([?\\d;]*)([A-Za-z])|${ESCAPE}([78])|([^${ESCAPE}]+)`, 'g')

/** As much of a terminal as the chat draws on: it shows rows as a person would see them, without styles. */
export class DrawnScreen {
  readonly #columns: number
  #cells: string[][]
  #saved = { row: 0, column: 0 }
  cursor = { row: 0, column: 0 }
  /** Whether the alternate screen is there. */
  isAlternate = false

  constructor(columns: number, rows: number) {
    this.#columns = columns
    this.#cells = Array.from({ length: rows }, () => [])
  }

  get rows(): readonly string[] {
    return this.#cells.map((cells) =>
      Array.from(cells, (cell: string | undefined) => cell ?? ' ')
        .join('')
        .trimEnd()
    )
  }

  /** Takes what was written; a sequence must not be cut. */
  draw(text: string): void {
    const parts = text.matchAll(PARTS)
    for (const [, parameters = '', final, letter, words] of parts) {
      if (words !== undefined) {
        this.#write(words)
      } else if (letter === '7') {
        this.#saved = { ...this.cursor }
      } else if (letter === '8') {
        this.cursor = { ...this.#saved }
      } else {
        this.#sequence(parameters, final ?? '')
      }
    }
  }

  #sequence(parameters: string, final: string): void {
    if (final === 'H') {
      const [row = 1, column = 1] = parameters.split(';').map(Number)
      this.cursor = { row: row - 1, column: column - 1 }
    } else if (final === 'J') {
      this.#cells = this.#cells.map(() => [])
    } else if (final === 'K') {
      this.#cells[this.cursor.row] = []
    } else if (parameters === '?1049') {
      this.isAlternate = final === 'h'
    }
  }

  #write(words: string): void {
    const row = this.#cells[this.cursor.row]
    for (const { text, width } of cellsOf(words)) {
      if (row !== undefined && this.cursor.column + width <= this.#columns) {
        row[this.cursor.column] = text
        if (width === 2) {
          row[this.cursor.column + 1] = ''
        }
        this.cursor.column += width
      }
    }
  }
}
