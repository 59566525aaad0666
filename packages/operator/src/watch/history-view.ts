/** What was measured over a while, as a chart shows it: at most some three hundred points of each series. */
import { hoursUntilZero, trendOf } from './forecast.ts'
import type { Point, SampleHistory } from './sample-history.ts'
import { SERIES, SERIES_NAMES, type SeriesName } from './series.ts'

const HOUR_MS = 3_600_000
const DIGITS = 5

export const HISTORY_SPANS = ['hour', 'day', 'weeks'] as const
export type HistorySpan = (typeof HISTORY_SPANS)[number]

interface View {
  readonly spanMs: number
  /** Between two points. */
  readonly stepMs: number
  readonly resolution: 'fine' | 'minutes' | 'hours'
}

const VIEWS: Readonly<Record<HistorySpan, View>> = {
  hour: { spanMs: HOUR_MS, stepMs: 30_000, resolution: 'fine' },
  day: { spanMs: 24 * HOUR_MS, stepMs: 300_000, resolution: 'minutes' },
  weeks: { spanMs: 42 * 24 * HOUR_MS, stepMs: 4 * HOUR_MS, resolution: 'hours' }
}

/** One series over a while: what was not measured is left out. */
export interface SeriesHistory {
  readonly name: SeriesName
  readonly points: readonly Point[]
}

export interface HistoryAnswer {
  readonly span: HistorySpan
  /** Milliseconds since 1970: the end, and where the span began. */
  readonly fromMs: number
  readonly toMs: number
  /** Those that have a point, in the order in which they are defined. */
  readonly series: readonly SeriesHistory[]
  /** Where the free room of the disk goes; undefined where too little is known yet. */
  readonly disk: DiskForecast | undefined
}

export interface DiskForecast {
  /** Bytes an hour, less than 0 where it fills. */
  readonly freePerHour: number
  /** Hours until nothing is free, if it goes on so; undefined where it does not go there. */
  readonly hoursUntilFull: number | undefined
}

/** The last hour, day, or weeks until `nowMs`. */
export function historyView(
  history: SampleHistory,
  span: HistorySpan,
  nowMs: number
): HistoryAnswer {
  const { spanMs } = VIEWS[span]
  const fromMs = nowMs - spanMs
  const all = SERIES_NAMES.map((name) => ({ name, points: viewOf(history, name, span, fromMs) }))
  return {
    span,
    fromMs,
    toMs: nowMs,
    series: all.filter(({ points }) => points.length > 0),
    disk: diskForecast(history, nowMs)
  }
}

function viewOf(
  history: SampleHistory,
  name: SeriesName,
  span: HistorySpan,
  fromMs: number
): readonly Point[] {
  const { resolution, stepMs } = VIEWS[span]
  const points = history.points(name, resolution, fromMs)
  // What is fine is not kept over a restart; what is coarse is.
  const firstMs = points[0]?.atMs ?? Number.MAX_SAFE_INTEGER
  const before =
    resolution === 'fine'
      ? history.points(name, 'minutes', fromMs).filter(({ atMs }) => atMs < firstMs - stepMs)
      : []
  return thinned(name, [...before, ...points], stepMs)
    .filter(({ atMs }) => atMs >= fromMs)
    .map(({ atMs, value }) => ({ atMs, value: Number(value.toPrecision(DIGITS)) }))
}

/** One point for each step, folded as the series is. */
function thinned(name: SeriesName, points: readonly Point[], stepMs: number): readonly Point[] {
  const steps = new Map<number, number[]>()
  for (const { atMs, value } of points) {
    const step = Math.floor(atMs / stepMs)
    const values = steps.get(step)
    if (values === undefined) {
      steps.set(step, [value])
    } else {
      values.push(value)
    }
  }
  return [...steps].map(([step, values]) => ({ atMs: step * stepMs, value: folded(name, values) }))
}

function folded(name: SeriesName, values: readonly number[]): number {
  switch (SERIES[name].fold) {
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length
    case 'max':
      return Math.max(...values)
    case 'last':
      return values.at(-1) ?? 0
  }
}

function diskForecast(history: SampleHistory, nowMs: number): DiskForecast | undefined {
  const trend = trendOf(history.points('disk-free-bytes', 'minutes', nowMs - 6 * HOUR_MS))
  return trend && { freePerHour: trend.perHour, hoursUntilFull: hoursUntilZero(trend) }
}
