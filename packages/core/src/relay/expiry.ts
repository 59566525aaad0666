/**
 * Expiry: an hour at a time, a bounded number of rows at a time, and never a look at what is not due.
 *
 * ```
 *   resting --hour over, clock not just set forward--> reading due keys --> reading their rows --> erased --+
 *      ^                                                    | none due            more due: next step ^-----+
 *      +----------------------------------------------------+
 * ```
 *
 * Where the clock was set forward by more than an hour, or is as far beyond the time at which the relay ran last, nothing expires for
 * an hour: a wrong clock is put right meanwhile.
 */
import { type MailboxId, mailboxIds } from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { RowKey } from '../tables.ts'
import type { Delivery } from './delivery.ts'
import type { Links } from './links.ts'
import type { Mailbox } from './mailbox.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import {
  type Corrupt,
  envelopeKey,
  hourStart,
  LIVE,
  parseEnvelope,
  parseTimedKey,
  type TimedKey
} from './rows.ts'
import type { Tombstones } from './tombstones.ts'

const HOUR_MS = 3_600_000
/** Expiry rows of one step: at most 4 MiB of envelopes that nobody fetched. */
const EXPIRED_ROWS_MAX = 128
/** How long after a jump forward nothing expires. */
export const CLOCK_SETTLE_MS: number = HOUR_MS

/** A row that is due, and its key. */
interface Due {
  readonly key: string
  readonly timed: TimedKey
}

class DueRead implements Waiting {
  readonly #expiry: Expiry
  readonly due: readonly Due[]
  readonly mailboxIds: readonly string[]
  readonly hour: number

  constructor(
    expiry: Expiry,
    due: readonly Due[],
    mailboxIdsOfDue: readonly string[],
    hour: number
  ) {
    this.#expiry = expiry
    this.due = due
    this.mailboxIds = mailboxIdsOfDue
    this.hour = hour
  }

  resume(records: RecordsInput): void {
    this.#expiry.onRows(this, records)
  }
}

/** Erases what has outlived its lifetime. */
export class Expiry implements Waiting {
  readonly #state: RelayState
  readonly #delivery: Delivery
  readonly #tombstones: Tombstones
  readonly #links: Links
  /** All that was due up to the beginning of this hour is erased. */
  #sweptHour = -1
  /** Nothing due lies before. */
  #from = ''
  /** The hour up to which the reading under way looks; undefined while resting. */
  #readingHour: number | undefined
  #heldUntilMs = Number.NEGATIVE_INFINITY

  constructor(parts: {
    readonly state: RelayState
    readonly delivery: Delivery
    readonly tombstones: Tombstones
    readonly links: Links
  }) {
    this.#state = parts.state
    this.#delivery = parts.delivery
    this.#tombstones = parts.tombstones
    this.#links = parts.links
  }

  /** The clock was set. */
  onClock(jumpMs: number): void {
    // What is stored from here on may be due before hours that were swept already.
    this.#sweptHour = -1
    this.#from = ''
    if (jumpMs > HOUR_MS) {
      this.#heldUntilMs = this.#state.steadyMs + CLOCK_SETTLE_MS
    }
  }

  /** Takes the next step, if one is to be taken. */
  tick(): void {
    const state = this.#state
    const hour = Math.floor(state.nowMs / HOUR_MS)
    if (
      this.#readingHour !== undefined ||
      state.isDraining ||
      hour <= this.#sweptHour ||
      state.steadyMs < this.#heldUntilMs
    ) {
      return
    }
    this.#readingHour = hour
    state.read(this, [], {
      table: 'expiry',
      from: this.#from,
      to: hourStart(hour + 1),
      limit: EXPIRED_ROWS_MAX
    })
  }

