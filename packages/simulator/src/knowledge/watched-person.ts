import type { EnvelopeId } from '@sealpost/protocol'
import type { RandomStream } from '../random/random-stream.ts'
import { Disclosure, type Disclosed } from './disclosure.ts'
import type { RelayLog } from './relay-log.ts'
import { SenderEntropy } from './sender-entropy.ts'
import { TimingPairs } from './timing.ts'

/** Relays of one person, at most: as the protocol has it. */
const RELAYS_MAX = 5
/** Envelopes for one person that have not been delivered yet: more are forgotten, the oldest first. */
const UNDELIVERED_MAX = 8_192

/** What a person is to one of their relays. */
interface Presence {
  /** The stream that they have; undefined while they are gone. */
  connection: number | undefined
  /** When it began: what was deposited before waited for it. */
  openedUs: number
  /** Who deposited what was not delivered yet, and when. */
  readonly undelivered: Map<EnvelopeId, { readonly from: number; readonly atUs: number }>
}

/** Something comes for the person to one of their relays. */
interface Filled {
  readonly relay: number
  readonly from: number
  readonly envelopeId: EnvelopeId
  readonly atUs: number
}

/** One delivery, with who deposited it: the truth that is to be found out. */
interface Delivered {
  readonly place: number
  readonly from: number
  readonly isBacklog: boolean
}

/** What a set of relays knows of one person. */
export interface KnownOfPerson {
  readonly deliveries: number
  readonly entropyBits: number
  readonly disclosed: Disclosed | undefined
  readonly timingWins: number
  readonly timingTrials: number
}

export class WatchedPerson {
  readonly client: number
  readonly clientCount: number
  /** Those at which they have mailboxes; sets of them are bits in this order. */
  readonly relays: number[] = []
  readonly #random: RandomStream
  readonly #presences: Presence[] = []
  #entropy: SenderEntropy | undefined
  #disclosure: Disclosure | undefined
  #timing: TimingPairs | undefined

  constructor(client: number, clientCount: number, random: RandomStream) {
    this.client = client
    this.clientCount = clientCount
    this.#random = random
  }

  isAt(relay: number, connection: number): void {
    if (!this.relays.includes(relay) && this.relays.length < RELAYS_MAX) {
      this.relays.push(relay)
      this.#presences.push({ connection, openedUs: -Infinity, undelivered: new Map() })
    }
  }

  /** From now on it is counted. */
  begin(logOf: (relay: number) => RelayLog): void {
    const logs = this.relays.map(logOf)
    this.#entropy = new SenderEntropy(this.client, this.clientCount, logs)
    this.#disclosure = new Disclosure(this.client, this.clientCount, logs)
    this.#timing = new TimingPairs(this.client, logs, this.#random)
  }

  opened(relay: number, connection: number, nowUs: number): void {
    this.#changed(relay, connection, nowUs)
  }

  closed(relay: number, connection: number, nowUs: number): void {
    if (this.#at(relay)?.connection === connection) {
      this.#changed(relay, undefined, nowUs)
    }
  }

  #changed(relay: number, connection: number | undefined, nowUs: number): void {
    const presence = this.#at(relay)
    if (presence !== undefined) {
      presence.connection = connection
      presence.openedUs = nowUs
      this.#entropy?.changed(this.relays.indexOf(relay), connection !== undefined)
    }
  }

  /** Somebody deposited at one of their relays, whatever for whom. */
  deposited(relay: number, sizeClass: number, from: number): void {
    this.#entropy?.deposited(this.relays.indexOf(relay), sizeClass, from)
  }

  /** It was for this person. */
  filled({ relay, from, envelopeId, atUs }: Filled): void {
    const undelivered = this.#at(relay)?.undelivered
    if (undelivered === undefined) {
      return
    }
    this.#disclosure?.filled(this.relays.indexOf(relay), from)
    undelivered.set(envelopeId, { from, atUs })
    const [oldest] = undelivered.keys()
    if (undelivered.size > UNDELIVERED_MAX && oldest !== undefined) {
      undelivered.delete(oldest)
    }
  }

  /** The first time; undefined of what nobody was seen to deposit. */
  delivered(relay: number, envelopeId: EnvelopeId): Delivered | undefined {
    const presence = this.#at(relay)
    const deposit = presence?.undelivered.get(envelopeId)
    if (presence === undefined || deposit === undefined) {
      return undefined
    }
    presence.undelivered.delete(envelopeId)
    const isBacklog = deposit.atUs < presence.openedUs
    return { place: this.relays.indexOf(relay), from: deposit.from, isBacklog }
  }

  /** What was delivered, once what belongs to it has come too. */
  observed(delivery: Delivered & { readonly sizeClass: number; readonly atUs: number }): void {
    this.#entropy?.observed(delivery)
    this.#timing?.observed(delivery.place, delivery.from, delivery.atUs)
  }

  endRound(): void {
    this.#disclosure?.endRound()
  }

  look(nowUs: number, rounds: number): void {
    this.#disclosure?.look(nowUs, rounds)
  }

  /** By the bits of their relays; undefined for a set of none of them. */
  known(mask: number, rounds: number): KnownOfPerson | undefined {
    return mask === 0
      ? undefined
      : {
          deliveries: this.#entropy?.deliveries[mask] ?? 0,
          entropyBits: this.#entropy?.bits[mask] ?? 0,
          disclosed: this.#disclosure?.disclosed(mask, rounds),
          timingWins: this.#timing?.wins[mask] ?? 0,
          timingTrials: this.#timing?.trials[mask] ?? 0
        }
  }

  #at(relay: number): Presence | undefined {
    return this.#presences[this.relays.indexOf(relay)]
  }
}
