/**
 * What is let in: connections, requests, and what the relay's fullness allows. Work is `work-admission.ts`, quotas of mailboxes
 * are with the verbs that fill them.
 *
 * ```
 *   opened -> counted in total and for its range -> let in | cut
 *   request -> counted (cut beyond) -> rate of the connection -> room for a read -> the verb | slow-down, busy
 * ```
 */
import type { Capacity, MailboxKind, Refusal } from '@sealpost/protocol'
import { nextCapacity, type DiskUse } from './capacity.ts'
import { type AddressRange, Connection } from './connections.ts'
import { RESTART_RETRY_MS } from './drain.ts'
import { type LoadStep, toldCapacity } from './load.ts'
import type { MailboxQuota, RelayOptions } from './options.ts'
import { type Rate, TokenBucket } from './rates.ts'
import type { RelayState } from './relay-state.ts'

/** When a relay with too much to do may be asked again. */
export const BUSY_RETRY_MS = 30_000
/** The same of a full one, which says so earlier where there is room. */
const FULL_RETRY_MS = 300_000
/** When a relay with too many reads under way may be asked again. */
const CROWDED_RETRY_MS = 1_000
/** Ranges without a connection whose rate is remembered; beyond, the oldest is forgotten. */
export const IDLE_RANGES_MAX = 65_536

const BUSY: Refusal = { type: 'refused', reason: 'busy', retryAfterMs: BUSY_RETRY_MS }
const FULL: Refusal = { type: 'refused', reason: 'busy', retryAfterMs: FULL_RETRY_MS }
const STOPPING: Refusal = { type: 'refused', reason: 'busy', retryAfterMs: RESTART_RETRY_MS }
const CROWDED: Refusal = { type: 'refused', reason: 'busy', retryAfterMs: CROWDED_RETRY_MS }

function slowDown(retryAfterMs: number): Refusal {
  return { type: 'refused', reason: 'slow-down', retryAfterMs }
}

/** Whether deposits find no room. */
function isFull(capacity: Capacity): boolean {
  return capacity === 'busy' || capacity === 'read-only'
}

/** Rates of the options, in the form that buckets take. */
interface Rates {
  readonly deposits: Rate
  readonly requests: Rate
  readonly registrations: Rate
  readonly knocks: Rate
}

function ratesOf(options: RelayOptions): Rates {
  return {
    deposits: { perSecond: options.depositsPerSecond, burst: options.depositBurst },
    requests: { perSecond: options.requestsPerSecond, burst: options.requestBurst },
    registrations: {
      perSecond: options.registrationsPerHourPerRange / 3_600,
      burst: options.registrationsPerHourPerRange
    },
    knocks: {
      perSecond: options.knocksPerMinutePerRange / 60,
      burst: options.knocksPerMinutePerRange
    }
  }
}

/** Lets in, or says why not. */
export class Admission {
  readonly #state: RelayState
  readonly #ranges = new Map<string, AddressRange>()
  #rates: Rates
  #capacity: Capacity = 'open'
  #load: LoadStep = 'normal'
  #disk: DiskUse | undefined

  constructor(state: RelayState) {
    this.#state = state
    this.#rates = ratesOf(state.options)
  }

  /** What the disk allows, or less where the relay is given up. */
  get capacity(): Capacity {
    const { nowMs, options } = this.#state
    const { closesAtMs } = options
    if (closesAtMs === undefined) {
      return this.#capacity
    }
    const isClosed = nowMs >= closesAtMs
    return isClosed ? 'read-only' : this.#capacity === 'open' ? 'no-new-mailboxes' : this.#capacity
  }

  /** What the load allows. */
  get load(): LoadStep {
    return this.#load
  }

  /** What clients are told. */
  get toldCapacity(): Capacity {
    return toldCapacity(this.capacity, this.#load)
  }

  // ---- connections

  /** Ranges of addresses about which something is remembered. */
  get rangeCount(): number {
    return this.#ranges.size
  }

  /** @returns the connection, or undefined for one too many, which is cut. */
  open(id: number, rangeName: string): Connection | undefined {
    const state = this.#state
    const range = this.#range(rangeName)
    const reason = state.isDraining
      ? 'draining'
      : state.connections.size >= state.options.connectionsMax
        ? 'total'
        : range.connectionCount >= state.options.connectionsPerRangeMax
          ? 'range'
          : undefined
    if (reason !== undefined) {
      state.emit({ type: 'notify', event: 'connection-refused', reason })
      const code = reason === 'range' ? 'SEALPOST_SLOW_DOWN' : 'SEALPOST_BUSY'
      state.emit({ type: 'cut', connection: id, code })
      this.#forgetIdleRange(range)
      return undefined
    }
    range.connectionCount += 1
    return new Connection(id, range, state.steadyMs)
  }

  /** A connection is gone. */
  close(connection: Connection): void {
    connection.range.connectionCount -= 1
    this.#forgetIdleRange(connection.range)
  }

  #range(name: string): AddressRange {
    const known = this.#ranges.get(name)
    if (known !== undefined) {
      return known
    }
    const range: AddressRange = {
      name,
      connectionCount: 0,
      registrations: new TokenBucket(),
      knocks: new TokenBucket()
    }
    this.#ranges.set(name, range)
    return range
  }

