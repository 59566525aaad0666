/**
 * Tombstones: how an envelope ends before its time, and which of those that ended so are remembered.
 *
 * ```
 *   live --acked, recalled--> tombstone --expired, or older than the newest 8,192--> gone
 * ```
 */
import { type EnvelopeId, type MailboxId, TOMBSTONES_MAX } from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { Mailbox } from './mailbox.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import { envelopeKey, expiryKey, KEY_END, LIVE, parseEnvelope, sequenceOfKey } from './rows.ts'

/** Tombstones beyond `TOMBSTONES_MAX` before the oldest are erased, so that one read serves so many acks. */
export const TOMBSTONES_SLACK = 64
/** Rows looked at to find them. */
const PRUNED_ROWS_MAX = 128

class Pruning implements Waiting {
  readonly #tombstones: Tombstones
  readonly mailboxId: MailboxId

  constructor(tombstones: Tombstones, mailboxId: MailboxId) {
    this.#tombstones = tombstones
    this.mailboxId = mailboxId
  }

  resume(records: RecordsInput): void {
    this.#tombstones.onRows(this, records)
  }
}

/** Keeps the counts of envelopes and tombstones, of mailboxes and of the store, as rows change. */
export class Tombstones {
  readonly #state: RelayState

  constructor(state: RelayState) {
    this.#state = state
  }

  /** Turns a live envelope into a tombstone. The caller writes the summary and then calls `prune`. */
  bury(
    mailbox: Mailbox,
    envelope: { readonly sequence: number; readonly size: number; readonly tombstone: Uint8Array }
  ): void {
    const { row } = mailbox
    const { sequence } = envelope
    this.#state.write('envelope', envelopeKey(mailbox.id, sequence), envelope.tombstone)
    row.firstTombstone =
      row.tombstoneCount === 0 ? sequence : Math.min(row.firstTombstone, sequence)
    row.tombstoneCount += 1
    this.#state.totals.tombstoneCount += 1
    this.uncount(mailbox, sequence, envelope.size)
  }

  /** A live envelope is none any more. The caller writes the summary. */
  uncount(mailbox: Mailbox, sequence: number, size: number): void {
    const { row } = mailbox
    const { totals } = this.#state
    row.liveCount -= 1
    row.liveBytes -= size
    if (row.liveCount === 0) {
      row.firstLive = row.nextSequence
    } else if (row.firstLive === sequence) {
      row.firstLive = sequence + 1
    }
    totals.envelopeCount -= 1
    totals.envelopeBytes -= size
    this.#state.isTotalsChanged = true
  }

  /** A tombstone is none any more. The caller writes the summary. */
  uncountTombstone(mailbox: Mailbox): void {
    mailbox.row.tombstoneCount -= 1
    this.#state.totals.tombstoneCount -= 1
    this.#state.isTotalsChanged = true
  }

  /** Erases the rows of an envelope or tombstone. */
  eraseRows(
    mailboxId: MailboxId,
    envelope: {
      readonly sequence: number
      readonly envelopeId: EnvelopeId
      readonly expiryHour: number
    }
  ): void {
    const { sequence, envelopeId, expiryHour } = envelope
    this.#state.erase('envelope', envelopeKey(mailboxId, sequence))
    this.#state.erase('envelope-index', mailboxId + envelopeId)
    this.#state.erase('expiry', expiryKey(expiryHour, mailboxId, sequence))
  }

  /** Begins to erase the oldest tombstones where there are too many. */
  prune(mailbox: Mailbox): void {
    if (mailbox.row.tombstoneCount <= TOMBSTONES_MAX + TOMBSTONES_SLACK || mailbox.isPruning) {
      return
    }
    mailbox.isPruning = true
    this.#state.read(new Pruning(this, mailbox.id), [{ table: 'mailbox', key: mailbox.id }], {
      table: 'envelope',
      from: envelopeKey(mailbox.id, mailbox.row.firstTombstone),
      to: mailbox.id + KEY_END,
      limit: PRUNED_ROWS_MAX
    })
  }

  /** The oldest rows have come. */
  onRows(pruning: Pruning, records: RecordsInput): void {
    const { mailboxId } = pruning
    const mailbox = this.#state.mailboxes.load(mailboxId, records.values[0])
    if (mailbox === undefined || mailbox === 'corrupt') {
      return
    }
    mailbox.isPruning = false
    for (const { key, value } of records.rows) {
      const sequence = sequenceOfKey(key)
      if (mailbox.row.tombstoneCount <= TOMBSTONES_MAX) {
        break
      }
      const row = parseEnvelope(value)
      if (row === 'corrupt') {
        this.#state.reportCorrupt('envelope')
      } else if (row.state !== LIVE && sequence >= mailbox.row.firstSequence) {
        this.eraseRows(mailboxId, { ...row, sequence })
        this.uncountTombstone(mailbox)
      }
      mailbox.row.firstTombstone = sequence + 1
    }
    this.#state.writeMailbox(mailbox)
    if (records.rows.length > 0) {
      this.prune(mailbox)
    }
  }
}