  /** When the next step is wanted, on the wall clock. */
  nextMs(): number | undefined {
    if (this.#readingHour !== undefined || this.#state.isDraining) {
      return undefined
    }
    const hourMs = (this.#sweptHour + 1) * HOUR_MS
    return Math.max(hourMs, this.#state.wallMs(this.#heldUntilMs))
  }

  /** Due keys have come. */
  resume(records: RecordsInput): void {
    const hour = this.#readingHour ?? 0
    const due: Due[] = []
    const mailboxIdsOfDue = new Set<string>()
    for (const { key } of records.rows) {
      const timed: TimedKey | Corrupt = parseTimedKey(key)
      if (timed === 'corrupt') {
        this.#state.reportCorrupt('expiry')
        this.#state.erase('expiry', key)
        continue
      }
      due.push({ key, timed })
      if (timed.what === 'e') {
        mailboxIdsOfDue.add(timed.id)
      }
    }
    this.#progress(records, hour)
    if (due.length === 0) {
      this.#readingHour = undefined
      return
    }
    const keys = due.map(({ timed }): RowKey =>
      timed.what === 'e'
        ? { table: 'envelope', key: envelopeKey(timed.id as MailboxId, timed.sequence) }
        : { table: 'link', key: timed.id }
    )
    for (const mailboxId of mailboxIdsOfDue) {
      keys.push({ table: 'mailbox', key: mailboxId })
    }
    this.#state.read(new DueRead(this, due, [...mailboxIdsOfDue], hour), keys)
  }

  /** Notes how far the keys reach, unless the clock was set meanwhile. */
  #progress(records: RecordsInput, hour: number): void {
    if (Math.floor(this.#state.nowMs / HOUR_MS) < hour) {
      return
    }
    const last = records.rows.at(-1)
    if (records.isEnd) {
      this.#sweptHour = hour
      this.#from = hourStart(hour + 1)
    } else if (last !== undefined) {
      this.#from = `${last.key}0`
    }
  }

  /** The rows that are due have come. */
  onRows(read: DueRead, records: RecordsInput): void {
    this.#readingHour = undefined
    const mailboxes = this.#mailboxesOf(read, records)
    const changed = new Set<Mailbox>()
    const count = { envelopeCount: 0, envelopeBytes: 0, tombstoneCount: 0 }
    read.due.forEach(({ key, timed }, at) => {
      const value = records.values[at]
      this.#state.erase('expiry', key)
      if (timed.what !== 'e') {
        this.#links.expire(timed.id, value)
        return
      }
      const row = value === undefined ? undefined : parseEnvelope(value)
      const mailbox = mailboxes.get(timed.id)
      if (row === 'corrupt') {
        this.#state.reportCorrupt('envelope')
        return
      }
      // Garbage of a destroyed mailbox is erased with it. A later envelope that got the same sequence has a later hour.
      if (
        row === undefined ||
        mailbox === undefined ||
        timed.sequence < mailbox.row.firstSequence ||
        row.expiryHour > read.hour
      ) {
        return
      }
      changed.add(mailbox)
      this.#tombstones.eraseRows(mailbox.id, { ...row, sequence: timed.sequence })
      if (row.state !== LIVE) {
        this.#tombstones.uncountTombstone(mailbox)
        count.tombstoneCount += 1
        return
      }
      const subscription = this.#state.subscribers.get(mailbox.id)
      if (subscription !== undefined) {
        this.#delivery.release(subscription, row.envelopeId)
      }
      this.#tombstones.uncount(mailbox, timed.sequence, row.size)
      count.envelopeCount += 1
      count.envelopeBytes += row.size
    })
    this.#finish(changed, count)
  }

  #mailboxesOf(read: DueRead, records: RecordsInput): ReadonlyMap<string, Mailbox> {
    const mailboxes = new Map<string, Mailbox>()
    read.mailboxIds.forEach((id, at) => {
      const mailboxId = mailboxIds.fromHex(id)
      const value = records.values[read.due.length + at]
      const mailbox =
        mailboxId === undefined ? undefined : this.#state.mailboxes.peek(mailboxId, value)
      if (mailbox === 'corrupt') {
        this.#state.reportCorrupt('mailbox')
      } else if (mailbox !== undefined) {
        mailboxes.set(id, mailbox)
      }
    })
    return mailboxes
  }

  #finish(
    changed: ReadonlySet<Mailbox>,
    count: {
      readonly envelopeCount: number
      readonly envelopeBytes: number
      readonly tombstoneCount: number
    }
  ): void {
    for (const mailbox of changed) {
      this.#state.writeMailbox(mailbox)
      const subscription = this.#state.subscribers.get(mailbox.id)
      if (subscription !== undefined) {
        this.#delivery.afterRelease(subscription)
      }
    }
    if (changed.size > 0) {
      this.#state.emit({ type: 'notify', event: 'expired', ...count })
    }
  }
}
