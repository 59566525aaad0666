/** Sets of numbers as the runs that they make: `first, behind the last, first, behind the last, …`, ascending. */
export type NumberRuns = readonly number[]

export function countIn(runs: NumberRuns): number {
  let count = 0
  for (let at = 0; at < runs.length; at += 2) {
    count += (runs[at + 1] ?? 0) - (runs[at] ?? 0)
  }
  return count
}

/** Undefined where the number is not in it. */
export function without(runs: NumberRuns, number: number): NumberRuns | undefined {
  for (let at = 0; at < runs.length; at += 2) {
    const [first = 0, end = 0] = [runs[at], runs[at + 1]]
    if (number >= first && number < end) {
      const left = number > first ? [first, number] : []
      const right = number + 1 < end ? [number + 1, end] : []
      return [...runs.slice(0, at), ...left, ...right, ...runs.slice(at + 2)]
    }
  }
  return undefined
}

/** With one run more, which is behind all others; nothing where it is empty. */
export function withRun(runs: NumberRuns, first: number, end: number): NumberRuns {
  if (first >= end) {
    return runs
  }
  return runs.at(-1) === first ? [...runs.slice(0, -1), end] : [...runs, first, end]
}

/** Those from `least` on. */
export function notBelow(runs: NumberRuns, least: number): NumberRuns {
  const kept: number[] = []
  for (let at = 0; at < runs.length; at += 2) {
    const [first = 0, end = 0] = [runs[at], runs[at + 1]]
    if (end > least) {
      kept.push(Math.max(first, least), end)
    }
  }
  return kept
}

/** The greatest `count` of them. */
export function greatest(runs: NumberRuns, count: number): NumberRuns {
  const excess = countIn(runs) - count
  if (excess <= 0) {
    return runs
  }
  let left = excess
  for (let at = 0; at < runs.length; at += 2) {
    const [first = 0, end = 0] = [runs[at], runs[at + 1]]
    if (end - first > left) {
      return [first + left, ...runs.slice(at + 1)]
    }
    left -= end - first
  }
  return []
}
