import type { Clock } from '@sealpost/host'

/** Between two looks. */
const LOOK_MS = 500
/** A delay is told for so long after it. */
const TOLD_MS = 5_000

/** Sees whether timers go off in time: where they do not, nobody is answered in time either. */
export class LoopWatch {
  readonly #clock: Clock
  #dueAtMs: number
  #cancelTimer: () => void = () => undefined
  /** Delays of the last looks, the oldest first. */
  #delays: { readonly ms: number; readonly atMs: number }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
    this.#dueAtMs = Infinity
  }

  /** Begins to look. To be called once. */
  start(): void {
    this.#plan()
  }

  /** The longest delay of the last 5 s, that of a look that is overdue now included. */
  get delayMs(): number {
    const nowMs = this.#clock.monotonicMs()
    const told = this.#delays.filter(({ atMs }) => nowMs - atMs < TOLD_MS)
    return Math.max(0, nowMs - this.#dueAtMs, ...told.map(({ ms }) => ms))
  }

  /** Looks no more. */
  stop(): void {
    this.#dueAtMs = Infinity
    this.#cancelTimer()
  }

  #plan(): void {
    this.#dueAtMs = this.#clock.monotonicMs() + LOOK_MS
    this.#cancelTimer = this.#clock.setTimer(LOOK_MS, () => {
      const atMs = this.#clock.monotonicMs()
      const fresh = this.#delays.filter((delay) => atMs - delay.atMs < TOLD_MS)
      this.#delays = [...fresh, { ms: atMs - this.#dueAtMs, atMs }]
      this.#plan()
    })
  }
}
