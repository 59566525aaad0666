/** Measures every few seconds how much there is to do, and tells the relay what to turn away. */
import { totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { LoadStep } from '@sealpost/core'
import type { Clock, Log } from '@sealpost/host'
import {
  type OverloadChange,
  OverloadLadder,
  type OverloadSignals,
  type StatusAnswer
} from '@sealpost/operator'
import type { RelayOverview } from '../compose.ts'

/** Long enough that one late turn is not among the slowest hundredth. */
const LOOK_MS = 5_000
const LOOP_RESOLUTION_MS = 20

/** What is measured of the process. */
export interface ProcessLoad {
  /** Ms that 99 of 100 turns were late at most, since it was last asked. */
  readonly lagMs: number
  /** Share of the memory that there is for it, 0 to 1. */
  readonly memoryShare: number
}

export interface LoadKeeperOptions {
  readonly clock: Clock
  readonly log: Log
  readonly overview: () => RelayOverview
  /** Whether anything is to be turned away at all; asked at each look. */
  readonly isOn: () => boolean
  /** Requests that may wait for the disk. */
  readonly pendingReadsMax: () => number
  readonly setLoad: (step: LoadStep) => void
  /** Ms that 99 of 100 commits took at most since it was last asked; undefined where there was none. */
  readonly commitMs: () => number | undefined
  /** Left out for that of this process. */
  readonly processLoad?: () => ProcessLoad
}

/** To be closed: it watches the process. */
export class LoadKeeper {
  readonly #options: LoadKeeperOptions
  readonly #ownLoad = new OwnLoad()
  #ladder = new OverloadLadder()
  #cancelTimer: (() => void) | undefined

  constructor(options: LoadKeeperOptions) {
    this.#options = options
    this.#plan()
  }

  /** The step that holds, and what led there. */
  get overload(): StatusAnswer['load'] {
    return { step: this.#ladder.step, cause: this.#ladder.cause }
  }

  close(): void {
    this.#cancelTimer?.()
    this.#ownLoad.close()
  }

  #plan(): void {
    this.#cancelTimer = this.#options.clock.setTimer(LOOK_MS, () => {
      this.#look()
      this.#plan()
    })
  }

  #look(): void {
    const { clock, isOn, overview, setLoad } = this.#options
    const signals = this.#signals()
    if (isOn()) {
      const change = this.#ladder.look(signals, clock.monotonicMs())
      if (change !== undefined) {
        this.#tell(change)
      }
    } else if (this.#ladder.step !== 'normal') {
      this.#options.log.info('relay.load.off', { from: this.#ladder.step })
      this.#ladder = new OverloadLadder()
    }
    // A machine that was restored meanwhile knows nothing of it.
    if (overview().machine?.load !== this.#ladder.step) {
      setLoad(this.#ladder.step)
    }
  }

  #signals(): OverloadSignals {
    const { overview, pendingReadsMax, commitMs, processLoad } = this.#options
    const { lagMs, memoryShare } = (processLoad ?? this.#ownLoad.take)()
    const { machine, commitWaitMs } = overview()
    return {
      'loop-lag': lagMs,
      memory: memoryShare,
      'waiting-reads': (machine?.readCount ?? 0) / Math.max(1, pendingReadsMax()),
      // A disk that hangs finishes nothing, so nothing of it is counted yet.
      commits: Math.max(commitMs() ?? 0, commitWaitMs)
    }
  }

  #tell({ from, to, signal, value, limit }: OverloadChange): void {
    const fields = { from, to, signal, value: Number(value.toPrecision(3)), limit }
    if (to === 'normal') {
      this.#options.log.info('relay.load.changed', fields)
    } else {
      this.#options.log.warn('relay.load.changed', fields)
    }
  }
}

/** What this process is like. */
class OwnLoad {
  readonly #loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })

  constructor() {
    this.#loop.enable()
  }

  readonly take = (): ProcessLoad => {
    const lagMs = this.#loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS
    this.#loop.reset()
    // Nothing is measured yet within the first turns.
    return { lagMs: Number.isFinite(lagMs) ? Math.max(0, lagMs) : 0, memoryShare: memoryShare() }
  }

  close(): void {
    this.#loop.disable()
  }
}

/** The fuller of two: what the system lets the process have, and what V8 takes for objects before it gives up. */
function memoryShare(): number {
  // Where the process is confined, that; without a bound it is more than there is.
  const confined = process.constrainedMemory()
  const limitBytes = confined > 0 ? Math.min(confined, totalmem()) : totalmem()
  const heap = getHeapStatistics()
  return Math.max(
    process.memoryUsage.rss() / Math.max(1, limitBytes),
    heap.used_heap_size / Math.max(1, heap.heap_size_limit)
  )
}
