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
import type { MailboxQuota, RelayOptions } from './options.ts'
import { type Rate, TokenBucket } from './rates.ts'
import type { RelayState } from './relay-state.ts'

/** When a full or stopping relay may be asked again: about as long as a restart or a clean-up takes. */
export const BUSY_RETRY_MS = 30_000
/** When a relay with too many reads under way may be asked again. */
const CROWDED_RETRY_MS = 1_000
/** Ranges without a connection whose rate is remembered; beyond, the oldest is forgotten. */
export const IDLE_RANGES_MAX = 65_536

const BUSY: Refusal = { type: 'refused', reason: 'busy', retryAfterMs: BUSY_RETRY_MS }
const CROWDED: Refusal = { type: 'refused', reason: 'busy', retryAfterMs: CROWDED_RETRY_MS }

function slowDown(retryAfterMs: number): Refusal {
  return { type: 'refused', reason: 'slow-down', retryAfterMs }
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
  #disk: DiskUse | undefined

  constructor(state: RelayState) {
    this.#state = state
    this.#rates = ratesOf(state.options)
  }

  get capacity(): Capacity {
    return this.#capacity
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
      return BUSY
    }
    if (!isLive && (this.#capacity === 'busy' || this.#capacity === 'read-only')) {
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
    const isFull = this.#capacity === 'read-only' || (verb === 'put' && this.#capacity === 'busy')
    return this.#state.isDraining || isFull ? BUSY : undefined
  }

  /** Whether a new mailbox or link may be made, in which case it is counted. */
  takeRegistration(connection: Connection): boolean {
    const state = this.#state
    const isRoom =
      this.#capacity === 'open' ||
      (this.#capacity === 'no-new-mailboxes' && connection.subscriptions.size > 0)
    return (
      isRoom &&
      !state.isDraining &&
      connection.range.registrations.take(this.#rates.registrations, state.steadyMs) === 0
    )
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
