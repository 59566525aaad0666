/**
 * Whose deposit it was, by the clock alone: who deposited last before something is delivered is taken for its sender. With several
 * relays it is who deposited at all of them shortly before: the longest of the times counts.
 */
import type { RandomStream } from '../random/random-stream.ts'
import type { RelayLog } from './relay-log.ts'
import { masksWith, placesOf } from './relay-masks.ts'

/** Others who have deposited at the relay, that the sender is compared with. */
const OTHERS = 8

export class TimingPairs {
  /** How often the true pair was nearer in time than a false one, and of how many; by the set of relays that observe. */
  readonly wins: Float64Array
  readonly trials: Uint32Array
  readonly #client: number
  readonly #logs: readonly RelayLog[]
  readonly #random: RandomStream

  /** @param logs those of the person's relays */
  constructor(client: number, logs: readonly RelayLog[], random: RandomStream) {
    this.#client = client
    this.#logs = logs
    this.#random = random
    this.wins = new Float64Array(1 << logs.length)
    this.trials = new Uint32Array(1 << logs.length)
  }

  /** @param from who deposited what was delivered to the person at `atUs` by the relay at `place` */
  observed(place: number, from: number, atUs: number): void {
    const depositors = this.#logs[place]?.depositors ?? []
    const others = Array.from({ length: OTHERS }, () => {
      return depositors.length === 0 ? from : this.#random.pick(depositors)
    }).filter((other) => other !== from && other !== this.#client)
    for (const mask of masksWith(place, this.#logs.length)) {
      const places = placesOf(mask)
      const truth = this.#apartUs(places, from, atUs)
      for (const other of others) {
        const apartUs = this.#apartUs(places, other, atUs)
        const win = truth < apartUs ? 1 : truth === apartUs ? 0.5 : 0
        this.wins[mask] = (this.wins[mask] ?? 0) + win
        this.trials[mask] = (this.trials[mask] ?? 0) + 1
      }
    }
  }

  #apartUs(places: readonly number[], client: number, atUs: number): number {
    return places.reduce((longest, place) => {
      const lastUs = this.#logs[place]?.lastUs(client) ?? -Infinity
      return Math.max(longest, Math.abs(atUs - lastUs))
    }, 0)
  }
}
