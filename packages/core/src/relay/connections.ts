/**
 * Connections and what each of them holds: subscriptions, envelopes on their way, rates. All of it lives in memory and goes
 * with the connection.
 *
 * ```
 *   connection:    opened -> (requests, deliveries, pings) -> closed by its client | cut by the relay
 *
 *   subscription:  held ----answer sent----> behind <----------- caught up
 *                                              |  ^ deposit without credit  ^
 *                                              v  |                         |
 *                                            reading ---nothing beyond------+
 *                  any of them -> ended: unsubscribed, taken over, destroyed, closed
 * ```
 */
import type { EnvelopeId, MailboxId } from '@sealpost/protocol'
import { MinuteCounter, TokenBucket } from './rates.ts'

/** An envelope that was delivered and not acknowledged. */
export interface Delivered {
  readonly sequence: number
  readonly size: number
  /** The tombstone that an ack writes. */
  readonly tombstone: Uint8Array
  /** When it was delivered. */
  readonly steadyMs: number
}

/** One mailbox delivered to one connection. */
export class Subscription {
  readonly connection: Connection
  readonly mailboxId: MailboxId
  readonly instance: Uint8Array
  /** What the mailbox held when asked lies below. */
  readonly drainSequence: number
  /** The next to deliver. */
  cursor: number
  /** The mailbox's next sequence: at `cursor` the subscription has caught up. */
  endSequence: number
  /** About how many envelopes lie between; only says how many rows to read. */
  backlog: number
  /** Delivered and not acknowledged; made with the first, since most subscriptions wait for something most of the time. */
  #unacked: Map<EnvelopeId, Delivered> | undefined
  /** Those of them below `drainSequence`. */
  undrainedCount = 0
  /** Its answer is not sent yet, so nothing may be delivered. */
  isHeld = true
  isDrained = false
  /** Waits in the connection's line of those that have something to deliver. */
  isQueued = false
  isReading = false
  isEnded = false

  constructor(
    connection: Connection,
    mailboxId: MailboxId,
    instance: Uint8Array,
    from: {
      readonly cursor: number
      readonly endSequence: number
      readonly backlog: number
    }
  ) {
    this.connection = connection
    this.mailboxId = mailboxId
    this.instance = instance
    this.cursor = from.cursor
    this.endSequence = from.endSequence
    this.drainSequence = from.endSequence
    this.backlog = from.backlog
  }

  /** Whether it was delivered here and not acknowledged. */
  isUnacked(envelopeId: EnvelopeId): boolean {
    return this.#unacked?.has(envelopeId) === true
  }

  /** All that was delivered here and not acknowledged. */
  allUnacked(): Iterable<Delivered> {
    return this.#unacked?.values() ?? []
  }

  /** Notes a delivery. */
  add(envelopeId: EnvelopeId, delivered: Delivered): void {
    this.#unacked ??= new Map()
    this.#unacked.set(envelopeId, delivered)
    if (delivered.sequence < this.drainSequence) {
      this.undrainedCount += 1
    }
  }

  /** Takes a delivery off; undefined where there was none, or it was taken off before. */
  take(envelopeId: EnvelopeId): Delivered | undefined {
    const delivered = this.#unacked?.get(envelopeId)
    if (delivered !== undefined) {
      this.#unacked?.delete(envelopeId)
      if (delivered.sequence < this.drainSequence) {
        this.undrainedCount -= 1
      }
    }
    return delivered
  }
}

/** A range of addresses: counted, never named to anyone. */
export interface AddressRange {
  readonly name: string
  connectionCount: number
  /** New mailboxes and links. */
  readonly registrations: TokenBucket
  /** Deposits into request boxes. */
  readonly knocks: TokenBucket
}

/** One client's stream. */
export class Connection {
  readonly id: number
  readonly range: AddressRange
  isOpen = true
  /** Whether whoever made it may register something new, at a relay that takes people by invitation. */
  isInvited = false
  /** Whether a deposit of it was refused for want of room: it hears when there is some. */
  isWaitingForRoom = false
  /** Requests without an answer. */
  unansweredCount = 0
  /** Since the machine started, as all times here: see `RelayState.steadyMs`. */
  heardAtMs: number
  pingsUnanswered = 0
  nextPing = 1
  readonly deposits: TokenBucket = new TokenBucket()
  readonly requests: TokenBucket = new TokenBucket()
  readonly liveDeliveries: TokenBucket = new TokenBucket()
  readonly denials: MinuteCounter = new MinuteCounter()

  readonly subscriptions: Map<MailboxId, Subscription> = new Map<MailboxId, Subscription>()
  /** Subscriptions that have something to deliver, the next first. */
  readonly line: Line<Subscription> = new Line<Subscription>()
  /** Delivered and not acknowledged. */
  unackedCount = 0
  unackedBytes = 0
  /** Room for rows that are being read. */
  reservedCount = 0
  readCount = 0

  constructor(id: number, range: AddressRange, steadyMs: number) {
    this.id = id
    this.range = range
    this.heardAtMs = steadyMs
  }
}

/** A first-in, first-out line whose cost does not grow with its length. */
export class Line<Item> {
  #items: Item[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  /** Drops the items that do not count any more. */
  keepOnly(isKept: (item: Item) => boolean): void {
    this.#items = this.#items.slice(this.#head).filter(isKept)
    this.#head = 0
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) {
      return undefined
    }
    this.#head += 1
    if (this.#head === this.#items.length) {
      this.#items = []
      this.#head = 0
    } else if (this.#head >= 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
