/**
 * Deposits: into a mailbox, or to whoever listens to it now. The path that costs most in a relay's life.
 *
 * ```
 *   arrived -> rate, capacity, size class -> reading: index row, and the summary where it is not in memory
 *                       |                        |   (neither, where the id is certainly new: known-envelopes.ts)
 *                    refused                     +-> unknown, wrong token, blocked -> denied
 *                                                +-> request box: size, work      -> refused
 *                                                +-> live                         -> accepted
 *                                                +-> known id -> reading: its row -> stored | gone
 *                                                +-> rate of the mailbox, quota   -> refused
 *                                                +-> four rows written            -> stored, delivered
 * ```
 */
import {
  type EnvelopeId,
  envelopeIds,
  LIFETIMES_MS,
  type MailboxAnswer,
  type MailboxId,
  mailboxIds,
  type MailboxRequest,
  type Refusal,
  REQUEST_SEALED_BYTES,
  SIZE_CLASSES
} from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import type { RecordsInput } from '../machine.ts'
import type { Admission } from './admission.ts'
import type { Connection } from './connections.ts'
import type { Delivery } from './delivery.ts'
import { KnownEnvelopes } from './known-envelopes.ts'
import type { Mailbox } from './mailbox.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import {
  encodeEnvelope,
  encodeIndex,
  envelopeKey,
  expiryKey,
  LIVE,
  parseEnvelope,
  parseIndex,
  PRESENT
} from './rows.ts'
import type { WorkAdmission } from './work-admission.ts'

/** Where a mailbox that had no predecessor begins to count. */
const FIRST_SEQUENCE = 0
/** Hours are what expiry counts in. */
const HOUR_MS = 3_600_000
const HOURS_A_DAY = 24
/** From here on a day more or less is nothing to a lifetime. */
const BLURRED_LIFETIME_MS = 14 * HOURS_A_DAY * HOUR_MS

type DepositRequest = Extract<MailboxRequest, { readonly type: 'deposit' }>

const STORED: MailboxAnswer = { type: 'deposited', outcome: 'stored' }
const GONE: MailboxAnswer = { type: 'deposited', outcome: 'gone' }
const ACCEPTED: MailboxAnswer = { type: 'deposited', outcome: 'accepted' }
const TOO_LARGE: Refusal = { type: 'refused', reason: 'too-large' }
const QUOTA_EXCEEDED: Refusal = { type: 'refused', reason: 'quota-exceeded' }
const INTERNAL: Refusal = { type: 'refused', reason: 'internal' }

/** A deposit that is being decided; one object for its whole way. */
class PendingDeposit implements Request, Waiting {
  readonly #deposits: Deposits
  readonly connection: Connection
  readonly number: number
  readonly verb = 'deposit'
  readonly arrivedSteadyMs: number
  readonly request: DepositRequest
  /** The sequence of the envelope of the same id whose row is being read. */
  knownSequence: number | undefined
  /** A sequence that the index named and under which no such envelope was. */
  staleSequence: number | undefined

  constructor(
    deposits: Deposits,
    connection: Connection,
    number: number,
    arrivedSteadyMs: number,
    request: DepositRequest
  ) {
    this.#deposits = deposits
    this.connection = connection
    this.number = number
    this.arrivedSteadyMs = arrivedSteadyMs
    this.request = request
  }

  resume(records: RecordsInput): void {
    this.#deposits.onRecords(this, records)
  }
}

/** Takes deposits. */
export class Deposits {
  readonly #state: RelayState
  readonly #admission: Admission
  readonly #work: WorkAdmission
  readonly #refusals: Refusals
  readonly #delivery: Delivery
  readonly #known = new KnownEnvelopes()
  /** Deposits of a mailbox that wait for a read: what comes after them waits too, so that envelopes keep their order. */
  readonly #reading = new Map<MailboxId, number>()

  constructor(parts: {
    readonly state: RelayState
    readonly admission: Admission
    readonly work: WorkAdmission
    readonly refusals: Refusals
    readonly delivery: Delivery
  }) {
    this.#state = parts.state
    this.#admission = parts.admission
    this.#work = parts.work
    this.#refusals = parts.refusals
    this.#delivery = parts.delivery
  }

