/**
 * What is usual at this hour of the week: the median of the same hours of earlier weeks, and how far they lie from it. Before there
 * are two weeks, of the same hours of earlier days; before there are two days, nothing.
 */
import { median, medianDeviation } from '../watch/forecast.ts'
import type { SampleHistory } from '../watch/sample-history.ts'
import { SERIES, type SeriesName } from '../watch/series.ts'

const HOUR_MS = 3_600_000
const DAY_HOURS = 24
const WEEK_HOURS = 168
const WEEKS = 6
const DAYS = 7
const VALUES_MIN = 6
/** A median deviation of what is spread normally, times this, is its standard deviation. */
const NORMAL = 1.4826
/** No spread is taken for smaller than this share of the middle. */
const SPREAD_SHARE_MIN = 0.1

/** What does not matter of each unit: no spread is smaller. */
const SPREAD_MIN: Readonly<Record<(typeof SERIES)[SeriesName]['unit'], number>> = {
  'a second': 0.02,
  ms: 3,
  bytes: 1024 * 1024,
  share: 0.01,
  hours: 1,
  days: 1,
  count: 3
}

export interface Expected {
  readonly middle: number
  readonly spread: number
}

export class Baseline {
  readonly #history: SampleHistory
  /** Of the hour that was asked for last. */
  readonly #known = new Map<SeriesName, Expected | undefined>()
  #hour = -1

  constructor(history: SampleHistory) {
    this.#history = history
  }

  /** @returns undefined while it has to be learnt */
  expected(name: SeriesName, atMs: number): Expected | undefined {
    const hour = Math.floor(atMs / HOUR_MS)
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#known.clear()
    }
    if (!this.#known.has(name)) {
      this.#known.set(name, this.#learn(name, hour))
    }
    return this.#known.get(name)
  }

  #learn(name: SeriesName, hour: number): Expected | undefined {
    const ofWeeks = this.#around(name, hour, WEEK_HOURS, WEEKS)
    const values =
      ofWeeks.length >= VALUES_MIN ? ofWeeks : this.#around(name, hour, DAY_HOURS, DAYS)
    if (values.length < VALUES_MIN) {
      return undefined
    }
    const middle = median(values)
    const spread = Math.max(
      NORMAL * medianDeviation(values, middle),
      SPREAD_SHARE_MIN * Math.abs(middle),
      SPREAD_MIN[SERIES[name].unit]
    )
    return { middle, spread }
  }

  #around(name: SeriesName, hour: number, period: number, count: number): readonly number[] {
    const values: number[] = []
    for (let back = 1; back <= count; back++) {
      for (const beside of [-1, 0, 1]) {
        const value = this.#history.at(name, 'hours', (hour - back * period + beside) * HOUR_MS)
        if (value !== undefined) {
          values.push(value)
        }
      }
    }
    return values
  }
}
