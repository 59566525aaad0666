/**
 * Mailbox summaries: everything that is decided about a mailbox without reading its envelopes. A bounded number of them stays
 * in memory; each change is written in the same `handle`, so any of them may be dropped at any time.
 *
 * ```
 *   not in memory --load(row), insert--> cached --remove (destroyed)--> gone
 *         ^                                 |
 *         +----- not touched for longest ---+
 * ```
 */
import type { MailboxId } from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import { MinuteCounter } from './rates.ts'
import { type Corrupt, type MailboxRow, parseMailbox } from './rows.ts'

const HASH_BYTES = 32

/** A mailbox in memory: its row, and what is not worth a row. */
export class Mailbox {
  readonly id: MailboxId
  readonly row: MailboxRow
  /** Whether it was touched since it last came up for being dropped. */
  isTouched = true
  /** Whether a read of its oldest tombstones is on its way. */
  isPruning = false
  /** Deposits of the last minute; whoever drops the summary forgives them. */
  readonly deposits: MinuteCounter = new MinuteCounter()

  constructor(id: MailboxId, row: MailboxRow) {
    this.id = id
    this.row = row
  }

  /** Whether the mailbox takes envelopes from who shows this token. */
  isDepositToken(token: Uint8Array): boolean {
    return isHashAt(this.row.hashes, 0, sha256(token))
  }

  /** Whether who shows this token may fetch, ack and destroy. */
  isFetchToken(token: Uint8Array): boolean {
    return isHashAt(this.row.hashes, HASH_BYTES, sha256(token))
  }
}

/** Compares a hash with one of several that lie behind each other, in a time that depends on nothing. */
function isHashAt(hashes: Uint8Array, offset: number, hash: Uint8Array): boolean {
  let difference = 0
  for (let i = 0; i < HASH_BYTES; i++) {
    difference |= (hashes[offset + i] ?? 0) ^ (hash[i] ?? 0)
  }
  return difference === 0
}

/** The summaries in memory: the least recently used goes first, to within one round of a second chance. */
export class MailboxCache {
  readonly #mailboxes = new Map<MailboxId, Mailbox>()
  #sizeMax: number

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  get size(): number {
    return this.#mailboxes.size
  }

  /** Changes how many summaries stay, at once. */
  resize(sizeMax: number): void {
    this.#sizeMax = sizeMax
    this.#evict()
  }

  /** The summary, if it is in memory. */
  get(id: MailboxId): Mailbox | undefined {
    const mailbox = this.#mailboxes.get(id)
    if (mailbox !== undefined) {
      mailbox.isTouched = true
    }
    return mailbox
  }

  /**
   * The summary in memory, else the one in `value`, which then stays in memory. `value` must be the row as it is now, with all
   * that earlier handles wrote.
   */
  load(id: MailboxId, value: Uint8Array | undefined): Mailbox | Corrupt | undefined {
    const cached = this.get(id)
    if (cached !== undefined || value === undefined) {
      return cached
    }
    const row = parseMailbox(value)
    return row === 'corrupt' ? row : this.insert(new Mailbox(id, row))
  }

  /** As `load`, but leaves memory as it is: for work through many mailboxes that nobody asked for. */
  peek(id: MailboxId, value: Uint8Array | undefined): Mailbox | Corrupt | undefined {
    const cached = this.#mailboxes.get(id)
    if (cached !== undefined || value === undefined) {
      return cached
    }
    const row = parseMailbox(value)
    return row === 'corrupt' ? row : new Mailbox(id, row)
  }

  /** Keeps a summary in memory. */
  insert(mailbox: Mailbox): Mailbox {
    this.#mailboxes.set(mailbox.id, mailbox)
    this.#evict()
    return mailbox
  }

  /** Forgets a mailbox that is no more. */
  remove(id: MailboxId): void {
    this.#mailboxes.delete(id)
  }

  #evict(): void {
    while (this.#mailboxes.size > this.#sizeMax) {
      for (const [id, mailbox] of this.#mailboxes) {
        this.#mailboxes.delete(id)
        if (!mailbox.isTouched) {
          break
        }
        // A second chance, at the end of the line; untouched now, so that the loop ends within one round.
        mailbox.isTouched = false
        this.#mailboxes.set(id, mailbox)
      }
    }
  }
}
