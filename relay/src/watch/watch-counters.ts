/** Counts what a relay does, for the samples of the watch: sums, and of waits the slowest hundredth since they were last asked for. */
import type { RelayNotice } from '@sealpost/core'
import { type ActivityCounts, type Refusal, REFUSALS } from '@sealpost/operator'
import type {
  ConnectionRefusal,
  RelayObserver,
  RequestResult,
  RequestVerb
} from '../log/relay-observer.ts'
import type { Counted } from './sampler.ts'

/** Waits that are remembered between two samples; of more, the latest. */
const WAITS_MAX = 1_024

/** Made before the relay is started, so that nothing is missed. */
export class WatchCounters implements RelayObserver {
  readonly #commits = new Waits()
  /** The same, for who asks more often. */
  readonly #recentCommits = new Waits()
  readonly #deposits = new Waits()
  #depositCount = 0
  #deliveredCount = 0
  #ackedCount = 0
  #registeredCount = 0
  #connectedCount = 0
  #refusedCount = 0
  #busyCount = 0
  #failedCount = 0
  #turnedAwayCount = 0
  #expiredCount = 0
  readonly #refusals = new Map<Refusal, number>(REFUSALS.map((reason) => [reason, 0]))

  onRequest(verb: RequestVerb, result: RequestResult, tookMs: number): void {
    this.#countRefusal(result)
    switch (result) {
      case 'busy':
        this.#busyCount += 1
        return
      case 'internal':
        this.#failedCount += 1
        return
      // How a client learns what work is asked for.
      case 'needs-work':
        return
      case 'done':
      case 'stored':
      case 'gone':
      case 'accepted':
        this.#onDone(verb, result, tookMs)
        return
      default:
        this.#refusedCount += 1
    }
  }

  onAcked(count: number): void {
    this.#ackedCount += count
  }

  onDelivered(): void {
    this.#deliveredCount += 1
  }

  onConnectionRefused(reason: ConnectionRefusal): void {
    this.#countRefusal(`connection-${reason === 'total' ? 'connections' : reason}`)
    // What an operator has blocked is no news to them, and would hide what else comes.
    this.#turnedAwayCount += reason === 'blocked' ? 0 : 1
  }

  onHandshake(): void {
    // What takes long is seen in what waits for the same thread.
  }

  onWakeup(): void {
    // As above.
  }

  onSlowed(): void {
    // Nothing was refused: what is not read waits.
  }

  onCommitted(tookMs: number): void {
    this.#commits.add(tookMs)
    this.#recentCommits.add(tookMs)
  }

  onNotice(notice: RelayNotice): void {
    this.#expiredCount += notice.event === 'expired' ? notice.envelopeCount : 0
  }

  onWorkRejected(): void {
    this.#countRefusal('work-rejected')
  }

  onBlocked(): void {
    // Told as a request or a connection that was refused.
  }

  onBytes(): void {
    // No series of the watch.
  }

  onStoreFailed(): void {
    // The relay counts it.
  }

  onStoreReopened(): void {
    // The relay counts it.
  }

  onCompacted(): void {
    // No series of the watch.
  }

  /** Ms that 99 of 100 commits took at most since this was last asked; undefined where there was none. */
  takeCommitMs(): number | undefined {
    return this.#recentCommits.take()
  }

  /** Since the start. */
  get counts(): ActivityCounts {
    return {
      depositCount: this.#depositCount,
      deliveredCount: this.#deliveredCount,
      ackedCount: this.#ackedCount,
      expiredCount: this.#expiredCount,
      refusedCounts: Object.fromEntries(this.#refusals) as ActivityCounts['refusedCounts']
    }
  }

  /** What is no refusal is not counted. */
  #countRefusal(reason: string): void {
    const count = this.#refusals.get(reason as Refusal)
    if (count !== undefined) {
      this.#refusals.set(reason as Refusal, count + 1)
    }
  }

  /** Forgets the waits that it tells. */
  take(): Counted {
    const commitMs = this.#commits.take()
    const depositMs = this.#deposits.take()
    return {
      totals: {
        'deposits-per-second': this.#depositCount,
        'deliveries-per-second': this.#deliveredCount,
        'acks-per-second': this.#ackedCount,
        'registrations-per-second': this.#registeredCount,
        'connections-per-second': this.#connectedCount,
        'refused-per-second': this.#refusedCount,
        'busy-per-second': this.#busyCount,
        'failures-per-second': this.#failedCount,
        'connections-refused-per-second': this.#turnedAwayCount,
        'expired-per-second': this.#expiredCount
      },
      values: {
        ...(commitMs === undefined ? {} : { 'commit-ms': commitMs }),
        ...(depositMs === undefined ? {} : { 'deposit-ms': depositMs })
      }
    }
  }

  #onDone(verb: RequestVerb, result: RequestResult, tookMs: number): void {
    if (verb === 'deposit' && result === 'stored') {
      this.#depositCount += 1
      this.#deposits.add(tookMs)
    } else if (verb === 'register') {
      this.#registeredCount += 1
    } else if (verb === 'info') {
      this.#connectedCount += 1
    }
  }
}

class Waits {
  readonly #values: number[] = []
  #next = 0

  add(ms: number): void {
    this.#values[this.#next] = ms
    this.#next = (this.#next + 1) % WAITS_MAX
  }

  /** What 99 of 100 took at most; undefined where there was none. */
  take(): number | undefined {
    const sorted = Float64Array.from(this.#values).sort()
    this.#values.length = 0
    this.#next = 0
    return sorted.length === 0 ? undefined : sorted[Math.ceil(sorted.length * 0.99) - 1]
  }
}
