/**
 * How fast bytes go to and fro: by node key, and by range of addresses, since anybody can draw another key. Who is over either bound
 * is not read from until what was too much is made up for; nobody is refused or cut off.
 *
 * ```
 *   read --bytes spent--> within both bounds: read on
 *                         over one: not read for as long as that takes, at most 10 s --> read
 * ```
 */
import type { NodeKey } from '@sealpost/protocol'
import type { RelayOptions } from './options.ts'
import { type Rate, TokenBucket } from './rates.ts'

/** Bytes as which the smallest frame counts: what it costs beyond its bytes. */
export const FRAME_COST_BYTES = 1_024
/** As what a request counts that came too soon: who waits as they are told has hardly any, and who does not is not read from. */
export const TOO_SOON_COST_BYTES = 65_536
/**
 * The same of one that brought proof of work: strangers' are the dearest to look at, and who waits and does as much work as is asked
 * has fewer still.
 */
export const VAIN_WORK_COST_BYTES = 524_288
/** So many seconds' worth may come at once. */
export const BYTE_BURST_SECONDS = 8
/** Nobody waits longer at a time: a connection that is not read from looks dead after a while. */
export const BYTES_PAUSE_MS_MAX = 10_000
/** So many seconds' worth are owed at most: who shares a range with a flood is not slow for hours after it. */
const BYTES_OWED_SECONDS_MAX = 60
/** Keys and ranges without a connection whose rate is remembered; beyond, those that left first are forgotten. */
export const IDLE_BYTE_ACCOUNTS_MAX = 65_536

/** What bounds them. */
export type ByteRateBounds = Pick<RelayOptions, 'bytesPerSecondPerKey' | 'bytesPerSecondPerRange'>

/** One key's or one range's. */
interface Account {
  readonly name: string
  readonly bucket: TokenBucket
  connectionCount: number
}

/** What one connection spends from. */
export interface ByteAccounts {
  readonly key: Account
  readonly range: Account
}

/** Every connection's bytes, in memory. */
export class ByteRates {
  readonly #accounts = new Map<string, Account>()
  #idleCount = 0
  #keyRate: Rate
  #rangeRate: Rate

  constructor(bounds: ByteRateBounds) {
    this.#keyRate = rateOf(bounds.bytesPerSecondPerKey)
    this.#rangeRate = rateOf(bounds.bytesPerSecondPerRange)
  }

  /** Keys and ranges about which something is remembered. */
  get accountCount(): number {
    return this.#accounts.size
  }

  /** Others hold from here on. */
  setBounds(bounds: ByteRateBounds): void {
    this.#keyRate = rateOf(bounds.bytesPerSecondPerKey)
    this.#rangeRate = rateOf(bounds.bytesPerSecondPerRange)
  }

  /** A connection begins. */
  open(nodeKey: NodeKey, range: string): ByteAccounts {
    return { key: this.#take(`key ${nodeKey}`), range: this.#take(`range ${range}`) }
  }

  /** It is gone: once for each that began. */
  close({ key, range }: ByteAccounts, steadyMs: number): void {
    this.#release(key, this.#keyRate, steadyMs)
    this.#release(range, this.#rangeRate, steadyMs)
  }

  /**
   * Counts bytes that came or went.
   *
   * @returns 0, or for how many ms nothing more is to be read from this connection.
   */
  spend({ key, range }: ByteAccounts, bytes: number, steadyMs: number): number {
    const waitMs = Math.max(
      spendFrom(key, this.#keyRate, steadyMs, bytes),
      spendFrom(range, this.#rangeRate, steadyMs, bytes)
    )
    return Math.min(waitMs, BYTES_PAUSE_MS_MAX)
  }

  #take(name: string): Account {
    const account = this.#accounts.get(name) ?? {
      name,
      bucket: new TokenBucket(),
      connectionCount: 0
    }
    if (account.connectionCount === 0 && this.#accounts.has(name)) {
      this.#idleCount -= 1
    }
    account.connectionCount += 1
    this.#accounts.set(name, account)
    return account
  }

  #release(account: Account, rate: Rate, steadyMs: number): void {
    account.connectionCount -= 1
    if (account.connectionCount > 0) {
      return
    }
    this.#accounts.delete(account.name)
    if (account.bucket.isFull(rate, steadyMs)) {
      return
    }
    // To the end of the line, so that the first are those that left first.
    this.#accounts.set(account.name, account)
    this.#idleCount += 1
    for (const [name, { connectionCount }] of this.#accounts) {
      if (this.#idleCount <= IDLE_BYTE_ACCOUNTS_MAX) {
        return
      }
      if (connectionCount === 0) {
        this.#accounts.delete(name)
        this.#idleCount -= 1
      }
    }
  }
}

function spendFrom({ bucket }: Account, rate: Rate, steadyMs: number, bytes: number): number {
  return bucket.spend(rate, steadyMs, bytes, rate.perSecond * BYTES_OWED_SECONDS_MAX)
}

function rateOf(perSecond: number): Rate {
  return { perSecond, burst: perSecond * BYTE_BURST_SECONDS }
}
