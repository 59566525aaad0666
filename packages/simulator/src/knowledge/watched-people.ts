/**
 * What relays find out about a few people who are drawn, without any identifier: from who deposits at those people's relays, when, and
 * how much, and from what comes for them. Its memory is bounded: by the number of clients, not by what they write.
 */
import { type EnvelopeId, SIZE_CLASSES } from '@sealpost/protocol'
import type { RandomStream } from '../random/random-stream.ts'
import { RelayLog } from './relay-log.ts'
import { PROMPT_US } from './sender-entropy.ts'
import { WatchedPerson } from './watched-person.ts'

const PEOPLE_MAX = 32
/** Of the attack over rounds, for all people together: 64 MiB of them. Where there are more clients, fewer people are watched. */
const COUNTERS_MAX: number = 2 ** 24
const MINUTE_US = 60_000_000
const HOUR_US: number = 60 * MINUTE_US
/** The attack over rounds is judged after so many hours, and after each day. */
const LOOKS: readonly number[] = [1, 2, 4, 8, 16]
const DAY_HOURS = 24

export interface WatchInit {
  readonly clientCount: number
  readonly relayCount: number
  /** Relays of each client. */
  readonly replicas: number
  readonly random: RandomStream
}

/** A stream to a relay begins or ends. */
interface Change {
  readonly client: number
  readonly relay: number
  readonly connection: number
  readonly atUs: number
}

/** What somebody hands in at a relay. */
export interface Deposit {
  readonly relay: number
  readonly from: number
  /** Whose mailbox it is, where the relay has seen them fetch from it. */
  readonly to: number | undefined
  readonly envelopeId: EnvelopeId
  readonly bytes: number
  readonly atUs: number
}

export interface Delivery {
  readonly relay: number
  readonly to: number
  readonly envelopeId: EnvelopeId
  readonly bytes: number
  readonly atUs: number
}

export class WatchedPeople {
  readonly people: readonly WatchedPerson[]
  readonly #relayCount: number
  readonly #byClient: ReadonlyMap<number, WatchedPerson>
  /** By relay, the people who have mailboxes there; undefined for a relay that is nobody's. */
  #atRelay: readonly (AtRelay | undefined)[] = []
  #beganUs: number | undefined
  #rounds = 0
  #looks = 0
  readonly #waiting: Waiting[] = []

  constructor(init: WatchInit) {
    const { clientCount, random, relayCount } = init
    this.#relayCount = relayCount
    this.people = drawPeople(init).map((client) => new WatchedPerson(client, clientCount, random))
    this.#byClient = new Map(this.people.map((person) => [person.client, person]))
  }

  /** So many rounds of a minute have passed. */
  get rounds(): number {
    return this.#rounds
  }

  /** How long it has counted by then. */
  elapsedUs(nowUs: number): number {
    return nowUs - (this.#beganUs ?? nowUs)
  }

  /** Somebody, watched or not, has a mailbox at a relay, and says so on this stream. */
  owns(client: number, relay: number, connection: number): void {
    if (this.#beganUs === undefined) {
      this.#byClient.get(client)?.isAt(relay, connection)
    }
  }

  /** From now on it counts. */
  begin(nowUs: number): void {
    this.#beganUs = nowUs
    const at: (AtRelay | undefined)[] = Array.from({ length: this.#relayCount })
    for (const person of this.people) {
      person.begin((relay) => (at[relay] ??= new AtRelay(person.clientCount)).log)
      for (const relay of person.relays) {
        at[relay]?.people.push(person)
      }
    }
    this.#atRelay = at
  }

  opened({ client, relay, connection, atUs }: Change): void {
    this.#byClient.get(client)?.opened(relay, connection, atUs)
  }

  closed({ client, relay, connection, atUs }: Change): void {
    this.#byClient.get(client)?.closed(relay, connection, atUs)
  }

  deposited(deposit: Deposit): void {
    this.pass(deposit.atUs)
    const { atUs, bytes, from, relay, to } = deposit
    const at = this.#atRelay[relay]
    if (at === undefined) {
      return
    }
    const sizeClass = sizeClassOf(bytes)
    at.log.deposited({ client: from, sizeClass, atUs })
    for (const person of at.people) {
      person.deposited(relay, sizeClass, from)
    }
    const recipient = to === undefined || to === from ? undefined : this.#byClient.get(to)
    recipient?.filled(deposit)
  }

  delivered({ atUs, bytes, envelopeId, relay, to }: Delivery): void {
    this.pass(atUs)
    const person = this.#byClient.get(to)
    const delivery = person?.delivered(relay, envelopeId)
    if (this.#beganUs !== undefined && person !== undefined && delivery !== undefined) {
      const sizeClass = sizeClassOf(bytes)
      this.#waiting.push({
        atUs,
        observe: () => {
          person.observed({ ...delivery, sizeClass, atUs })
        }
      })
    }
  }

  /** Time passes: what is to be looked at by now is, and rounds end. */
  pass(nowUs: number): void {
    if (this.#beganUs === undefined) {
      return
    }
    while (this.#waiting.length > 0 && (this.#waiting[0]?.atUs ?? 0) + PROMPT_US <= nowUs) {
      this.#waiting.shift()?.observe()
    }
    const rounds = Math.floor((nowUs - this.#beganUs) / MINUTE_US)
    // Only the first of them has anything in it.
    if (rounds > this.#rounds) {
      this.#endRound()
    }
    this.#lookUntil(rounds)
    this.#rounds = rounds
  }

  #endRound(): void {
    for (const person of this.people) {
      person.endRound()
    }
    for (const at of this.#atRelay) {
      at?.log.ofRound.clear()
    }
  }

  #lookUntil(rounds: number): void {
    for (let at = lookRound(this.#looks); at <= rounds; at = lookRound(this.#looks)) {
      this.#looks += 1
      for (const person of this.people) {
        person.look(at * MINUTE_US, at)
      }
    }
  }

  /** It is over: what was not judged yet is. */
  end(nowUs: number): void {
    this.pass(nowUs)
    for (const { observe } of this.#waiting.splice(0)) {
      observe()
    }
    for (const person of this.people) {
      person.look(this.elapsedUs(nowUs), this.#rounds)
    }
  }
}

/** A delivery, until what belongs to it has come too. */
interface Waiting {
  readonly atUs: number
  readonly observe: () => void
}

class AtRelay {
  readonly log: RelayLog
  readonly people: WatchedPerson[] = []

  constructor(clientCount: number) {
    this.log = new RelayLog(clientCount)
  }
}

/** After how many rounds it is looked again. */
function lookRound(looks: number): number {
  const hours = LOOKS[looks] ?? DAY_HOURS * (looks - LOOKS.length + 1)
  return (hours * HOUR_US) / MINUTE_US
}

function sizeClassOf(bytes: number): number {
  return Math.max(0, SIZE_CLASSES.indexOf(bytes))
}

function drawPeople({ clientCount, random, replicas }: WatchInit): readonly number[] {
  const counters = 2 * 2 ** replicas * clientCount
  const affordable = Math.max(1, Math.floor(COUNTERS_MAX / counters))
  const wanted = Math.min(PEOPLE_MAX, clientCount, affordable)
  const drawn = new Set<number>()
  while (drawn.size < wanted) {
    drawn.add(random.below(clientCount))
  }
  return [...drawn].sort((a, b) => a - b)
}