  /** Forgets a range once nothing about it matters, and the oldest idle ones where there are too many. */
  #forgetIdleRange(range: AddressRange): void {
    if (range.connectionCount > 0) {
      return
    }
    const { steadyMs } = this.#state
    const { registrations, knocks } = this.#rates
    if (
      range.registrations.isFull(registrations, steadyMs) &&
      range.knocks.isFull(knocks, steadyMs)
    ) {
      this.#ranges.delete(range.name)
      return
    }
    // To the end of the line, so that the first are those that left first.
    this.#ranges.delete(range.name)
    this.#ranges.set(range.name, range)
    let surplus = this.#ranges.size - IDLE_RANGES_MAX - this.#state.connections.size
    for (const [name, oldest] of this.#ranges) {
      if (surplus <= 0) {
        return
      }
      if (oldest.connectionCount === 0) {
        this.#ranges.delete(name)
        surplus -= 1
      }
    }
  }

  // ---- requests

  /** @returns why a deposit cannot be taken now; undefined where it can. */
  refusalForDeposit(connection: Connection, isLive: boolean): Refusal | undefined {
    const state = this.#state
    const waitMs = connection.deposits.take(this.#rates.deposits, state.steadyMs)
    if (waitMs > 0) {
      return slowDown(waitMs)
    }
    if (state.isDraining) {
      return STOPPING
    }
    if (!isLive && isFull(this.capacity)) {
      connection.isWaitingForRoom = true
      return FULL
    }
    if (!isLive && this.#load === 'read-only') {
      return BUSY
    }
    return state.requestReadCount >= state.options.pendingReadsMax ? CROWDED : undefined
  }

  /** @returns why a request that costs reads cannot be taken now; `cost` is 1 and up. */
  refusalForRequest(connection: Connection, cost: number): Refusal | undefined {
    const state = this.#state
    const waitMs = connection.requests.take(this.#rates.requests, state.steadyMs, cost)
    if (waitMs > 0) {
      return slowDown(waitMs)
    }
    return state.requestReadCount >= state.options.pendingReadsMax ? CROWDED : undefined
  }

  /** @returns why nothing can be claimed or put now; undefined where it can. */
  refusalForLink(verb: 'put' | 'claim'): Refusal | undefined {
    if (this.#state.isDraining) {
      return STOPPING
    }
    const { capacity } = this
    const isShut = capacity === 'read-only' || (verb === 'put' && capacity === 'busy')
    return isShut || this.#load === 'read-only' ? BUSY : undefined
  }

  /** Whether a new mailbox or link may be made, in which case it is counted. */
  takeRegistration(connection: Connection): boolean {
    const state = this.#state
    const isOpen = this.#capacity === 'open' && this.#load === 'normal'
    const isForOurs = this.#capacity === 'open' || this.#capacity === 'no-new-mailboxes'
    const isRoom = isOpen || (isForOurs && connection.subscriptions.size > 0)
    return (
      isRoom &&
      this.#load !== 'read-only' &&
      !state.isDraining &&
      state.options.closesAtMs === undefined &&
      connection.range.registrations.take(this.#rates.registrations, state.steadyMs) === 0
    )
  }

  /** @returns why nothing is taken into request boxes now, from this range or at all; undefined where it is. Counts nothing. */
  refusalForKnock({ range }: Connection, isKnown: boolean): Refusal | undefined {
    if (this.#load === 'no-requests' || this.#load === 'read-only') {
      return BUSY
    }
    const waitMs = isKnown ? 0 : range.knocks.waitMs(this.#rates.knocks, this.#state.steadyMs)
    return waitMs === 0 ? undefined : slowDown(waitMs)
  }

  /** @returns 0, or in how many ms another deposit into a request box is taken from this range. */
  takeKnock({ range }: Connection): number {
    return range.knocks.take(this.#rates.knocks, this.#state.steadyMs)
  }

  /** How much a mailbox of this kind holds. */
  quota(kind: MailboxKind): MailboxQuota {
    return this.#state.options.quotas[kind]
  }

  /** Deposits a minute into a mailbox of this kind. */
  depositsPerMinute(kind: MailboxKind): number {
    const { groupDepositsPerMinute, mailboxDepositsPerMinute } = this.#state.options
    return kind === 'group' ? groupDepositsPerMinute : mailboxDepositsPerMinute
  }

  // ---- capacity and options

  /** Takes the step that the app decided on. */
  onLoad(load: LoadStep): void {
    this.#load = load
  }

  /** Takes what the app measured. */
  onDisk(disk: DiskUse): void {
    this.#disk = disk
    const next = nextCapacity(this.#capacity, disk, this.#state.options)
    if (next !== this.#capacity) {
      this.#state.emit({
        type: 'notify',
        event: 'capacity-changed',
        from: this.#capacity,
        to: next
      })
      this.#capacity = next
      this.#tellOfRoom()
    }
  }

  /** Whoever could not deposit for want of room is told to look again. */
  #tellOfRoom(): void {
    if (isFull(this.capacity)) {
      return
    }
    for (const connection of this.#state.connections.values()) {
      if (connection.isWaitingForRoom) {
        connection.isWaitingForRoom = false
        this.#state.push(connection, { type: 'going-away', retryAfterMs: 0 })
      }
    }
  }

  /** Goes by the options that hold now. */
  onOptions(): void {
    this.#rates = ratesOf(this.#state.options)
    if (this.#disk !== undefined) {
      this.onDisk(this.#disk)
    }
  }
}
