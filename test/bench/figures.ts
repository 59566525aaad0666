/** Figures: what a scenario measured, beside what is asked of it. */

/** One row of the report. */
export interface Figure {
  readonly scenario: string
  readonly name: string
  readonly unit: string
  readonly median: number
  readonly min: number
  readonly max: number
  /** One a round, in the order measured. */
  readonly rounds: readonly number[]
  /** The most it may be; undefined for a figure that only explains others. */
  readonly goalMax: number | undefined
  readonly verdict: 'met' | 'missed' | undefined
  /** Of a missed goal: how many times as much it is. */
  readonly timesGoal: number | undefined
  /** Of a missed goal: what limits it. */
  readonly limit: string | undefined
  /** Other figures of the same rounds, each the median. */
  readonly details: Readonly<Record<string, number>>
}

export interface FigureInit {
  readonly scenario: string
  readonly name: string
  readonly unit: string
  readonly rounds: readonly number[]
  readonly goalMax?: number | undefined
  /** Told where the goal is missed. */
  readonly limit?: string | undefined
  readonly details?: Readonly<Record<string, readonly number[]>>
}

/** Makes a row, and judges it by its median. */
export function figure(init: FigureInit): Figure {
  const middle = median(init.rounds)
  const { goalMax } = init
  const isMissed = goalMax !== undefined && middle > goalMax
  return {
    scenario: init.scenario,
    name: init.name,
    unit: init.unit,
    median: middle,
    min: Math.min(...init.rounds),
    max: Math.max(...init.rounds),
    rounds: init.rounds,
    goalMax,
    verdict: goalMax === undefined ? undefined : isMissed ? 'missed' : 'met',
    timesGoal: isMissed ? middle / goalMax : undefined,
    limit: isMissed ? init.limit : undefined,
    details: Object.fromEntries(
      Object.entries(init.details ?? {}).map(([name, values]) => [name, median(values)])
    )
  }
}

/** The middle one; of an even number the mean of the two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2
}

/** The value that a share of all are at most; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN
}

/** A number with as many digits as it deserves: `1,234`, `56.7`, `1.23`, `0.0042`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 100) {
    return Math.round(value).toLocaleString('en')
  }
  return size >= 10 ? value.toFixed(1) : size >= 0.1 ? value.toFixed(2) : value.toPrecision(2)
}
