/** Where a series goes, by the median of the slopes between its points (Theil and Sen): a few wild points change nothing. */
import type { Point } from './sample-history.ts'

const HOUR_MS = 3_600_000
/** Points that are compared with each other: more are thinned, since their pairs are what costs. */
const POINTS_MAX = 36
/** Fewer say nothing. */
const POINTS_MIN = 12

export interface Trend {
  /** Units an hour. */
  readonly perHour: number
  /** Of the pairs of points, the share that goes this way, from 0.5 (none does) to 1 (all do). */
  readonly steadiness: number
  /** Units at the end, by the line. */
  readonly last: number
}

/** @returns undefined where there are too few points. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const thinned = thin(points)
  if (thinned.length < POINTS_MIN) {
    return undefined
  }
  const slopes: number[] = []
  let upCount = 0
  for (const [at, from] of thinned.entries()) {
    for (const to of thinned.slice(at + 1)) {
      const slope = ((to.value - from.value) * HOUR_MS) / (to.atMs - from.atMs)
      slopes.push(slope)
      upCount += slope > 0 ? 1 : slope === 0 ? 0.5 : 0
    }
  }
  const perHour = median(slopes)
  const share = upCount / slopes.length
  const endMs = thinned.at(-1)?.atMs ?? 0
  const last = median(
    thinned.map(({ atMs, value }) => value + (perHour * (endMs - atMs)) / HOUR_MS)
  )
  return { perHour, steadiness: Math.max(share, 1 - share), last }
}

/** In how many hours the series is at zero, if it goes on like this; undefined where it does not go there. */
export function hoursUntilZero(trend: Trend | undefined): number | undefined {
  if (trend === undefined || trend.perHour >= 0 || trend.steadiness < 0.7) {
    return undefined
  }
  return Math.max(0, trend.last) / -trend.perHour
}

/** The middle one; of an even count the mean of two. 0 for none. */
export function median(values: readonly number[]): number {
  // Sorts numbers as numbers, and far faster than an array does.
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >>> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** The median distance from the middle: a spread that a few wild values do not widen. */
export function medianDeviation(values: readonly number[], middle: number): number {
  return median(values.map((value) => Math.abs(value - middle)))
}

function thin(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / POINTS_MAX)
  return step <= 1 ? points : points.filter((_, at) => (points.length - 1 - at) % step === 0)
}
