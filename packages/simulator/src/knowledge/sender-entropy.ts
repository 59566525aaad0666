/**
 * Who may have sent what is delivered to one person, as relays know that see frames' kinds, sizes, times and addresses, and no
 * identifier: the entropy over those whose deposits it may have been.
 *
 * ```
 *   gone --deposits of this size since then--> there again: what waited is one of those; what is new, one of the last seconds
 * ```
 * What is for them is deposited at each of their relays: relays that collude know that nobody sent more than they deposited at the one
 * where they deposited least.
 */
import { SIZE_CLASSES } from '@sealpost/protocol'
import { ln } from '../random/real-math.ts'
import type { RelayLog } from './relay-log.ts'
import { masksWith, placesOf } from './relay-masks.ts'

/** What is delivered to somebody who is there was deposited no longer ago; and its copies elsewhere no later than that after it. */
export const PROMPT_US = 2_000_000
const COUNT_MAX = 65_535
const LN_2: number = ln(2)

/** What is delivered, at one of the person's relays. */
export interface Observed {
  /** The relay's place among those of the person. */
  readonly place: number
  readonly sizeClass: number
  readonly atUs: number
  /** Whether it waited there when the person came. */
  readonly isBacklog: boolean
}

export class SenderEntropy {
  /** Over all observed deliveries, by the set of relays that observe. */
  readonly bits: Float64Array
  readonly deliveries: Uint32Array
  readonly #client: number
  readonly #clientCount: number
  readonly #logs: readonly RelayLog[]
  /** By place and size: what each has deposited since the person was last there. */
  readonly #sinceGone: readonly (Uint16Array | undefined)[][]
  /** By place and size: what a backlog came to, by the set of relays. */
  readonly #ofBacklog: readonly (ReadonlyMap<number, number> | undefined)[][]

  /** @param logs those of the person's relays */
  constructor(client: number, clientCount: number, logs: readonly RelayLog[]) {
    this.#client = client
    this.#clientCount = clientCount
    this.#logs = logs
    this.bits = new Float64Array(1 << logs.length)
    this.deliveries = new Uint32Array(1 << logs.length)
    this.#sinceGone = logs.map(() => SIZE_CLASSES.map(() => undefined))
    this.#ofBacklog = logs.map(() => SIZE_CLASSES.map(() => undefined))
  }

  /** Somebody deposited at one of the relays, whatever for whom. */
  deposited(place: number, sizeClass: number, client: number): void {
    const counts = this.#sinceGone[place] ?? []
    const ofSize = (counts[sizeClass] ??= new Uint16Array(this.#clientCount))
    ofSize[client] = Math.min((ofSize[client] ?? 0) + 1, COUNT_MAX)
  }

  /** The person is there, or is not any more. */
  changed(place: number, isThere: boolean): void {
    this.#ofBacklog[place]?.fill(undefined)
    if (!isThere) {
      for (const counts of this.#sinceGone[place] ?? []) {
        counts?.fill(0)
      }
    }
  }

  /** Once what else belongs to it has come too: `PROMPT_US` later. */
  observed(observed: Observed): void {
    const entropies = observed.isBacklog ? this.#backlog(observed) : this.#prompt(observed)
    for (const [mask, bits] of entropies) {
      this.bits[mask] = (this.bits[mask] ?? 0) + bits
      this.deliveries[mask] = (this.deliveries[mask] ?? 0) + 1
    }
  }

  /** All of one backlog is as good as one delivery. */
  #backlog({ place, sizeClass }: Observed): ReadonlyMap<number, number> {
    const known = this.#ofBacklog[place] ?? []
    const counts = this.#sinceGone.map((ofPlace) => ofPlace[sizeClass])
    const candidates = counts[place]?.keys() ?? []
    return (known[sizeClass] ??= this.#entropies(
      place,
      candidates,
      (at, client) => counts[at]?.[client] ?? 0
    ))
  }

  #prompt({ atUs, place, sizeClass }: Observed): ReadonlyMap<number, number> {
    const counts = this.#logs.map((log, at) => {
      const toUs = at === place ? atUs : atUs + PROMPT_US
      return log.counts(sizeClass, atUs - PROMPT_US, toUs)
    })
    const candidates = counts[place]?.keys() ?? []
    return this.#entropies(place, candidates, (at, client) => counts[at]?.get(client) ?? 0)
  }

  /** By each set of relays that `place` is of: how much may be of each is the least of what they deposited at any of the set. */
  #entropies(
    place: number,
    candidates: Iterable<number>,
    countOf: (place: number, client: number) => number
  ): ReadonlyMap<number, number> {
    const masks = masksWith(place, this.#logs.length).map((mask) => ({
      mask,
      others: placesOf(mask).filter((at) => at !== place),
      weights: new EntropySum()
    }))
    for (const client of candidates) {
      const count = client === this.#client ? 0 : countOf(place, client)
      for (const { others, weights } of count > 0 ? masks : []) {
        weights.add(others.reduce((least, at) => Math.min(least, countOf(at, client)), count))
      }
    }
    const alone = masks[0]?.weights.bits() ?? log2(this.#clientCount - 1)
    // A copy may be missing elsewhere: then what the relay itself saw is left, and without that either anybody.
    return new Map(masks.map(({ mask, weights }) => [mask, weights.bits() ?? alone]))
  }
}

/** The entropy of weights that are added one by one. */
class EntropySum {
  #sum = 0
  #weighted = 0

  /** @param weight a whole number from 0 on */
  add(weight: number): void {
    if (weight > 0) {
      this.#sum += weight
      this.#weighted += weight === 1 ? 0 : weight * log2(weight)
    }
  }

  /** Undefined where nothing has weight. */
  bits(): number | undefined {
    return this.#sum === 0 ? undefined : Math.max(0, log2(this.#sum) - this.#weighted / this.#sum)
  }
}

export function log2(value: number): number {
  return ln(value) / LN_2
}
