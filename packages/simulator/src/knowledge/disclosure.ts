/**
 * The statistical disclosure attack on one person: who deposits in the rounds in which something comes for them, less who deposits in
 * the other rounds. That a deposit is the one that came is not used: who comes and what comes are seen by different eyes.
 */
import type { RelayLog } from './relay-log.ts'
import { allMasks } from './relay-masks.ts'

/** First places that are asked about: the first alone, and the first three. */
const FIRST = [1, 3] as const

/** What a set of relays has found out. */
export interface Disclosed {
  /** Of strangers and true contacts, how many of the strangers stand before the contact: 0 for none, 1/2 as if drawn. */
  readonly rankShare: number
  /** Since when, by `nowUs` as it was given, the first one, and the first three, were true contacts for good. Undefined where they are not. */
  readonly firstSinceUs: number | undefined
  readonly firstThreeSinceUs: number | undefined
}

export class Disclosure {
  readonly #client: number
  readonly #clientCount: number
  readonly #logs: readonly RelayLog[]
  readonly #masks: readonly number[]
  /** By set of relays and client: rounds in which they deposited at all of these, and those of them in which something came. */
  readonly #present: Uint32Array
  readonly #hits: Uint32Array
  readonly #filledRounds: Uint32Array
  /** By client who wrote to them: at which of the relays. */
  readonly #contacts = new Map<number, number>()
  /** By set of relays, for each of `FIRST`. */
  readonly #sinceUs: readonly (number | undefined)[][]
  /** The relays at which something came in this round. */
  #filled = 0

  /** @param logs those of the person's relays */
  constructor(client: number, clientCount: number, logs: readonly RelayLog[]) {
    this.#client = client
    this.#clientCount = clientCount
    this.#logs = logs
    this.#masks = allMasks(logs.length)
    const cells = (this.#masks.length + 1) * clientCount
    this.#present = new Uint32Array(cells)
    this.#hits = new Uint32Array(cells)
    this.#filledRounds = new Uint32Array(this.#masks.length + 1)
    this.#sinceUs = Array.from({ length: this.#masks.length + 1 }, () => FIRST.map(() => undefined))
  }

  /** Something for the person came to one of their relays; `from` is what is to be found out. */
  filled(place: number, from: number): void {
    this.#filled |= 1 << place
    this.#contacts.set(from, (this.#contacts.get(from) ?? 0) | (1 << place))
  }

  endRound(): void {
    const places = new Map<number, number>()
    for (const [place, { ofRound }] of this.#logs.entries()) {
      for (const client of ofRound) {
        places.set(client, (places.get(client) ?? 0) | (1 << place))
      }
    }
    for (const mask of this.#masks) {
      const isFilled = (this.#filled & mask) !== 0
      if (isFilled) {
        this.#filledRounds[mask] = (this.#filledRounds[mask] ?? 0) + 1
      }
      for (const [client, at] of places) {
        if ((at & mask) === mask) {
          this.#count(mask * this.#clientCount + client, isFilled)
        }
      }
    }
    this.#filled = 0
  }

  #count(cell: number, isFilled: boolean): void {
    this.#present[cell] = (this.#present[cell] ?? 0) + 1
    if (isFilled) {
      this.#hits[cell] = (this.#hits[cell] ?? 0) + 1
    }
  }

  /** Looks whether the first ones are right by now. @param rounds so many are over */
  look(nowUs: number, rounds: number): void {
    for (const mask of this.#masks) {
      const contacts = this.#contactsOf(mask)
      const since = this.#sinceUs[mask] ?? []
      const most = contacts.length === 0 ? Infinity : this.#mostOfStrangers(mask, rounds)
      const before = contacts.filter((client) => this.#score(mask, client, rounds) > most).length
      for (const [at, first] of FIRST.entries()) {
        const isRight = before >= Math.max(1, Math.min(first, contacts.length))
        since[at] = isRight ? (since[at] ?? nowUs) : undefined
      }
    }
  }

  /** What these relays make of it after so many rounds; undefined where they saw nothing come, or nothing else. */
  disclosed(mask: number, rounds: number): Disclosed | undefined {
    const contacts = this.#contactsOf(mask)
    const filled = this.#filledRounds[mask] ?? 0
    const strangers = this.#strangers(mask)
    if (contacts.length === 0 || strangers.length === 0 || filled === 0 || filled >= rounds) {
      return undefined
    }
    const scores = Float64Array.from(strangers, (client) => this.#score(mask, client, rounds))
    scores.sort()
    const shares = contacts.map((client) => shareAbove(scores, this.#score(mask, client, rounds)))
    const [firstSinceUs, firstThreeSinceUs] = this.#sinceUs[mask] ?? []
    const rankShare = shares.reduce((sum, share) => sum + share, 0) / shares.length
    return { rankShare, firstSinceUs, firstThreeSinceUs }
  }

  #score(mask: number, client: number, rounds: number): number {
    const cell = mask * this.#clientCount + client
    const [filled = 0, hits = 0] = [this.#filledRounds[mask], this.#hits[cell]]
    const besides = (this.#present[cell] ?? 0) - hits
    return hits / Math.max(1, filled) - besides / Math.max(1, rounds - filled)
  }

  #contactsOf(mask: number): readonly number[] {
    return [...this.#contacts].flatMap(([client, at]) => ((at & mask) !== 0 ? [client] : []))
  }

  #strangers(mask: number): readonly number[] {
    const contacts = new Set(this.#contactsOf(mask))
    return Array.from({ length: this.#clientCount }, (_, client) => client).filter(
      (client) => client !== this.#client && !contacts.has(client)
    )
  }

  #mostOfStrangers(mask: number, rounds: number): number {
    let most = -Infinity
    for (let client = 0; client < this.#clientCount; client++) {
      const isStranger = client !== this.#client && ((this.#contacts.get(client) ?? 0) & mask) === 0
      if (isStranger) {
        most = Math.max(most, this.#score(mask, client, rounds))
      }
    }
    return most
  }
}

/** Of numbers in order, the share that is above this one; those that are as large count half. */
function shareAbove(sorted: Float64Array, value: number): number {
  const below = firstAt(sorted, (one) => one >= value)
  const notAbove = firstAt(sorted, (one) => one > value)
  return (sorted.length - notAbove + (notAbove - below) / 2) / sorted.length
}

/** The place of the first that is so, as are all after it. */
function firstAt(sorted: Float64Array, isSo: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isSo(sorted[middle] ?? 0)) {
      high = middle
    } else {
      low = middle + 1
    }
  }
  return low
}
