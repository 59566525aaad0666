/** How a relay is now, against what is usual. */
import { median, type Trend, trendOf } from '../watch/forecast.ts'
import type { SampleHistory } from '../watch/sample-history.ts'
import type { SeriesName } from '../watch/series.ts'
import type { Baseline, Expected } from './baseline.ts'

const HOUR_MS = 3_600_000
const STEP_MS = 300_000
const TREND_MS = 1_800_000
/** Five-minute spans whose median is how it is now: two wild ones are nothing. */
const SPANS = 5
/** Of a rate or a count, what is as good as none. */
const LEAST = 0.02
/** After a restart caches fill. */
const WARMING_HOURS = 5
/** About what a connection takes of the memory. */
const CONNECTION_BYTES = 200_000

/** Trends are of hours, and dear: each is made anew only every half an hour. */
export class Trends {
  readonly #known = new Map<string, { readonly atMs: number; readonly trend: Trend | undefined }>()

  get(name: string, atMs: number, make: () => Trend | undefined): Trend | undefined {
    const known = this.#known.get(name)
    if (known !== undefined && Math.abs(atMs - known.atMs) < TREND_MS) {
      return known.trend
    }
    const trend = make()
    this.#known.set(name, { atMs, trend })
    return trend
  }
}

/** What is remembered, and what was made of it. */
export interface ViewSources {
  readonly history: SampleHistory
  readonly baseline: Baseline
  readonly trends: Trends
}

export class WatchView {
  readonly atMs: number
  readonly #history: SampleHistory
  readonly #baseline: Baseline
  readonly #trends: Trends
  readonly #levels = new Map<SeriesName, number | undefined>()
  /** The span that goes on now. */
  readonly #endMs: number

  constructor({ history, baseline, trends }: ViewSources, atMs: number) {
    this.#history = history
    this.#baseline = baseline
    this.#trends = trends
    this.atMs = atMs
    this.#endMs = Math.floor(atMs / STEP_MS) * STEP_MS
  }

  /** The median of the last 25 minutes. */
  level(name: SeriesName): number | undefined {
    if (!this.#levels.has(name)) {
      const values = this.#recent(name, SPANS)
      this.#levels.set(name, values.length === SPANS ? median(values) : undefined)
    }
    return this.#levels.get(name)
  }

  /** The highest of the last `count` spans of five minutes. */
  highest(name: SeriesName, count: number): number | undefined {
    const values = this.#recent(name, count)
    return values.length === 0 ? undefined : Math.max(...values)
  }

  expected(name: SeriesName): Expected | undefined {
    return this.#baseline.expected(name, this.#endMs - STEP_MS)
  }

  /** How many times the usual; 1 where nothing is known. */
  ratio(name: SeriesName): number {
    const level = this.level(name)
    const expected = this.expected(name)
    return level === undefined || expected === undefined
      ? 1
      : Math.max(level, LEAST) / Math.max(expected.middle, LEAST)
  }

  /** By how many spreads it is above the usual. */
  score(name: SeriesName): number {
    const level = this.level(name)
    const expected = this.expected(name)
    return level === undefined || expected === undefined
      ? 0
      : (level - expected.middle) / expected.spread
  }

  /** Far above the usual, in spreads and in times. */
  isHigh(name: SeriesName, score: number, ratio: number): boolean {
    return this.score(name) >= score && this.ratio(name) >= ratio
  }

  trend(name: SeriesName, hours: number): Trend | undefined {
    return this.#trends.get(`${name} ${String(hours)}`, this.atMs, () =>
      trendOf(this.#points(name, hours))
    )
  }

  /** Where the memory goes that neither connections nor a restart explain. */
  memoryTrend(hours: number): Trend | undefined {
    return this.#trends.get('memory', this.atMs, () => this.#memoryTrend(hours))
  }

  #memoryTrend(hours: number): Trend | undefined {
    const uptimeHours = this.level('uptime-hours') ?? 0
    if (uptimeHours < hours + WARMING_HOURS) {
      return undefined
    }
    const points = this.#points('resident-bytes', hours).map(({ atMs, value }) => {
      const connections = this.#history.at('connections', 'minutes', atMs) ?? 0
      return { atMs, value: value - CONNECTION_BYTES * connections }
    })
    const spanMs = (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0)
    return spanMs < 0.75 * hours * HOUR_MS ? undefined : trendOf(points)
  }

  #points(name: SeriesName, hours: number): ReturnType<SampleHistory['points']> {
    const points = this.#history.points(name, 'minutes', this.#endMs - hours * HOUR_MS)
    return points.filter(({ atMs }) => atMs < this.#endMs)
  }

  #recent(name: SeriesName, count: number): readonly number[] {
    const points = this.#history.points(name, 'minutes', this.#endMs - count * STEP_MS)
    return points.filter(({ atMs }) => atMs < this.#endMs).map(({ value }) => value)
  }
}
