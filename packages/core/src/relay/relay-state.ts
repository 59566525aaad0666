/**
 * What all parts of a relay share: time, options, totals, summaries, connections, reads on their way, and the effects of the
 * `handle` under way. It decides nothing.
 *
 * ```
 *   input -> begin(atMs) -> parts push effects -> finish() -> effects
 *
 *   read(waiting, keys) ... records -> take(id) -> waiting.resume(records)
 * ```
 *
 * Two times: `nowMs` is the wall clock, for what is stored (expiry, weeks, challenges). `steadyMs` goes on evenly when the wall
 * clock is set, for what lives in memory (rates, heartbeats, delays). They differ by the sum of all that the clock was set by.
 */
import {
  HEARTBEAT_MS,
  type MailboxAnswer,
  type MailboxId,
  type MailboxPush
} from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { Random } from '../random.ts'
import type { RangeQuery, RelayTable, RowKey } from '../tables.ts'
import type { BlockedMailboxes } from './blocked-mailboxes.ts'
import type { Connection, Delivered, Subscription } from './connections.ts'
import type { KnownInvites } from './known-invites.ts'
import { type Mailbox, MailboxCache } from './mailbox.ts'
import { MAILBOX_CACHE_SIZE_MIN, type RelayOptions } from './options.ts'
import type { RelayEffect } from './relay-contract.ts'
import { encodeMailbox, encodeTotals, type Totals } from './rows.ts'

/** What waits for a read. */
export interface Waiting {
  /** Goes on with the rows as they are now, every earlier write included. */
  resume(records: RecordsInput): void
}

/** What a relay is made with. */
export interface RelaySetup {
  /** The 38-byte multihash of the relay's PeerId, which proofs of work name. */
  readonly relay: Uint8Array
  readonly random: Random
  readonly options: RelayOptions
  /** As a peer's. */
  readonly heartbeatMs?: number | undefined
}

/** Shared by the parts of one relay. */
export class RelayState {
  readonly relay: Uint8Array
  readonly random: Random
  options: RelayOptions
  readonly heartbeatMs: number
  blockedMailboxes: BlockedMailboxes = new Set()
  invites: KnownInvites = new Map()
  nowMs = 0
  steadyMs = 0
  isDraining = false
  readonly totals: Totals
  isTotalsChanged = false
  readonly mailboxes: MailboxCache
  readonly connections: Map<number, Connection> = new Map<number, Connection>()
  /** At most one for each mailbox: the latest. */
  readonly subscribers: Map<MailboxId, Subscription> = new Map<MailboxId, Subscription>()
  /** Envelopes delivered and not acknowledged, on all connections, the oldest first. */
  readonly unacked: Set<Delivered> = new Set<Delivered>()
  /** Requests without an answer, on all connections. */
  unansweredCount = 0
  /** Reads on their way for deliveries, which have a bound of their own. */
  deliveryReadCount = 0
  #effects: RelayEffect[] = []
  readonly #reads = new Map<number, Waiting>()
  #nextRead = 1
  #isStarted = false
  /** `nowMs - steadyMs`. */
  #offsetMs = 0

  constructor(setup: RelaySetup, totals: Totals) {
    this.relay = setup.relay
    this.random = setup.random
    this.options = setup.options
    this.heartbeatMs = setup.heartbeatMs ?? HEARTBEAT_MS
    this.totals = totals
    this.mailboxes = new MailboxCache(cacheSize(setup.options))
  }

  // ---- time

  /** Begins a `handle`. */
  begin(atMs: number): void {
    this.#effects = []
    if (!this.#isStarted) {
      this.#isStarted = true
      this.steadyMs = atMs
    }
    this.nowMs = atMs
    this.steadyMs = Math.max(this.steadyMs, atMs - this.#offsetMs)
  }

  /**
   * Begins a `handle` in which the wall clock was set.
   *
   * @returns by how much, forwards where positive.
   */
  beginAfterClock(atMs: number): number {
    if (!this.#isStarted) {
      this.begin(atMs)
      return 0
    }
    this.#effects = []
    const jumpMs = atMs - this.nowMs
    this.nowMs = atMs
    this.#offsetMs = atMs - this.steadyMs
    return jumpMs
  }

  /** The wall clock's time at a steady time. */
  wallMs(steadyMs: number): number {
    return steadyMs + this.#offsetMs
  }

  /** Ends a `handle`. */
  finish(): readonly RelayEffect[] {
    if (this.isTotalsChanged) {
      this.isTotalsChanged = false
      this.write('relay', 'totals', encodeTotals(this.totals))
    }
    return this.#effects
  }

  // ---- rows

  write(table: RelayTable, key: string, value: Uint8Array): void {
    this.#effects.push({ type: 'write', table, key, value })
  }

  erase(table: RelayTable, key: string): void {
    this.#effects.push({ type: 'erase', table, key })
  }

  /** Writes a summary that changed. */
  writeMailbox(mailbox: Mailbox): void {
    this.write('mailbox', mailbox.id, encodeMailbox(mailbox.row))
  }

  // ---- reads

  /** Reads that are on their way. */
  get readCount(): number {
    return this.#reads.size
  }

  /** Those of them that requests wait for, each with its frame in memory. */
  get requestReadCount(): number {
    return this.#reads.size - this.deliveryReadCount
  }

  /** Asks for rows; `waiting` goes on with them. */
  read(waiting: Waiting, keys: readonly RowKey[], range?: RangeQuery): void {
    const id = this.#nextRead++
    this.#reads.set(id, waiting)
    this.#effects.push(
      range === undefined ? { type: 'read', id, keys } : { type: 'read', id, keys, range }
    )
  }

  /** Who waits for this read; undefined for one that nobody asked for. */
  take(id: number): Waiting | undefined {
    const waiting = this.#reads.get(id)
    this.#reads.delete(id)
    return waiting
  }

  // ---- words

  /** Any effect that has no method of its own. */
  emit(effect: RelayEffect): void {
    this.#effects.push(effect)
  }

  push(connection: Connection, push: MailboxPush): void {
    this.#effects.push({ type: 'send', connection: connection.id, frame: { type: 'push', push } })
  }

  /** Answers a request, unless its connection is gone. */
  answer(connection: Connection, number: number, answer: MailboxAnswer): void {
    if (!connection.isOpen) {
      return
    }
    connection.unansweredCount -= 1
    this.unansweredCount -= 1
    this.#effects.push({
      type: 'send',
      connection: connection.id,
      frame: { type: 'answer', number, answer }
    })
  }

  /** Reports a row that cannot be read. */
  reportCorrupt(table: RelayTable): void {
    this.#effects.push({ type: 'notify', event: 'row-corrupt', table })
  }
}

/** How many summaries stay in memory under these options. */
export function cacheSize(options: RelayOptions): number {
  return Math.max(MAILBOX_CACHE_SIZE_MIN, options.mailboxCacheSize)
}
