/** Finds words in what was said, whatever their case and however their letters are encoded. */
import type { Cell } from '../screen/text-cells.ts'

/** A text as it is compared: `Ｇｒüße` and `grüße` are the same. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC')
}

/** @param query Folded, and not empty. */
export function contains(text: string, query: string): boolean {
  return folded(text).includes(query)
}

/** The first letters, counted from 0, that are the query; undefined where they are not there whole. */
export function findCells(
  cells: readonly Cell[],
  query: string
): { readonly from: number; readonly to: number } | undefined {
  const wanted = folded(query)
  const letters = cells.map(({ text }) => folded(text))
  const at = wanted === '' ? -1 : letters.join('').indexOf(wanted)
  if (at < 0) {
    return undefined
  }
  let place = 0
  let from = -1
  for (const [index, letter] of letters.entries()) {
    place += letter.length
    if (from < 0 && place > at) {
      from = index
    }
    if (place >= at + wanted.length) {
      return { from, to: index + 1 }
    }
  }
  return undefined
}
