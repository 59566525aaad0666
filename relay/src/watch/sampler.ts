/** Measures a relay and its process: one sample at a time. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from '@sealpost/host'
import type { Sample, SeriesName, SeriesValues } from '@sealpost/operator'
import type { RelayOverview } from '../compose.ts'
import { diskStep, overloadStep } from '../metrics/overload-step.ts'

const LOOP_RESOLUTION_MS = 20

/** What was counted since the start, and the waits since it was last asked for. */
export interface Counted {
  /** By the series whose rate follows from it. */
  readonly totals: Readonly<Partial<Record<SeriesName, number>>>
  /** As they are now: waits, and what others measure. */
  readonly values: SeriesValues
}

export interface SamplerOptions {
  readonly clock: Clock
  readonly overview: () => RelayOverview
  /** Empties what it gathered of waits. */
  readonly counted: () => Counted
}

/** To be closed: it watches the process. */
export class Sampler {
  readonly #options: SamplerOptions
  readonly #loop: ReturnType<typeof monitorEventLoopDelay>
  readonly #startWallMs: number
  readonly #startMs: number
  #lastMs: number
  #lastWallMs: number
  #lastTotals: Counted['totals'] = {}
  #lastCrashCount = 0

  constructor(options: SamplerOptions) {
    this.#options = options
    const { clock } = options
    this.#startWallMs = clock.wallMs()
    this.#startMs = clock.monotonicMs()
    this.#lastMs = this.#startMs
    this.#lastWallMs = this.#startWallMs
    this.#loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
    this.#loop.enable()
  }

  /** Milliseconds since 1970, going on evenly however the clock is set. */
  nowMs(): number {
    return Math.floor(this.#startWallMs + this.#options.clock.monotonicMs() - this.#startMs)
  }

  sample(): Sample {
    const { clock } = this.#options
    const tookMs = Math.max(1, clock.monotonicMs() - this.#lastMs)
    const { totals, values } = this.#options.counted()
    const sample = {
      atMs: this.nowMs(),
      values: {
        ...this.#ofRelay(),
        ...this.#ofProcess(),
        ...rates(totals, this.#lastTotals, tookMs),
        ...values,
        'clock-skew-ms': Math.max(this.#skewMs(tookMs), values['clock-skew-ms'] ?? 0)
      }
    }
    this.#lastTotals = totals
    this.#lastMs = clock.monotonicMs()
    this.#lastWallMs = clock.wallMs()
    this.#loop.reset()
    return sample
  }

  close(): void {
    this.#loop.disable()
  }

  #ofProcess(): SeriesValues {
    const lateMs = this.#loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS
    return {
      'uptime-hours': process.uptime() / 3_600,
      'resident-bytes': process.memoryUsage.rss(),
      // Nothing is measured yet within the first turns.
      'loop-lag-ms': Number.isFinite(lateMs) ? Math.max(0, lateMs) : 0
    }
  }

  /** By how much the clock was set since the last sample. */
  #skewMs(tookMs: number): number {
    return Math.abs(this.#options.clock.wallMs() - this.#lastWallMs - tookMs)
  }

  #ofRelay(): SeriesValues {
    const { machine, disk, crashCount } = this.#options.overview()
    const failures = Math.max(0, crashCount - this.#lastCrashCount)
    this.#lastCrashCount = crashCount
    return {
      'store-failures': failures,
      ...(machine === undefined
        ? {}
        : {
            connections: machine.connectionCount,
            'waiting-reads': machine.readCount,
            envelopes: machine.envelopeCount,
            mailboxes: machine.mailboxCount,
            unacked: machine.unackedCount,
            'disk-step': diskStep(machine),
            'overload-step': overloadStep(machine)
          }),
      ...(disk === undefined
        ? {}
        : {
            'disk-free-bytes': disk.freeBytes,
            'store-bytes': disk.storeBytes,
            'disk-used-share': 1 - disk.freeBytes / Math.max(1, disk.totalBytes)
          })
    }
  }
}

function rates(totals: Counted['totals'], before: Counted['totals'], tookMs: number): SeriesValues {
  const entries = Object.entries(totals).map(([name, total]) => {
    const count = Math.max(0, total - (before[name as SeriesName] ?? 0))
    return [name, (count * 1_000) / tookMs] as const
  })
  return Object.fromEntries(entries)
}
