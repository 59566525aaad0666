import type { HistogramState } from '../metrics/log-histogram.ts'
import type { RelayRow, RunResult } from '../metrics/run-result.ts'
import type { Seeds } from '../scenario/scenario.ts'

/** What of one run its folder's small files are made of, as plain data: a thread hands it to another. */
export interface SeedDigest {
  /** Which run it is: what `--seeds` names. */
  readonly seed: number
  /** What the parts of it were drawn from. */
  readonly seeds: Seeds
  /** Undefined of a run on the wall clock. */
  readonly traceHash: string | undefined
  readonly eventCount: number
  /** Finite ones. */
  readonly values: ReadonlyMap<string, number>
  readonly histograms: ReadonlyMap<string, HistogramState>
  /** Over all relays, with equal spans in between. */
  readonly stored: readonly StoredPoint[]
  /** In the order of their numbers. */
  readonly relays: readonly RelayLoad[]
}

export interface StoredPoint {
  /** The end of a minute, from the start of the run. */
  readonly minute: number
  readonly bytes: number
}

export interface RelayLoad {
  readonly relay: number
  readonly framesPerSecond: number
  /** In its busiest minute. */
  readonly framesPerSecondMax: number
  readonly bytesPerSecond: number
  readonly storedBytesMax: number
}

/** So many are as many as a plot has room for. */
const POINTS_MAX = 288

export function digestOf(seed: number, result: RunResult): SeedDigest {
  const { seeds, traceHash, eventCount, relayRows } = result
  return {
    seed,
    seeds,
    traceHash,
    eventCount,
    values: new Map([...result.values].filter(([, value]) => Number.isFinite(value))),
    histograms: new Map(
      [...result.histograms].map(([name, histogram]) => [name, histogram.toState()])
    ),
    stored: storedOver(relayRows),
    relays: loadsOf(relayRows)
  }
}

function storedOver(rows: readonly RelayRow[]): readonly StoredPoint[] {
  const byMinute = new Map<number, number>()
  for (const { minute, storedBytes } of rows) {
    byMinute.set(minute + 1, (byMinute.get(minute + 1) ?? 0) + storedBytes)
  }
  const step = Math.ceil(byMinute.size / POINTS_MAX)
  return [...byMinute]
    .map(([minute, bytes]) => ({ minute, bytes }))
    .sort((a, b) => a.minute - b.minute)
    .filter((_, at) => (at + 1) % step === 0)
}

function loadsOf(rows: readonly RelayRow[]): readonly RelayLoad[] {
  const byRelay = new Map<number, RelayRow[]>()
  for (const row of rows) {
    const own = byRelay.get(row.relay)
    if (own === undefined) {
      byRelay.set(row.relay, [row])
    } else {
      own.push(row)
    }
  }
  return [...byRelay]
    .sort(([a], [b]) => a - b)
    .map(([relay, own]) => {
      const frames = own.map(({ framesIn, framesOut }) => framesIn + framesOut)
      const bytes = own.map(({ bytesIn, bytesOut }) => bytesIn + bytesOut)
      const seconds = 60 * own.length
      return {
        relay,
        framesPerSecond: sumOf(frames) / seconds,
        framesPerSecondMax: maxOf(frames) / 60,
        bytesPerSecond: sumOf(bytes) / seconds,
        storedBytesMax: maxOf(own.map(({ storedBytes }) => storedBytes))
      }
    })
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function maxOf(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), 0)
}
