import { durationText } from '../output/value-words.ts'
import type { Screen } from './screen.ts'

/** How often the line changes at most. */
const EVERY_MS = 200
/** Before, the speed is a guess. */
const SPEED_AFTER = 0.02

/** Says how much of several runs is done, and when the rest will be. */
export class Progress {
  readonly #screen: Screen
  readonly #count: number
  readonly #nowMs: () => number
  readonly #startedAtMs: number
  readonly #shares = new Map<object, number>()
  #done = 0
  #saidAtMs = Number.NEGATIVE_INFINITY

  /** @param nowMs any clock that only goes forward */
  constructor(screen: Screen, count: number, nowMs: () => number = () => performance.now()) {
    this.#screen = screen
    this.#count = count
    this.#nowMs = nowMs
    this.#startedAtMs = nowMs()
  }

  /** @param share of this run, from 0 to 1 */
  at(run: object, share: number): void {
    this.#shares.set(run, share)
    this.#say(false)
  }

  done(run: object): void {
    this.#shares.delete(run)
    this.#done += 1
    this.#say(true)
  }

  #say(isUrgent: boolean): void {
    const nowMs = this.#nowMs()
    if (!this.#screen.isWatched || (!isUrgent && nowMs < this.#saidAtMs + EVERY_MS)) {
      return
    }
    this.#saidAtMs = nowMs
    const under = [...this.#shares.values()].reduce((sum, share) => sum + share, 0)
    const share = (this.#done + under) / this.#count
    const leftMs = ((nowMs - this.#startedAtMs) * (1 - share)) / share
    const left = share < SPEED_AFTER ? '' : `, about ${durationText(leftMs * 1000)} left`
    const percent = Math.floor(share * 100)
    this.#screen.progress(`${percent} % (${this.#done} of ${this.#count} runs done)${left}`)
  }
}
