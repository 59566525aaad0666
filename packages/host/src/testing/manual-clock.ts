import type { Clock } from '../ports.ts'

/** 2026-01-01T00:00:00Z: a time that looks like one. */
const START_WALL_MS = 1_767_225_600_000

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

/** A clock that stands still until it is told. Timers of the same moment go off in the order they were set. */
export class ManualClock implements Clock {
  #monotonicMs = 0
  #wallOffsetMs: number
  #timers: Timer[] = []

  constructor(startWallMs: number = START_WALL_MS) {
    this.#wallOffsetMs = startWallMs
  }

  /** Timers that are set. */
  get timerCount(): number {
    return this.#timers.length
  }

  /** When the next timer goes off, in monotonic time. */
  get nextTimerMs(): number | undefined {
    return this.#timers[0]?.atMs
  }

  wallMs(): number {
    return this.#wallOffsetMs + Math.floor(this.#monotonicMs)
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#monotonicMs + Math.max(0, delayMs), callback }
    const after = this.#timers.findIndex((other) => other.atMs > timer.atMs)
    this.#timers.splice(after === -1 ? this.#timers.length : after, 0, timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /**
   * Lets time pass. Timers go off in order, each at its moment, those set meanwhile included. Promises go on only once the
   * caller awaits: to let them do so between timers, advance in steps and `await settle()`.
   */
  advance(ms: number): void {
    const endMs = this.#monotonicMs + ms
    for (;;) {
      const timer = this.#timers[0]
      if (timer === undefined || timer.atMs > endMs) {
        break
      }
      this.#timers.shift()
      this.#monotonicMs = Math.max(this.#monotonicMs, timer.atMs)
      timer.callback()
    }
    this.#monotonicMs = endMs
  }

  /** Sets the wall clock forward, or back where negative. Monotonic time and timers do not notice. */
  jumpWall(ms: number): void {
    this.#wallOffsetMs += ms
  }
}
