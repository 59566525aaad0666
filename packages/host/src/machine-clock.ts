import type { Clock } from './ports.ts'

/** The wall clock may be so far from the machine's before the machine is told. */
const JUMP_MS = 1_000

/**
 * The time that inputs carry: the wall clock at the start plus monotonic time since, so that it never runs back, until the wall
 * clock is found to have been set.
 */
export class MachineClock {
  readonly #clock: Clock
  #startWallMs: number
  #startMonotonicMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startWallMs = clock.wallMs()
    this.#startMonotonicMs = clock.monotonicMs()
  }

  /** Milliseconds since 1970, an integer. */
  now(): number {
    return this.#startWallMs + Math.floor(this.#clock.monotonicMs() - this.#startMonotonicMs)
  }

  /** Goes on from the wall clock if that was set. @returns whether it was. */
  follow(): boolean {
    const wallMs = this.#clock.wallMs()
    const difference = wallMs - this.now()
    if (difference <= JUMP_MS && difference >= -JUMP_MS) {
      return false
    }
    this.#startWallMs = wallMs
    this.#startMonotonicMs = this.#clock.monotonicMs()
    return true
  }
}