  /** A deposit came. */
  onRequest(connection: Connection, number: number, request: DepositRequest): void {
    const pending = new PendingDeposit(this, connection, number, this.#state.steadyMs, request)
    const refusal =
      this.#admission.refusalForDeposit(connection, request.isLive) ??
      (SIZE_CLASSES.includes(request.envelope.sealed.length) ? undefined : TOO_LARGE)
    if (refusal !== undefined) {
      this.#refusals.refuse(pending, refusal)
      return
    }
    const mailbox = this.#state.mailboxes.get(request.mailboxId)
    if (mailbox !== undefined && (request.isLive || this.#isNew(mailbox, request))) {
      this.#decide(pending, mailbox, undefined)
    } else {
      this.#read(pending)
    }
  }

  /** Whether the mailbox certainly has no row of this id; one that had a predecessor may have rows that wait to be erased. */
  #isNew(mailbox: Mailbox, { mailboxId, envelope }: DepositRequest): boolean {
    return (
      mailbox.row.firstSequence === FIRST_SEQUENCE &&
      !this.#reading.has(mailboxId) &&
      this.#known.isNew(mailboxId, envelope.envelopeId)
    )
  }

  /** Index row first; the summary's row only where it is not in memory. */
  #read(pending: PendingDeposit): void {
    const { mailboxId, envelope } = pending.request
    const indexKey = { table: 'envelope-index', key: mailboxId + envelope.envelopeId } as const
    this.#reading.set(mailboxId, (this.#reading.get(mailboxId) ?? 0) + 1)
    this.#state.read(
      pending,
      this.#state.mailboxes.get(mailboxId) === undefined
        ? [indexKey, { table: 'mailbox', key: mailboxId }]
        : [indexKey]
    )
  }

  /** The rows have come. */
  onRecords(pending: PendingDeposit, records: RecordsInput): void {
    const { mailboxId } = pending.request
    const [indexValue, mailboxValue] = records.values
    this.#readingLess(mailboxId)
    const mailbox = this.#state.mailboxes.load(mailboxId, mailboxValue)
    if (mailbox === undefined && records.values.length === 1) {
      // The summary was in memory when the read was asked for and had to make room since, or its mailbox was destroyed.
      pending.knownSequence = undefined
      this.#read(pending)
      return
    }
    if (mailbox === 'corrupt') {
      this.#state.reportCorrupt('mailbox')
      this.#refusals.refuse(pending, INTERNAL)
      return
    }
    if (mailbox !== undefined && pending.knownSequence !== undefined) {
      this.#answerKnown(pending, mailbox, indexValue)
    } else {
      this.#decide(pending, mailbox, indexValue)
    }
  }

  #readingLess(mailboxId: MailboxId): void {
    const left = (this.#reading.get(mailboxId) ?? 1) - 1
    if (left === 0) {
      this.#reading.delete(mailboxId)
    } else {
      this.#reading.set(mailboxId, left)
    }
  }

  #decide(
    pending: PendingDeposit,
    mailbox: Mailbox | undefined,
    indexValue: Uint8Array | undefined
  ): void {
    const { request, connection, number } = pending
    if (
      mailbox?.isDepositToken(request.depositToken) !== true ||
      this.#refusals.isBlocked(mailbox.id)
    ) {
      this.#refusals.deny(pending)
      return
    }
    const refusal =
      mailbox.row.kind === 'request'
        ? this.#refusalAtBox(pending, indexValue !== undefined)
        : undefined
    if (refusal !== undefined) {
      this.#refusals.refuse(pending, refusal)
      return
    }
    if (request.isLive) {
      if (this.#isTooOften(pending, mailbox)) {
        return
      }
      this.#delivery.onLive(mailbox, request.envelope)
      this.#state.answer(connection, number, ACCEPTED)
      return
    }
    if (indexValue !== undefined && this.#meetsKnown(pending, mailbox, indexValue)) {
      return
    }
    if (this.#isTooOften(pending, mailbox)) {
      return
    }
    const quota = this.#admission.quota(mailbox.row.kind)
    if (
      mailbox.row.liveCount + 1 > quota.envelopeCountMax ||
      mailbox.row.liveBytes + request.envelope.sealed.length > quota.bytesMax
    ) {
      this.#refusals.refuse(pending, QUOTA_EXCEEDED)
      return
    }
    this.#store(pending, mailbox)
  }

  /** What a request box asks beyond the token; what is or was there already is not bounded by how often. */
  #refusalAtBox({ connection, request }: PendingDeposit, isKnown: boolean): Refusal | undefined {
    const { envelope, mailboxId } = request
    // First, since proofs of work are over all of the envelope, and who floods a box has as many as they like.
    const busy = this.#admission.refusalForKnock(connection, isKnown)
    if (busy !== undefined) {
      return busy
    }
    if (envelope.sealed.length !== REQUEST_SEALED_BYTES) {
      return TOO_LARGE
    }
    return this.#work.refusalFor(request.work, 'deposit', () =>
      depositSubject(mailboxId, envelope.envelopeId, envelope.sealed)
    )
  }

  #isTooOften(pending: PendingDeposit, mailbox: Mailbox): boolean {
    const { kind } = mailbox.row
    const knockMs = kind === 'request' ? this.#admission.takeKnock(pending.connection) : 0
    const perMinute = this.#admission.depositsPerMinute(kind)
    const waitMs = knockMs || mailbox.deposits.count(perMinute, this.#state.steadyMs)
    if (waitMs > 0) {
      this.#refusals.refuse(pending, {
        type: 'refused',
        reason: 'slow-down',
        retryAfterMs: waitMs
      })
    }
    return waitMs > 0
  }

  /** @returns true where an envelope of this id is or was here, whose row is then read. */
  #meetsKnown(pending: PendingDeposit, mailbox: Mailbox, indexValue: Uint8Array): boolean {
    const { mailboxId } = pending.request
    const index = parseIndex(indexValue)
    if (index === 'corrupt') {
      this.#state.reportCorrupt('envelope-index')
      return false
    }
    if (index.sequence === pending.staleSequence) {
      return false
    }
    if (index.sequence < mailbox.row.firstSequence) {
      // A destroyed predecessor's. This index row is about to name another envelope, so nothing else would find the old one.
      this.#state.erase('envelope', envelopeKey(mailboxId, index.sequence))
      this.#state.erase('expiry', expiryKey(index.expiryHour, mailboxId, index.sequence))
      return false
    }
    pending.knownSequence = index.sequence
    this.#reading.set(mailboxId, (this.#reading.get(mailboxId) ?? 0) + 1)
    this.#state.read(pending, [
      { table: 'envelope', key: envelopeKey(mailboxId, index.sequence) },
      { table: 'mailbox', key: mailboxId }
    ])
    return true
  }

  #answerKnown(pending: PendingDeposit, mailbox: Mailbox, rowValue: Uint8Array | undefined): void {
    const row = rowValue === undefined ? undefined : parseEnvelope(rowValue)
    if (row === 'corrupt') {
      this.#state.reportCorrupt('envelope')
      this.#refusals.refuse(pending, INTERNAL)
      return
    }
    if (
      row?.envelopeId !== pending.request.envelope.envelopeId ||
      (pending.knownSequence ?? 0) < mailbox.row.firstSequence
    ) {
      // It expired, or its mailbox was destroyed and registered again, between the two reads.
      pending.staleSequence = pending.knownSequence
      pending.knownSequence = undefined
      this.#read(pending)
      return
    }
    const isGone = row.state !== LIVE && !mailbox.row.isQuiet
    this.#state.answer(pending.connection, pending.number, isGone ? GONE : STORED)
  }

  #remember(mailbox: Mailbox, envelopeId: EnvelopeId): void {
    const { liveCount, tombstoneCount, firstSequence } = mailbox.row
    if (liveCount === 0 && tombstoneCount === 0 && firstSequence === FIRST_SEQUENCE) {
      this.#known.begin(mailbox.id, envelopeId)
    } else {
      this.#known.add(mailbox.id, envelopeId)
    }
  }

  #store(pending: PendingDeposit, mailbox: Mailbox): void {
    const state = this.#state
    const { mailboxId, envelope } = pending.request
    const size = envelope.sealed.length
    const sequence = mailbox.row.nextSequence
    const lifetimeMs = LIFETIMES_MS[envelope.lifetime] ?? HOUR_MS
    const expiryHour = expiryHourOf(mailboxId, state.nowMs, lifetimeMs)
    const row = encodeEnvelope(envelope, expiryHour)
    this.#remember(mailbox, envelope.envelopeId)
    mailbox.row.nextSequence = sequence + 1
    mailbox.row.liveCount += 1
    mailbox.row.liveBytes += size
    state.totals.envelopeCount += 1
    state.totals.envelopeBytes += size
    state.isTotalsChanged = true
    state.write('envelope', envelopeKey(mailboxId, sequence), row)
    state.write(
      'envelope-index',
      mailboxId + envelope.envelopeId,
      encodeIndex(sequence, expiryHour)
    )
    state.write('expiry', expiryKey(expiryHour, mailboxId, sequence), PRESENT)
    state.writeMailbox(mailbox)
    state.answer(pending.connection, pending.number, STORED)
    this.#delivery.onStored(mailbox, sequence, envelope, row)
  }
}

