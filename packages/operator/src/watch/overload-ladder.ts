/**
 * When a relay has too much to do, and when no more: one step at a time, each way, with patience that grows where a step down was
 * too early. A machine that is busy for some seconds, with something else or with a start, costs nobody anything.
 *
 * ```
 *   normal --beyond for 30 s, memory 10 s--> no-new-mailboxes --again--> no-requests --again--> read-only
 *          <--below 70 % of what led there for 60 s; twice as long after each relapse, up to 16 min--
 * ```
 */

/** In the order of the relay's steps. */
export const OVERLOAD_STEPS = ['normal', 'no-new-mailboxes', 'no-requests', 'read-only'] as const
export type OverloadStep = (typeof OVERLOAD_STEPS)[number]

export type OverloadSignal = 'loop-lag' | 'memory' | 'waiting-reads' | 'commits'

/** What is measured now; what cannot be is left out, and counts as calm. */
export type OverloadSignals = Readonly<Partial<Record<OverloadSignal, number>>>

interface OverloadBound {
  /** From which value on each step holds. */
  readonly steps: readonly [number, number, number]
  /** How long without a break it has to be there before a step is taken. */
  readonly patienceMs: number
}

/**
 * Waits come and go with what else the machine does, and pass by themselves. Memory does not, and who runs out of it is ended by
 * the system: its patience is short.
 */
export const OVERLOAD_BOUNDS: Readonly<Record<OverloadSignal, OverloadBound>> = {
  /** Ms that 99 of 100 turns are late at most. */
  'loop-lag': { steps: [500, 1_500, 4_000], patienceMs: 30_000 },
  /** Share of the memory that there is. */
  memory: { steps: [0.8, 0.9, 0.95], patienceMs: 10_000 },
  /** Share of `pending-reads-max`. */
  'waiting-reads': { steps: [0.5, 0.75, 0.9], patienceMs: 30_000 },
  /** Ms that 99 of 100 commits take at most. */
  commits: { steps: [1_000, 3_000, 8_000], patienceMs: 30_000 }
}

const SIGNALS = Object.keys(OVERLOAD_BOUNDS) as readonly OverloadSignal[]

/** How long it has to be calm before a step is taken back, at first and at most. */
export const OVERLOAD_CALM_MS = 60_000
export const OVERLOAD_CALM_MS_MAX = 960_000
const CALM_SHARE = 0.7
/** A step up so soon after one down is a relapse. */
const RELAPSE_MS = 300_000
/** After so long at the bottom, relapses are forgotten. */
const FORGET_MS = 3_600_000

/** Why the step changed. */
export interface OverloadChange {
  readonly from: OverloadStep
  readonly to: OverloadStep
  /** The signal that weighs most; on the way down the one that led up. */
  readonly signal: OverloadSignal
  readonly value: number
  /** The bound of the higher of both steps. */
  readonly limit: number
}

interface Pressure {
  readonly signal: OverloadSignal
  readonly value: number
}

export class OverloadLadder {
  #step = 0
  /** Since when each signal asks for more than the step that holds. */
  readonly #overSinceMs = new Map<OverloadSignal, number>()
  #calmSinceMs: number | undefined
  #calmMs = OVERLOAD_CALM_MS
  #downAtMs = Number.NEGATIVE_INFINITY
  /** What led to the step that holds. */
  #cause: OverloadSignal | undefined

  get step(): OverloadStep {
    return OVERLOAD_STEPS[this.#step] ?? 'read-only'
  }

  /** What led to the step that holds; undefined where nothing is turned away. */
  get cause(): OverloadSignal | undefined {
    return this.#step === 0 ? undefined : this.#cause
  }

  /**
   * To be called every few seconds, in time that does not jump.
   *
   * @returns undefined where nothing changes
   */
  look(signals: OverloadSignals, steadyMs: number): OverloadChange | undefined {
    const over = this.#over(signals, steadyMs)
    if (over !== undefined) {
      return this.#up(over, steadyMs)
    }
    const isCalm =
      this.#step > 0 && SIGNALS.every((signal) => stepOf(signals, signal, CALM_SHARE) < this.#step)
    this.#calmSinceMs = isCalm ? (this.#calmSinceMs ?? steadyMs) : undefined
    if (this.#calmSinceMs !== undefined && steadyMs - this.#calmSinceMs >= this.#calmMs) {
      return this.#down(signals, steadyMs)
    }
    if (this.#step === 0 && steadyMs - this.#downAtMs >= FORGET_MS) {
      this.#calmMs = OVERLOAD_CALM_MS
    }
    return undefined
  }

  /** @returns the signal that has asked for more for longer than its patience, and the most of them. */
  #over(signals: OverloadSignals, steadyMs: number): Pressure | undefined {
    let most: OverloadSignal | undefined
    for (const signal of SIGNALS) {
      if (stepOf(signals, signal, 1) <= this.#step) {
        this.#overSinceMs.delete(signal)
        continue
      }
      const sinceMs = this.#overSinceMs.get(signal) ?? steadyMs
      this.#overSinceMs.set(signal, sinceMs)
      const isLate = steadyMs - sinceMs >= OVERLOAD_BOUNDS[signal].patienceMs
      if (isLate && (most === undefined || stepOf(signals, signal, 1) > stepOf(signals, most, 1))) {
        most = signal
      }
    }
    return most && { signal: most, value: signals[most] ?? 0 }
  }

  #up(pressure: Pressure, steadyMs: number): OverloadChange {
    if (steadyMs - this.#downAtMs < RELAPSE_MS) {
      this.#calmMs = Math.min(2 * this.#calmMs, OVERLOAD_CALM_MS_MAX)
      // One relapse is one, however many steps it takes.
      this.#downAtMs = Number.NEGATIVE_INFINITY
    }
    this.#overSinceMs.clear()
    this.#calmSinceMs = undefined
    this.#cause = pressure.signal
    return this.#change(1, pressure)
  }

  #down(signals: OverloadSignals, steadyMs: number): OverloadChange {
    // The next step down waits as long again.
    this.#calmSinceMs = steadyMs
    this.#downAtMs = steadyMs
    const signal = this.#cause ?? 'loop-lag'
    return this.#change(-1, { signal, value: signals[signal] ?? 0 })
  }

  #change(by: 1 | -1, { signal, value }: Pressure): OverloadChange {
    const from = this.step
    const limit = OVERLOAD_BOUNDS[signal].steps[by === 1 ? this.#step : this.#step - 1] ?? 0
    this.#step += by
    return { from, to: this.step, signal, value, limit }
  }
}

/** The step that a signal asks for, at this share of its bounds. */
function stepOf(signals: OverloadSignals, signal: OverloadSignal, share: number): number {
  const value = signals[signal] ?? 0
  return OVERLOAD_BOUNDS[signal].steps.filter((limit) => value >= limit * share).length
}
