/** What a screen shows, row by row, and how a terminal gets from one frame to the next. */
import { drawn, type Span } from './style.ts'

/** A part of a row. */
export interface Piece {
  /** Its first cell; undefined for right behind the piece before it. */
  readonly column?: number
  readonly spans: readonly Span[]
  /** Whether the cursor stands before it. */
  readonly isAtCursor?: true
}

export type FrameRow = readonly Piece[]
/** Every row of the screen, from the top. */
export type Frame = readonly FrameRow[]

/** What is written is shown all at once, by terminals that can. */
const BEGIN = '\u001b[?2026h\u001b[?25l'
const END = '\u001b[?2026l'
const CLEAR = '\u001b[2J'
const CLEAR_ROW = '\u001b[2K'
const SAVE_CURSOR = '\u001b7'
const TO_SAVED_CURSOR = '\u001b8\u001b[?25h'

/** Remembers what is on the screen, and writes only what changes. */
export class FrameWriter {
  readonly #hasColor: boolean
  #shown: readonly string[] = []

  constructor({ hasColor }: { readonly hasColor: boolean }) {
    this.#hasColor = hasColor
  }

  /** Whatever is on the screen, the next frame is drawn whole. */
  forget(): void {
    this.#shown = []
  }

  /** What to write so that `frame` is seen; empty where it is. */
  next(frame: Frame): string {
    const rows = frame.map((row, index) => this.#row(row, index))
    const isWhole = this.#shown.length !== rows.length
    const changed = rows.flatMap((text, index) =>
      isWhole || text !== this.#shown[index] ? [`${at(index, 0)}${CLEAR_ROW}${text}`] : []
    )
    this.#shown = rows
    if (changed.length === 0) {
      return ''
    }
    // The terminal itself remembers where the cursor is: it may take a letter for wider than we do.
    const hasCursor = frame.some((row) => row.some(({ isAtCursor }) => isAtCursor === true))
    const cursor = hasCursor ? TO_SAVED_CURSOR : ''
    return [BEGIN, isWhole ? CLEAR : '', ...changed, cursor, END].join('')
  }

  #row(row: FrameRow, index: number): string {
    return row
      .map(({ column, spans, isAtCursor }) => {
        const place = column === undefined ? '' : at(index, column)
        const mark = isAtCursor === true ? SAVE_CURSOR : ''
        const text = spans.map((span) => drawn(span, { hasColor: this.#hasColor })).join('')
        return `${place}${mark}${text}`
      })
      .join('')
  }
}

function at(row: number, column: number): string {
  return `\u001b[${row + 1};${column + 1}H`
}
