/**
 * Delivery: what a mailbox holds and what comes, to the connection that subscribed last, in order, within the credit.
 *
 * ```
 *                    start                       room and its turn
 *   held ----------------------------> queued -----------------------> reading
 *     |                                  ^                                |
 *     | nothing there                    |  more, or no credit            | rows: delivered while credit lasts
 *     v                                  +--------------------------------+
 *   caught up <---------------------------------------nothing beyond------+
 *     |  ^ deposit with credit: delivered in the same handle
 *     +--+
 *     deposit without credit -> queued
 * ```
 *
 * Credit is 64 envelopes and 1 MiB without an ack on one connection. Rows being read count as if they were delivered, so it is
 * never exceeded; what was read and finds no room is read again later.
 */
import {
  type Envelope,
  type EnvelopeId,
  UNACKED_BYTES_MAX,
  UNACKED_ENVELOPES_MAX
} from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { Connection, Delivered, Subscription } from './connections.ts'
import type { Mailbox } from './mailbox.ts'
import type { Rate } from './rates.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import {
  ACKED,
  envelopeKey,
  envelopeOf,
  KEY_END,
  LIVE,
  parseEnvelope,
  sequenceOfKey,
  tombstoneOf
} from './rows.ts'

/** Rows of one read: at most 1 MiB, the whole credit. */
const READ_ROWS_MAX = 32
/** Rows of the smallest read, where tombstones may lie between. */
const READ_ROWS_MIN = 4
/** Reads at once for one connection: many mailboxes with little in them do not wait for each other. */
const READS_MAX = 4
/** Reading begins only with so much credit, so that single acks do not cause single reads. All acks together always free it. */
const CREDIT_COUNT_MIN = 16
const CREDIT_BYTES_MIN: number = UNACKED_BYTES_MAX / 4
/** Ended subscriptions that may stand in a line, beyond as many as there are others. */
const ENDED_IN_LINE_MAX = 64
/** Live deposits to one connection. They have no ack that would hold them back, and may be lost. */
const LIVE_RATE: Rate = { perSecond: 64, burst: 256 }

class DeliveryRead implements Waiting {
  readonly #delivery: Delivery
  readonly subscription: Subscription
  readonly limit: number

  constructor(delivery: Delivery, subscription: Subscription, limit: number) {
    this.#delivery = delivery
    this.subscription = subscription
    this.limit = limit
  }

  resume(records: RecordsInput): void {
    this.#delivery.onRows(this, records)
  }
}

/** Delivers. */
export class Delivery {
  readonly #state: RelayState

  constructor(state: RelayState) {
    this.#state = state
  }

  // ---- subscriptions

  /** Whether nothing is in the mailbox, which the answer to `subscribe` then says in place of `drained`. */
  isEmpty(subscription: Subscription): boolean {
    subscription.isDrained = subscription.cursor >= subscription.drainSequence
    return subscription.isDrained
  }

  /** Begins to deliver, once the answer to `subscribe` is sent. */
  start(subscription: Subscription): void {
    if (subscription.isEnded) {
      return
    }
    subscription.isHeld = false
    this.#goOn(subscription)
    this.pump(subscription.connection)
  }

  /** Ends a subscription: what is not acknowledged stays stored, and its credit is free again. */
  end(subscription: Subscription): void {
    if (subscription.isEnded) {
      return
    }
    subscription.isEnded = true
    const { connection, mailboxId } = subscription
    connection.subscriptions.delete(mailboxId)
    if (this.#state.subscribers.get(mailboxId) === subscription) {
      this.#state.subscribers.delete(mailboxId)
    }
    for (const delivered of subscription.allUnacked()) {
      this.#free(connection, delivered)
    }
  }

  // ---- what comes

  /** An envelope was stored in a mailbox: delivers it, in this handle, to a subscription that has caught up. */
  onStored(mailbox: Mailbox, sequence: number, envelope: Envelope, row: Uint8Array): void {
    const subscription = this.#state.subscribers.get(mailbox.id)
    if (subscription === undefined) {
      return
    }
    // Who is behind stands in line or reads, and gets it in its turn.
    const isNext = subscription.cursor === sequence
    subscription.endSequence = sequence + 1
    subscription.backlog += 1
    if (!isNext || subscription.isHeld || this.#state.isDraining) {
      return
    }
    const { connection } = subscription
    if (
      connection.unackedCount + connection.reservedCount < UNACKED_ENVELOPES_MAX &&
      connection.unackedBytes + envelope.sealed.length <= UNACKED_BYTES_MAX
    ) {
      subscription.cursor = sequence + 1
      subscription.backlog = 0
      this.#deliver(subscription, sequence, envelope, row)
      return
    }
    this.#enqueue(subscription)
  }

