/**
 * Acks: the recipient holds envelopes durably, so the relay keeps only their tombstones.
 *
 * ```
 *   arrived -> not subscribed here -> denied
 *      |
 *      +-> all delivered on this stream, summary in memory --------------------------------> acked
 *      +-> else reading: summary, index rows of the others -> reading: their envelope rows -> acked
 * ```
 */
import { ACKS_MAX, type EnvelopeId, type MailboxAnswer, type MailboxId } from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { RowKey } from '../tables.ts'
import type { Subscription } from './connections.ts'
import type { Delivery } from './delivery.ts'
import type { Mailbox } from './mailbox.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import { ACKED, envelopeKey, LIVE, parseEnvelope, parseIndex, tombstoneOf } from './rows.ts'
import type { Tombstones } from './tombstones.ts'

const ACKED_ANSWER: MailboxAnswer = { type: 'acked' }

/** An envelope that an index row names. */
interface Found {
  readonly envelopeId: EnvelopeId
  readonly sequence: number
}

/** An ack that needs rows. */
class PendingAck implements Waiting {
  readonly #acks: Acks
  readonly request: Request
  readonly subscription: Subscription
  /** All that is acknowledged. */
  readonly envelopeIds: readonly EnvelopeId[]
  /** Those of them that are looked up, since this stream did not deliver them. */
  lookedUp: readonly EnvelopeId[]
  /** What the index rows named; undefined until they have come. */
  found: readonly Found[] | undefined

  constructor(
    acks: Acks,
    ack: {
      readonly request: Request
      readonly subscription: Subscription
      readonly envelopeIds: readonly EnvelopeId[]
      readonly lookedUp: readonly EnvelopeId[]
    }
  ) {
    this.#acks = acks
    this.request = ack.request
    this.subscription = ack.subscription
    this.envelopeIds = ack.envelopeIds
    this.lookedUp = ack.lookedUp
  }

  resume(records: RecordsInput): void {
    this.#acks.onRecords(this, records)
  }
}

/** Takes acks. */
export class Acks {
  readonly #state: RelayState
  readonly #refusals: Refusals
  readonly #delivery: Delivery
  readonly #tombstones: Tombstones

  constructor(parts: {
    readonly state: RelayState
    readonly refusals: Refusals
    readonly delivery: Delivery
    readonly tombstones: Tombstones
  }) {
    this.#state = parts.state
    this.#refusals = parts.refusals
    this.#delivery = parts.delivery
    this.#tombstones = parts.tombstones
  }

  /** How many of these envelopes an ack must look up: what it costs beyond what was delivered. */
  lookupCount(request: Request, mailboxId: MailboxId, envelopeIds: readonly EnvelopeId[]): number {
    const subscription = request.connection.subscriptions.get(mailboxId)
    let count = 0
    for (const envelopeId of envelopeIds) {
      if (subscription?.isUnacked(envelopeId) !== true) {
        count += 1
      }
    }
    return count
  }

  /** An ack came. */
  onRequest(request: Request, mailboxId: MailboxId, envelopeIds: readonly EnvelopeId[]): void {
    const subscription = request.connection.subscriptions.get(mailboxId)
    if (subscription === undefined) {
      this.#refusals.deny(request)
      return
    }
    if (envelopeIds.length > ACKS_MAX) {
      this.#refusals.refuse(request, { type: 'refused', reason: 'too-large' })
      return
    }
    const mailbox = this.#state.mailboxes.get(mailboxId)
    const lookedUp = envelopeIds.filter((envelopeId) => !subscription.isUnacked(envelopeId))
    if (lookedUp.length === 0 && mailbox !== undefined) {
      for (const envelopeId of envelopeIds) {
        this.#ackDelivered(mailbox, subscription, envelopeId)
      }
      this.#finish(request, mailbox, subscription)
      return
    }
    this.#readIndex(new PendingAck(this, { request, subscription, envelopeIds, lookedUp }))
  }

