/**
 * Idleness: mailboxes that nobody subscribed to, and links that nobody put claimables to, for 26 weeks.
 *
 * ```
 *   resting --week over--> reading keys of idle weeks --> reading their rows --> still used: renewed | idle: erased --+
 *      ^                                 | none                                     more: next step ^-----------------+
 *      +---------------------------------+
 * ```
 *
 * Where the clock was set forward by more than an hour, nothing is idle for a day.
 */
import { MAILBOX_IDLE_MS, mailboxIds } from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { RowKey } from '../tables.ts'
import type { Erasure } from './erasure.ts'
import type { Links } from './links.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import { hourStart as weekStart, parseTimedKey, type TimedKey } from './rows.ts'
import type { Subscriptions } from './subscriptions.ts'

const HOUR_MS = 3_600_000
const WEEK_MS = 604_800_000
const IDLE_WEEKS = MAILBOX_IDLE_MS / WEEK_MS
/** Idle rows of one step. */
const IDLE_ROWS_MAX = 128
/** How long after a jump forward nothing is idle: longer than for expiry, since more would be lost. */
const IDLE_SETTLE_MS: number = 24 * HOUR_MS

interface Idle {
  readonly key: string
  readonly timed: TimedKey
}

class IdleRead implements Waiting {
  readonly #sweep: IdleSweep
  readonly idle: readonly Idle[]

  constructor(sweep: IdleSweep, idle: readonly Idle[]) {
    this.#sweep = sweep
    this.idle = idle
  }

  resume(records: RecordsInput): void {
    this.#sweep.onRows(this, records)
  }
}

/** Erases what nobody uses. */
export class IdleSweep implements Waiting {
  readonly #state: RelayState
  readonly #erasure: Erasure
  readonly #links: Links
  readonly #subscriptions: Subscriptions
  /** Nothing of a week that lies 26 before this one, or more, is left. */
  #sweptWeek = -1
  #readingWeek: number | undefined
  #heldUntilMs = Number.NEGATIVE_INFINITY

  constructor(parts: {
    readonly state: RelayState
    readonly erasure: Erasure
    readonly links: Links
    readonly subscriptions: Subscriptions
  }) {
    this.#state = parts.state
    this.#erasure = parts.erasure
    this.#links = parts.links
    this.#subscriptions = parts.subscriptions
  }

  /** The clock was set. */
  onClock(jumpMs: number): void {
    this.#sweptWeek = -1
    if (jumpMs > HOUR_MS) {
      this.#heldUntilMs = this.#state.steadyMs + IDLE_SETTLE_MS
    }
  }

  /** Takes the next step, if one is to be taken. */
  tick(): void {
    const state = this.#state
    const week = Math.floor(state.nowMs / WEEK_MS)
    if (
      this.#readingWeek !== undefined ||
      state.isDraining ||
      week <= this.#sweptWeek ||
      state.steadyMs < this.#heldUntilMs
    ) {
      return
    }
    this.#readingWeek = week
    state.read(this, [], {
      table: 'idle-mailbox',
      from: '',
      to: weekStart(week - IDLE_WEEKS),
      limit: IDLE_ROWS_MAX
    })
  }

  /** When the next step is wanted, on the wall clock. */
  nextMs(): number | undefined {
    if (this.#readingWeek !== undefined || this.#state.isDraining) {
      return undefined
    }
    const weekMs = (this.#sweptWeek + 1) * WEEK_MS
    return Math.max(weekMs, this.#state.wallMs(this.#heldUntilMs))
  }

  /** Keys of idle weeks have come. */
  resume(records: RecordsInput): void {
    const idle: Idle[] = []
    for (const { key } of records.rows) {
      const timed = parseTimedKey(key)
      if (timed === 'corrupt') {
        this.#state.reportCorrupt('idle-mailbox')
        this.#state.erase('idle-mailbox', key)
      } else {
        idle.push({ key, timed })
      }
    }
    if (records.isEnd) {
      this.#sweptWeek = this.#readingWeek ?? -1
    }
    if (idle.length === 0) {
      this.#readingWeek = undefined
      return
    }
    const keys = idle.map(({ timed }): RowKey => ({
      table: timed.what === 'm' ? 'mailbox' : 'link',
      key: timed.id
    }))
    this.#state.read(new IdleRead(this, idle), keys)
  }

  /** Their rows have come. */
  onRows(read: IdleRead, records: RecordsInput): void {
    this.#readingWeek = undefined
    read.idle.forEach(({ key, timed }, at) => {
      const value = records.values[at]
      this.#state.erase('idle-mailbox', key)
      if (timed.what === 'm') {
        this.#mailbox(timed, value)
      } else {
        this.#links.eraseIdle(timed.id, timed.time, value)
      }
    })
  }

  #mailbox(timed: TimedKey, value: Uint8Array | undefined): void {
    const mailboxId = mailboxIds.fromHex(timed.id)
    const mailbox =
      mailboxId === undefined ? undefined : this.#state.mailboxes.peek(mailboxId, value)
    if (mailbox === 'corrupt') {
      this.#state.reportCorrupt('mailbox')
      return
    }
    // One that was renewed, or destroyed and registered again, has another row for its week.
    if (mailbox === undefined || mailbox.row.lastWeek !== timed.time) {
      return
    }
    if (this.#state.subscribers.has(mailbox.id)) {
      this.#subscriptions.renew(mailbox)
    } else {
      this.#erasure.doomMailbox(mailbox, 'idle')
    }
  }
}
