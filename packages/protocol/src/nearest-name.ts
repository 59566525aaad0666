/** Steps that a slip of the finger takes at most: more apart, a name is another name. */
const STEPS_MAX = 3

/** Of `names` the one that someone who wrote `name` most likely meant; undefined where none is near. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined
  let nearestSteps = Math.min(STEPS_MAX, Math.ceil(name.length / 2)) + 1
  for (const candidate of names) {
    const steps = stepsBetween(name, candidate)
    if (steps < nearestSteps) {
      nearest = candidate
      nearestSteps = steps
    }
  }
  return nearest
}

/** What an error says after it named a name that does not exist: a sentence, or nothing. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const nearest = nearestName(name, names)
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`
}

/** Letters to add, drop, change, or swap with their neighbour. */
function stepsBetween(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const changed = (last[j - 1] ?? 0) + (isSame ? 0 : 1)
      const swapped = isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed, swapped))
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
