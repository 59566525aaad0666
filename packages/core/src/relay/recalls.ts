/**
 * Recalls: a sender takes an envelope back that nobody fetched yet.
 *
 * ```
 *   arrived -> reading: summary, index row -> nothing there -------------------------------+
 *                                |                                                         |
 *                                +-> reading: its row -> gone, or wrong token -------------+-> unknown, when a denial would come
 *                                                     -> delivered or acked, not quiet       -> delivered
 *                                                     -> live                                -> tombstone, recalled
 *                                                     -> recalled before, or quiet           -> recalled
 * ```
 *
 * Delivered means: on its way to a connection now, or acknowledged.
 */
import { equalSecrets, type MailboxAnswer, type MailboxRequest } from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import type { RecordsInput } from '../machine.ts'
import type { Delivery } from './delivery.ts'
import type { Mailbox } from './mailbox.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import {
  envelopeKey,
  type EnvelopeRow,
  LIVE,
  parseEnvelope,
  parseIndex,
  recallHashOf,
  RECALLED,
  tombstoneOf
} from './rows.ts'
import type { Tombstones } from './tombstones.ts'

type RecallRequest = Extract<MailboxRequest, { readonly type: 'recall' }>

const UNKNOWN: MailboxAnswer = { type: 'recalled', outcome: 'unknown' }
const DELIVERED: MailboxAnswer = { type: 'recalled', outcome: 'delivered' }
const RECALLED_ANSWER: MailboxAnswer = { type: 'recalled', outcome: 'recalled' }

class PendingRecall implements Waiting {
  readonly #recalls: Recalls
  readonly request: Request
  readonly body: RecallRequest
  /** Undefined until the index row has come. */
  sequence: number | undefined

  constructor(recalls: Recalls, request: Request, body: RecallRequest) {
    this.#recalls = recalls
    this.request = request
    this.body = body
  }

  resume(records: RecordsInput): void {
    this.#recalls.onRecords(this, records)
  }
}

/** Takes recalls. */
export class Recalls {
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

  /** A recall came. */
  onRequest(request: Request, body: RecallRequest): void {
    this.#state.read(new PendingRecall(this, request, body), [
      { table: 'mailbox', key: body.mailboxId },
      { table: 'envelope-index', key: body.mailboxId + body.envelopeId }
    ])
  }

  /** Rows have come: the index row, then the envelope's. */
  onRecords(pending: PendingRecall, records: RecordsInput): void {
    const { request, body } = pending
    const [mailboxValue, value] = records.values
    const mailbox = this.#state.mailboxes.load(body.mailboxId, mailboxValue)
    if (mailbox === 'corrupt') {
      this.#state.reportCorrupt('mailbox')
    }
    if (mailbox === undefined || mailbox === 'corrupt' || value === undefined) {
      this.#refusals.answerAsDenied(request, UNKNOWN)
      return
    }
    if (pending.sequence === undefined) {
      this.#readEnvelope(pending, mailbox, value)
      return
    }
    const row = parseEnvelope(value)
    if (row === 'corrupt') {
      this.#state.reportCorrupt('envelope')
    }
    if (
      row === 'corrupt' ||
      row.envelopeId !== body.envelopeId ||
      pending.sequence < mailbox.row.firstSequence ||
      !equalSecrets(recallHashOf(row.bytes), sha256(body.recallToken))
    ) {
      this.#refusals.answerAsDenied(request, UNKNOWN)
      return
    }
    const answer = this.#recall(mailbox, pending.sequence, row)
    this.#state.answer(request.connection, request.number, answer)
  }

  #readEnvelope(pending: PendingRecall, mailbox: Mailbox, value: Uint8Array): void {
    const { mailboxId } = pending.body
    const index = parseIndex(value)
    if (index === 'corrupt') {
      this.#state.reportCorrupt('envelope-index')
    }
    if (index === 'corrupt' || index.sequence < mailbox.row.firstSequence) {
      this.#refusals.answerAsDenied(pending.request, UNKNOWN)
      return
    }
    pending.sequence = index.sequence
    this.#state.read(pending, [
      { table: 'mailbox', key: mailboxId },
      { table: 'envelope', key: envelopeKey(mailboxId, index.sequence) }
    ])
  }

  #recall(mailbox: Mailbox, sequence: number, row: EnvelopeRow): MailboxAnswer {
    const { isQuiet } = mailbox.row
    if (row.state !== LIVE) {
      return row.state === RECALLED || isQuiet ? RECALLED_ANSWER : DELIVERED
    }
    const subscriber = this.#state.subscribers.get(mailbox.id)
    if (subscriber?.isUnacked(row.envelopeId) === true) {
      if (!isQuiet) {
        return DELIVERED
      }
      this.#delivery.release(subscriber, row.envelopeId)
      this.#delivery.afterRelease(subscriber)
    }
    this.#tombstones.bury(mailbox, {
      sequence,
      size: row.size,
      tombstone: tombstoneOf(row.bytes, RECALLED)
    })
    this.#state.writeMailbox(mailbox)
    this.#tombstones.prune(mailbox)
    return RECALLED_ANSWER
  }
}
