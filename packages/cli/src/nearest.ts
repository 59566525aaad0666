/** The name that somebody probably meant. */

/** Letters that may differ before two names have nothing to do with each other. */
const DISTANCE_MAX = 3

/** The nearest of `names`, or undefined where none is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of names) {
    // A name that was cut short is nearer than any with another letter.
    const isCut = word.length > 1 && name.startsWith(word)
    const distance = isCut ? 0.5 : editDistance(word, name)
    if (distance <= Math.min(DISTANCE_MAX, name.length / 2) && distance < (best?.distance ?? 99)) {
      best = { name, distance }
    }
  }
  return best?.name
}

/** Letters to insert, delete, replace, or swap with their neighbour, to make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY
        )
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