  #readIndex(pending: PendingAck): void {
    const { mailboxId } = pending.subscription
    const keys: RowKey[] = [{ table: 'mailbox', key: mailboxId }]
    for (const envelopeId of pending.lookedUp) {
      keys.push({ table: 'envelope-index', key: mailboxId + envelopeId })
    }
    this.#state.read(pending, keys)
  }

  /** Rows have come: those of the index, then those of the envelopes. */
  onRecords(pending: PendingAck, records: RecordsInput): void {
    const { request, subscription, envelopeIds } = pending
    const mailbox = this.#state.mailboxes.load(subscription.mailboxId, records.values[0])
    if (mailbox === 'corrupt') {
      this.#state.reportCorrupt('mailbox')
      this.#refusals.refuse(request, { type: 'refused', reason: 'internal' })
      return
    }
    if (mailbox === undefined) {
      // Destroyed meanwhile, and with it what was to be acknowledged.
      this.#state.answer(request.connection, request.number, ACKED_ANSWER)
      return
    }
    if (subscription.isEnded && pending.lookedUp.length < envelopeIds.length) {
      // What this stream had delivered may have been delivered and acked elsewhere since: only the rows know.
      pending.lookedUp = envelopeIds
      pending.found = undefined
      this.#readIndex(pending)
      return
    }
    if (pending.found === undefined) {
      pending.found = this.#found(pending, mailbox, records)
      if (pending.found.length > 0) {
        this.#readEnvelopes(pending, pending.found)
        return
      }
    } else {
      this.#ackFound(pending.found, mailbox, records)
    }
    if (!subscription.isEnded) {
      for (const envelopeId of envelopeIds) {
        this.#ackDelivered(mailbox, subscription, envelopeId)
      }
    }
    this.#finish(request, mailbox, subscription)
  }

  #readEnvelopes(pending: PendingAck, found: readonly Found[]): void {
    const { mailboxId } = pending.subscription
    const keys: RowKey[] = [{ table: 'mailbox', key: mailboxId }]
    for (const { sequence } of found) {
      keys.push({ table: 'envelope', key: envelopeKey(mailboxId, sequence) })
    }
    this.#state.read(pending, keys)
  }

  #found(pending: PendingAck, mailbox: Mailbox, records: RecordsInput): readonly Found[] {
    const found: Found[] = []
    pending.lookedUp.forEach((envelopeId, at) => {
      const value = records.values[at + 1]
      const index = value === undefined ? undefined : parseIndex(value)
      if (index === 'corrupt') {
        this.#state.reportCorrupt('envelope-index')
      } else if (index !== undefined && index.sequence >= mailbox.row.firstSequence) {
        found.push({ envelopeId, sequence: index.sequence })
      }
    })
    return found
  }

  /** Acks what rows say is live. Their values are as of now, so one that was acked meanwhile is a tombstone here. */
  #ackFound(found: readonly Found[], mailbox: Mailbox, records: RecordsInput): void {
    const seen = new Set<number>()
    found.forEach(({ envelopeId, sequence }, at) => {
      const value = records.values[at + 1]
      const row = value === undefined ? undefined : parseEnvelope(value)
      if (row === 'corrupt') {
        this.#state.reportCorrupt('envelope')
        return
      }
      if (
        value === undefined ||
        row?.envelopeId !== envelopeId ||
        row.state !== LIVE ||
        sequence < mailbox.row.firstSequence ||
        seen.has(sequence)
      ) {
        return
      }
      seen.add(sequence)
      const subscriber = this.#state.subscribers.get(mailbox.id)
      if (subscriber !== undefined && this.#delivery.release(subscriber, envelopeId)) {
        this.#delivery.afterRelease(subscriber)
      }
      this.#tombstones.bury(mailbox, {
        sequence,
        size: row.size,
        tombstone: tombstoneOf(value, ACKED)
      })
    })
  }

  #ackDelivered(mailbox: Mailbox, subscription: Subscription, envelopeId: EnvelopeId): void {
    const delivered = this.#delivery.release(subscription, envelopeId)
    if (delivered !== undefined) {
      this.#tombstones.bury(mailbox, delivered)
    }
  }

  #finish(request: Request, mailbox: Mailbox, subscription: Subscription): void {
    if (this.#state.isTotalsChanged) {
      this.#state.writeMailbox(mailbox)
    }
    this.#state.answer(request.connection, request.number, ACKED_ANSWER)
    if (!subscription.isEnded) {
      this.#delivery.afterRelease(subscription)
    }
    this.#tombstones.prune(mailbox)
  }
}
