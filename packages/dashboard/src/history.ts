/** What was seen since the page was opened, at most so many points of it: what a chart draws. */

export interface Point {
  readonly atMs: number
  readonly value: number
}

/** At one a second, a quarter of an hour. */
export const POINTS_MAX = 900

/** Adds a point; the oldest go. Time that runs backwards begins anew. */
export function withPoint(points: readonly Point[], point: Point): readonly Point[] {
  const last = points.at(-1)
  if (last !== undefined && point.atMs <= last.atMs) {
    return point.atMs === last.atMs ? points : [point]
  }
  return [...points.slice(Math.max(0, points.length + 1 - POINTS_MAX)), point]
}

/** What a count that only grows did per second, between two looks; a count that fell back began anew. */
export function rateBetween(earlier: Point | undefined, later: Point): number | undefined {
  if (earlier === undefined || later.atMs <= earlier.atMs || later.value < earlier.value) {
    return undefined
  }
  return ((later.value - earlier.value) * 1_000) / (later.atMs - earlier.atMs)
}

/** What a count that only grows did per second, point by point, over the last `windowMs` of each. */
export function ratesOf(points: readonly Point[], windowMs: number): readonly Point[] {
  let from = 0
  return points.flatMap((point, at) => {
    while (from < at - 1 && (points[from]?.atMs ?? 0) < point.atMs - windowMs) {
      from += 1
    }
    const value = rateBetween(points[from], point)
    return value === undefined ? [] : [{ atMs: point.atMs, value }]
  })
}

const KIB = 1_024

/** As `roundUp`, round as people write bytes: 64 MiB, not 67 MB. */
export function roundUpBytes(bytes: number): number {
  const unit = KIB ** Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const inUnits = roundUp(bytes / unit)
  return Math.min(inUnits, KIB) * unit
}

/** A round number at or above: what the top of a chart says. */
export function roundUp(value: number): number {
  if (value <= 0) {
    return 1
  }
  const step = 10 ** Math.floor(Math.log10(value))
  const fitting = [1, 2, 5, 10].find((times) => times * step >= value * (1 - 1e-9)) ?? 10
  return fitting * step
}
