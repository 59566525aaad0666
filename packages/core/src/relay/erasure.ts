/**
 * The end of mailboxes. A destroyed mailbox is gone at once: its summary is erased, and what is left of its rows counts for
 * nothing. They are erased a bounded number at a time, so that no destroy holds others up.
 *
 * ```
 *   mailbox --destroyed, idle--> doomed row --rows erased step by step--> nothing
 *                                   |
 *                registered again --+--> goes on behind the garbage's sequences
 *
 *   sweep:  resting --something doomed, or start--> looking for a doomed row --> erasing, 256 rows a step --> looking ...
 *              ^                                              | none
 *              +----------------------------------------------+
 * ```
 *
 * The claims of a link whose claimables were replaced go the same way.
 */
import { type MailboxId, mailboxIds, type MailboxRequest } from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { Delivery } from './delivery.ts'
import { parseClaim, parseLink } from './link-rows.ts'
import type { Mailbox } from './mailbox.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import { encodeDoomed, envelopeKey, expiryKey, idleKey, KEY_END, parseIndex } from './rows.ts'

/** Rows looked at in one step. All are small. */
const SWEPT_ROWS_MAX = 256
/** Sorts before every key and behind every key of the table of doomed things. */
const DOOMED_FROM = 'l'
const DOOMED_TO = 'n'

type DestroyRequest = Extract<MailboxRequest, { readonly type: 'destroy' }>

class PendingDestroy implements Waiting {
  readonly #erasure: Erasure
  readonly request: Request
  readonly body: DestroyRequest

  constructor(erasure: Erasure, request: Request, body: DestroyRequest) {
    this.#erasure = erasure
    this.request = request
    this.body = body
  }

  resume(records: RecordsInput): void {
    this.#erasure.onDestroyRecords(this, records)
  }
}

/** What is being erased. */
interface Doomed {
  /** 'm' and the mailbox, or 'l' and the link. */
  readonly key: string
  /** The next row to look at; undefined for the first. */
  from: string | undefined
  /** It was doomed again, so there may be garbage behind `from`. */
  isAgain: boolean
}

/** Destroys mailboxes and erases what they leave. */
export class Erasure implements Waiting {
  readonly #state: RelayState
  readonly #refusals: Refusals
  readonly #delivery: Delivery
  /** Whether there may be doomed rows. */
  #isWork = true
  #isReading = false
  #doomed: Doomed | undefined

  constructor(state: RelayState, refusals: Refusals, delivery: Delivery) {
    this.#state = state
    this.#refusals = refusals
    this.#delivery = delivery
  }

  // ---- destroying

