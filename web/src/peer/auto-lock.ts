/**
 * Locks the home when nobody was there for long enough: a timer while the machine is awake, and a look at the clock when somebody
 * is there again, since timers stand still while it sleeps.
 */
import type { Clock } from '@sealpost/host'

const MINUTE_MS = 60_000

export class AutoLock {
  readonly #clock: Clock
  readonly #lock: () => Promise<void>
  #deadlineMs: number | undefined
  #cancel: () => void = () => undefined

  constructor(clock: Clock, lock: () => Promise<void>) {
    this.#clock = clock
    this.#lock = lock
  }

  /** Somebody is there; unless it is too late for that, the time begins anew. @param minutes 0 for never */
  async active(minutes: number): Promise<void> {
    const nowMs = this.#clock.wallMs()
    const isLate = this.#deadlineMs !== undefined && nowMs >= this.#deadlineMs
    this.#cancel()
    this.#deadlineMs = undefined
    if (isLate) {
      await this.#lock()
      return
    }
    if (minutes > 0) {
      const delayMs = minutes * MINUTE_MS
      this.#deadlineMs = nowMs + delayMs
      this.#cancel = this.#clock.setTimer(delayMs, () => {
        this.#deadlineMs = undefined
        void this.#lock()
      })
    }
  }
}
