/** Sets of numbers as ranges: ascending, each with a gap before it. */
import type { NumberRange } from '@sealpost/protocol'

/** What is in either. */
export function joinRanges(
  one: readonly NumberRange[],
  other: readonly NumberRange[]
): readonly NumberRange[] {
  const joined: NumberRange[] = []
  for (const range of [...one, ...other].sort((a, b) => a.first - b.first)) {
    const before = joined.at(-1)
    if (range.first > range.last) {
      continue
    }
    if (before !== undefined && range.first <= before.last + 1) {
      joined[joined.length - 1] = { ...before, last: Math.max(before.last, range.last) }
    } else {
      joined.push({ first: range.first, last: range.last })
    }
  }
  return joined
}

/** What is in `ranges` and not in `others`. */
export function withoutRanges(
  ranges: readonly NumberRange[],
  others: readonly NumberRange[]
): readonly NumberRange[] {
  let left = joinRanges(ranges, [])
  for (const { first, last } of others) {
    left = left.flatMap((range) =>
      joinRanges(
        [{ first: range.first, last: Math.min(range.last, first - 1) }],
        [{ first: Math.max(range.first, last + 1), last: range.last }]
      )
    )
  }
  return left
}

export function hasNumber(ranges: readonly NumberRange[], number: number): boolean {
  return ranges.some(({ first, last }) => first <= number && number <= last)
}

/** The lowest numbers of `ranges`, at most `count` of them. */
export function firstNumbers(ranges: readonly NumberRange[], count: number): readonly number[] {
  const numbers: number[] = []
  for (const { first, last } of ranges) {
    for (let number = first; number <= last && numbers.length < count; number++) {
      numbers.push(number)
    }
  }
  return numbers
}

/** Ranges of these numbers, each of which is one of a set. */
export function rangesOf(numbers: readonly number[]): readonly NumberRange[] {
  return joinRanges(
    numbers.map((number) => ({ first: number, last: number })),
    []
  )
}

/** How many numbers that is. */
export function countNumbers(ranges: readonly NumberRange[]): number {
  return ranges.reduce((count, { first, last }) => count + last - first + 1, 0)
}