  /** `destroy` came. */
  onDestroy(request: Request, body: DestroyRequest): void {
    this.#state.read(new PendingDestroy(this, request, body), [
      { table: 'mailbox', key: body.mailboxId }
    ])
  }

  /** The summary has come. */
  onDestroyRecords(pending: PendingDestroy, records: RecordsInput): void {
    const { request, body } = pending
    const mailbox = this.#state.mailboxes.load(body.mailboxId, records.values[0])
    if (mailbox === 'corrupt') {
      this.#state.reportCorrupt('mailbox')
      this.#refusals.refuse(request, { type: 'refused', reason: 'internal' })
      return
    }
    if (mailbox?.isFetchToken(body.fetchToken) !== true) {
      this.#refusals.deny(request)
      return
    }
    this.doomMailbox(mailbox, 'destroyed')
    this.#state.answer(request.connection, request.number, { type: 'destroyed' })
  }

  /** Makes a mailbox as if it had never been; its rows are erased by and by. */
  doomMailbox(mailbox: Mailbox, reason: 'destroyed' | 'idle'): void {
    const state = this.#state
    const { row } = mailbox
    const subscription = state.subscribers.get(mailbox.id)
    if (subscription !== undefined) {
      this.#delivery.end(subscription)
      this.#delivery.pump(subscription.connection)
    }
    state.mailboxes.remove(mailbox.id)
    state.erase('mailbox', mailbox.id)
    state.erase('idle-mailbox', idleKey(row.lastWeek, 'm', mailbox.id))
    state.totals.mailboxCount -= 1
    state.totals.envelopeCount -= row.liveCount
    state.totals.envelopeBytes -= row.liveBytes
    state.totals.tombstoneCount -= row.tombstoneCount
    state.isTotalsChanged = true
    this.doom(`m${mailbox.id}`, row.nextSequence)
    state.emit({ type: 'notify', event: 'erased', what: 'mailbox', reason })
  }

  /** Has the garbage of a mailbox or link erased. A successor numbers what it holds from `next`. */
  doom(key: string, next: number): void {
    this.#state.write('doomed-mailbox', key, encodeDoomed(next))
    this.#isWork = true
    if (this.#doomed?.key === key) {
      this.#doomed.isAgain = true
    }
  }

  // ---- erasing

  /** Takes the next step, if one is to be taken. */
  tick(): void {
    if (this.#isReading || !this.#isWork || this.#state.isDraining) {
      return
    }
    this.#isReading = true
    if (this.#doomed === undefined) {
      this.#state.read(this, [], {
        table: 'doomed-mailbox',
        from: DOOMED_FROM,
        to: DOOMED_TO,
        limit: 1
      })
    } else {
      this.#readGarbage(this.#doomed)
    }
  }

  /** When the next step is wanted, on the wall clock. */
  nextMs(): number | undefined {
    const isWanted = this.#isWork && !this.#isReading && !this.#state.isDraining
    return isWanted ? this.#state.nowMs : undefined
  }

  #readGarbage(doomed: Doomed): void {
    const isMailbox = doomed.key.startsWith('m')
    const id = doomed.key.slice(1)
    this.#state.read(this, [{ table: isMailbox ? 'mailbox' : 'link', key: id }], {
      table: isMailbox ? 'envelope-index' : 'claim',
      from: doomed.from ?? id,
      to: id + KEY_END,
      limit: SWEPT_ROWS_MAX
    })
  }

  /** Rows of a step have come. */
  resume(records: RecordsInput): void {
    this.#isReading = false
    const doomed = this.#doomed
    if (doomed === undefined) {
      this.#onFound(records)
      return
    }
    if (doomed.key.startsWith('m')) {
      this.#eraseOfMailbox(doomed, records)
    } else {
      this.#eraseOfLink(records)
    }
    const last = records.rows.at(-1)
    doomed.from = last === undefined ? doomed.from : `${last.key}0`
    if (!records.isEnd) {
      return
    }
    if (doomed.isAgain) {
      doomed.isAgain = false
      doomed.from = undefined
      return
    }
    this.#state.erase('doomed-mailbox', doomed.key)
    this.#doomed = undefined
  }

  #onFound(records: RecordsInput): void {
    const [row] = records.rows
    if (row === undefined) {
      // A doom between the asking and now is in the rows, so nothing was missed.
      this.#isWork = false
    } else {
      this.#doomed = { key: row.key, from: undefined, isAgain: false }
    }
  }

  #eraseOfMailbox(doomed: Doomed, records: RecordsInput): void {
    const mailboxId = mailboxIds.fromHex(doomed.key.slice(1))
    const mailbox =
      mailboxId === undefined ? undefined : this.#state.mailboxes.peek(mailboxId, records.values[0])
    if (mailboxId === undefined || mailbox === 'corrupt') {
      this.#state.reportCorrupt('mailbox')
      return
    }
    const first = mailbox?.row.firstSequence ?? Number.POSITIVE_INFINITY
    for (const { key, value } of records.rows) {
      this.#eraseGarbage(mailboxId, key, value, first)
    }
  }

  #eraseGarbage(mailboxId: MailboxId, key: string, value: Uint8Array, first: number): void {
    const index = parseIndex(value)
    if (index === 'corrupt') {
      this.#state.reportCorrupt('envelope-index')
      this.#state.erase('envelope-index', key)
    } else if (index.sequence < first) {
      this.#state.erase('envelope-index', key)
      this.#state.erase('envelope', envelopeKey(mailboxId, index.sequence))
      this.#state.erase('expiry', expiryKey(index.expiryHour, mailboxId, index.sequence))
    }
  }

  #eraseOfLink(records: RecordsInput): void {
    const value = records.values[0]
    const link = value === undefined ? undefined : parseLink(value)
    if (link === 'corrupt') {
      this.#state.reportCorrupt('link')
      return
    }
    const ordinals = new Set(link?.entries.map(({ ordinal }) => ordinal))
    for (const row of records.rows) {
      const ordinal = parseClaim(row.value)
      if (ordinal === 'corrupt' || !ordinals.has(ordinal)) {
        this.#state.erase('claim', row.key)
      }
    }
  }
}
