import type { Clock } from '@sealpost/host'

const WAIT_MS = 500
const WAITING_MAX = 16

/** Makes whoever shows wrong tokens wait; whoever shows a right one never does. */
export class WrongTokens {
  readonly #clock: Clock
  #waitingCount = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Waits. @returns false at once where too many wait already */
  async wait(): Promise<boolean> {
    if (this.#waitingCount >= WAITING_MAX) {
      return false
    }
    this.#waitingCount += 1
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#clock.setTimer(WAIT_MS, () => {
      resolve(undefined)
    })
    await promise
    this.#waitingCount -= 1
    return true
  }
}