  /** A live deposit: to whoever has subscribed, now or never. */
  onLive(mailbox: Mailbox, envelope: Envelope): void {
    const subscription = this.#state.subscribers.get(mailbox.id)
    if (
      subscription === undefined ||
      subscription.isHeld ||
      subscription.connection.liveDeliveries.take(LIVE_RATE, this.#state.steadyMs) > 0
    ) {
      return
    }
    this.#state.push(subscription.connection, {
      type: 'deliver',
      mailboxId: mailbox.id,
      envelope,
      isLive: true
    })
  }

  // ---- what goes

  /** Takes an envelope off the delivered ones, because it was acked, recalled or has expired. */
  release(subscription: Subscription, envelopeId: EnvelopeId): Delivered | undefined {
    const delivered = subscription.take(envelopeId)
    if (delivered !== undefined) {
      this.#free(subscription.connection, delivered)
    }
    return delivered
  }

  /** Says `drained` where that has come true, and uses the credit that is free. */
  afterRelease(subscription: Subscription): void {
    this.#settle(subscription)
    this.pump(subscription.connection)
  }

  // ---- reading

  /** Starts reads while there are subscriptions in line and credit for what they will bring. */
  pump(connection: Connection): void {
    if (!connection.isOpen || this.#state.isDraining) {
      return
    }
    while (connection.readCount < READS_MAX) {
      const credit = UNACKED_ENVELOPES_MAX - connection.unackedCount - connection.reservedCount
      const bytes = UNACKED_BYTES_MAX - connection.unackedBytes
      if (credit < CREDIT_COUNT_MIN || bytes < CREDIT_BYTES_MIN) {
        return
      }
      const subscription = connection.line.shift()
      if (subscription === undefined) {
        return
      }
      subscription.isQueued = false
      if (!subscription.isEnded) {
        const wanted = Math.max(subscription.backlog, READ_ROWS_MIN)
        this.#read(subscription, Math.min(wanted, credit, READ_ROWS_MAX))
      }
    }
  }

  #read(subscription: Subscription, limit: number): void {
    const { connection, mailboxId } = subscription
    subscription.isReading = true
    connection.readCount += 1
    this.#state.deliveryReadCount += 1
    connection.reservedCount += limit
    this.#state.read(new DeliveryRead(this, subscription, limit), [], {
      table: 'envelope',
      from: envelopeKey(mailboxId, subscription.cursor),
      to: mailboxId + KEY_END,
      limit
    })
  }

  /** Rows have come: delivers what is live among them, while the credit lasts. */
  onRows(read: DeliveryRead, records: RecordsInput): void {
    const { subscription } = read
    const { connection } = subscription
    connection.readCount -= 1
    this.#state.deliveryReadCount -= 1
    connection.reservedCount -= read.limit
    subscription.isReading = false
    if (!subscription.isEnded && !this.#state.isDraining) {
      const isAllTaken = this.#takeRows(subscription, records)
      if (isAllTaken && records.isEnd) {
        subscription.cursor = subscription.endSequence
        subscription.backlog = 0
      }
      this.#goOn(subscription)
    }
    this.pump(connection)
  }

  /** @returns false where a row found no room. */
  #takeRows(subscription: Subscription, records: RecordsInput): boolean {
    const { connection } = subscription
    const mailbox = this.#state.mailboxes.get(subscription.mailboxId)
    for (const { key, value } of records.rows) {
      const row = parseEnvelope(value)
      const sequence = sequenceOfKey(key)
      if (row === 'corrupt') {
        this.#state.reportCorrupt('envelope')
      } else if (row.state === LIVE) {
        if (connection.unackedBytes + row.size > UNACKED_BYTES_MAX) {
          return false
        }
        subscription.backlog = Math.max(0, subscription.backlog - 1)
        this.#deliver(subscription, sequence, envelopeOf(row), value)
      } else if (mailbox?.row.firstLive === sequence) {
        // Only in memory: the next subscription need not read this tombstone again.
        mailbox.row.firstLive = sequence + 1
      }
      subscription.cursor = sequence + 1
    }
    return true
  }

  #deliver(
    subscription: Subscription,
    sequence: number,
    envelope: Envelope,
    row: Uint8Array
  ): void {
    const { connection } = subscription
    const size = envelope.sealed.length
    const tombstone = tombstoneOf(row, ACKED)
    const delivered = { sequence, size, tombstone, steadyMs: this.#state.steadyMs }
    subscription.add(envelope.envelopeId, delivered)
    connection.unackedCount += 1
    connection.unackedBytes += size
    this.#state.unacked.add(delivered)
    this.#state.push(connection, {
      type: 'deliver',
      mailboxId: subscription.mailboxId,
      envelope,
      isLive: false
    })
  }

  /** Queues what is behind; says `drained` for what is not. */
  #goOn(subscription: Subscription): void {
    if (subscription.cursor < subscription.endSequence) {
      this.#enqueue(subscription)
    }
    this.#settle(subscription)
  }

  #enqueue(subscription: Subscription): void {
    if (subscription.isQueued || subscription.isReading) {
      return
    }
    const { line, subscriptions } = subscription.connection
    subscription.isQueued = true
    line.push(subscription)
    // Those that ended while they waited leave when their turn comes; who ends many without letting a turn come gains nothing.
    if (line.length > 2 * subscriptions.size + ENDED_IN_LINE_MAX) {
      line.keepOnly((waiting) => !waiting.isEnded)
    }
  }

  #settle(subscription: Subscription): void {
    if (
      !subscription.isDrained &&
      !subscription.isHeld &&
      !subscription.isEnded &&
      subscription.undrainedCount === 0 &&
      subscription.cursor >= subscription.drainSequence
    ) {
      subscription.isDrained = true
      this.#state.push(subscription.connection, {
        type: 'drained',
        mailboxId: subscription.mailboxId
      })
    }
  }

  #free(connection: Connection, delivered: Delivered): void {
    connection.unackedCount -= 1
    connection.unackedBytes -= delivered.size
    this.#state.unacked.delete(delivered)
  }
}