/**
 * The hour from which an envelope is erased. What lives for weeks goes at its mailbox's own hour of the day: the hours in which
 * envelopes came would tell a stolen disk which mailboxes one person writes to, one after the other.
 */
function expiryHourOf(mailboxId: MailboxId, nowMs: number, lifetimeMs: number): number {
  const hour = Math.floor((nowMs + lifetimeMs) / HOUR_MS) + 1
  if (lifetimeMs < BLURRED_LIFETIME_MS) {
    return hour
  }
  const ownHour = Number.parseInt(mailboxId.slice(0, 4), 16) % HOURS_A_DAY
  return hour + ((ownHour - (hour % HOURS_A_DAY) + HOURS_A_DAY) % HOURS_A_DAY)
}

/** What the proof of work of a deposit into a request box is bound to: `SHA-256(id || envelopeId || SHA-256(sealed))`. */
function depositSubject(
  mailboxId: DepositRequest['mailboxId'],
  envelopeId: DepositRequest['envelope']['envelopeId'],
  sealed: Uint8Array
): Uint8Array {
  const bytes = new Uint8Array(80)
  bytes.set(mailboxIds.toBytes(mailboxId))
  bytes.set(envelopeIds.toBytes(envelopeId), 32)
  bytes.set(sha256(sealed), 48)
  return sha256(bytes)
}
