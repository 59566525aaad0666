/**
 * Counts for Prometheus. What happens often is a plain number here, and becomes a series only when somebody asks.
 *
 * ```
 *   relay --RelayObserver--> tallies, histograms --+
 *   overview() ------------------------------------+--ask--> text in Prometheus's format
 *   Node and the process --------------------------+
 * ```
 */
import { type RelayNotice, type RelayOptions, reserveBytesOf } from '@sealpost/core'
import type { Clock } from '@sealpost/host'
import type { BlockKind } from '@sealpost/operator'
import type { ErrorCode } from '@sealpost/protocol'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { StatusAnswer } from '@sealpost/operator'
import { backupAgeMs, type Operated } from '../watch/operated-values.ts'
import type { RunningRelay } from '../compose.ts'
import type {
  ConnectionRefusal,
  RelayObserver,
  RequestResult,
  RequestVerb
} from '../log/relay-observer.ts'
import { METRIC_PREFIX, METRIC_ROWS, type MetricName, type MetricRow } from './metric-rows.ts'
import { overloadStep } from './overload-step.ts'

/** Families of Node's own that are left out: their labels are names of its classes and of its heap's parts, of which there is no list. */
const LEFT_OUT = [
  ...['active_resources', 'active_handles', 'active_requests'].flatMap((name) => [
    `nodejs_${name}`,
    `nodejs_${name}_total`
  ]),
  ...['total', 'used', 'available'].map((what) => `nodejs_heap_space_size_${what}_bytes`)
]
const GC_SECONDS = 'nodejs_gc_duration_seconds'
/** Kinds of garbage collection, each of which there is from the beginning, not from its first time. */
export const GC_KINDS: readonly string[] = ['major', 'minor', 'incremental', 'weakcb']

/** What is shown of a relay that runs. */
export interface ShownRelay {
  readonly relay: Pick<RunningRelay, 'overview'>
  /** As they hold. */
  readonly options: () => RelayOptions
}

/** What is shown of what stands beside the relay. */
export interface ShownOperated {
  readonly operated: () => Operated
  readonly tickets: () => {
    /** undefined until a desk has told. */
    readonly summary: StatusAnswer['tickets']
    readonly totals: ReadonlyMap<string, number>
  }
}

/** Made before the relay is started, so that nothing is missed. */
export class RelayMetrics implements RelayObserver {
  readonly #clock: Clock
  readonly #registry = new Registry()
  readonly #refusedConnections: Tally
  readonly #bytes: Tally
  readonly #deposits: Tally
  readonly #depositSeconds: Histogram
  readonly #handshakeSeconds: Histogram
  readonly #wakeupSeconds: Histogram
  readonly #delivered: Tally
  readonly #acks: Tally
  readonly #expired: Tally
  readonly #compactionSeconds: Histogram
  readonly #blocked: Tally
  readonly #commitSeconds: Histogram
  readonly #storeErrors: Tally
  readonly #storeReopens: Tally
  readonly #quotaRefused: Tally
  readonly #rateLimited: Tally
  readonly #workRejected: Tally
  readonly #reloads: Tally

  constructor(clock: Clock, version: string) {
    this.#clock = clock
    const startedAtMs = clock.monotonicMs()
    this.#addInfo(version)
    this.#gauge('uptime_seconds', () => (clock.monotonicMs() - startedAtMs) / 1_000)
    this.#refusedConnections = this.#tally('connections_refused_total')
    this.#bytes = this.#tally('bytes_total')
    this.#deposits = this.#tally('deposits_total')
    this.#depositSeconds = this.#histogram('deposit_seconds')
    this.#handshakeSeconds = this.#histogram('handshake_seconds')
    this.#wakeupSeconds = this.#histogram('wakeup_seconds')
    this.#delivered = this.#tally('delivered_total')
    this.#acks = this.#tally('acks_total')
    this.#expired = this.#tally('expired_total')
    this.#compactionSeconds = this.#histogram('compaction_seconds')
    this.#commitSeconds = this.#histogram('store_commit_seconds')
    this.#storeErrors = this.#tally('store_errors_total')
    this.#storeReopens = this.#tally('store_reopens_total')
    this.#quotaRefused = this.#tally('quota_refused_total')
    this.#rateLimited = this.#tally('ratelimited_total')
    this.#workRejected = this.#tally('pow_rejected_total')
    this.#blocked = this.#tally('blocked_total')
    this.#reloads = this.#tally('config_reload_total')
    collectDefaultMetrics({ register: this.#registry })
    for (const name of LEFT_OUT) {
      this.#registry.removeSingleMetric(name)
    }
    const collections = this.#registry.getSingleMetric(GC_SECONDS)
    for (const kind of collections instanceof Histogram ? GC_KINDS : []) {
      ;(collections as Histogram).zero({ kind })
    }
  }

  /** From here on shows how this relay is, too. To be called once. */
  show({ relay, options }: ShownRelay): void {
    const machine = (): ReturnType<RunningRelay['overview']>['machine'] => relay.overview().machine
    const disk = (): ReturnType<RunningRelay['overview']>['disk'] => relay.overview().disk
    this.#gauge('connections', () => machine()?.connectionCount)
    this.#gauge('streams_open', () => relay.overview().streamCount)
    this.#gauge('envelopes_stored', () => machine()?.envelopeCount)
    this.#gauge('stored_bytes', () => disk()?.storeBytes)
    this.#gauge('store_limit_bytes', () => options().storeBytesMax)
    this.#gauge('store_disk_free_bytes', () => disk()?.freeBytes)
    this.#gauge('store_reserve_bytes', () => {
      const totalBytes = disk()?.totalBytes
      return totalBytes === undefined ? undefined : reserveBytesOf(options(), totalBytes)
    })
    this.#gauge('delivered_unacked', () => machine()?.unackedCount)
    this.#gauge('oldest_unacked_seconds', () => {
      const status = machine()
      return status && this.#secondsSince(status.oldestUnackedAtMs)
    })
    this.#gauge('cert_expiry_seconds', () => {
      const { certificate } = relay.overview()
      return certificate && (certificate.expiresAtMs - this.#clock.wallMs()) / 1_000
    })
    this.#gauge('overload_state', () => {
      const status = machine()
      return status && overloadStep(status)
    })
  }

  /** From here on shows backups, reports, and what others see of the relay, too. To be called once. */
  showOperated({ operated, tickets }: ShownOperated): void {
    this.#labelled('reachable', () => {
      const known = operated().reach.families.filter(({ state }) => state !== 'unknown')
      return new Map(known.map(({ family, state }) => [family, state === 'unreached' ? 0 : 1]))
    })
    this.#gauge('backup_age_seconds', () => {
      const ageMs = backupAgeMs(operated(), this.#clock.wallMs())
      return ageMs === undefined ? undefined : ageMs / 1_000
    })
    this.#gauge('backup_verified', () => {
      const { failure, nextAtMs, proven } = operated().backup
      return nextAtMs === undefined ? undefined : Number(proven !== undefined && !failure)
    })
    this.#gauge('reports_open', () => tickets().summary?.openCount)
    this.#gauge('reports_overdue', () => tickets().summary?.overdueCount)
    this.#labelled('reports_total', () => tickets().totals)
    this.#gauge('clock_skew_seconds', () => {
      const { clockOffsetMs } = operated().reach
      return clockOffsetMs === undefined ? undefined : clockOffsetMs / 1_000
    })
  }

  /** The configuration was read anew. */
  onReload(isValid: boolean): void {
    this.#reloads.add(isValid ? 'done' : 'refused', 1)
  }

  /** What `text` is, for HTTP. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /** Every figure, as Prometheus reads them. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  // ---- what is told by the relay

  onRequest(verb: RequestVerb, result: RequestResult, tookMs: number): void {
    if (verb === 'deposit') {
      this.#deposits.add(result, 1)
      this.#depositSeconds.observe(tookMs / 1_000)
    }
    if (result === 'slow-down') {
      this.#rateLimited.add(verb, 1)
    } else if (result === 'quota-exceeded') {
      this.#quotaRefused.add(verb, 1)
    }
  }

  onAcked(count: number): void {
    this.#acks.add('', count)
  }

  onWorkRejected(): void {
    this.#workRejected.add('', 1)
  }

  onDelivered(): void {
    this.#delivered.add('', 1)
  }

  onWakeup(tookMs: number): void {
    this.#wakeupSeconds.observe(tookMs / 1_000)
  }

  onHandshake(tookMs: number): void {
    this.#handshakeSeconds.observe(tookMs / 1_000)
  }

  onBytes(direction: 'in' | 'out', count: number): void {
    this.#bytes.add(direction, count)
  }

  onConnectionRefused(reason: ConnectionRefusal): void {
    this.#refusedConnections.add(reason === 'total' ? 'connections' : reason, 1)
  }

  onBlocked(what: BlockKind): void {
    this.#blocked.add(what, 1)
  }

  onSlowed(): void {
    this.#rateLimited.add('bytes', 1)
  }

  onCommitted(tookMs: number): void {
    this.#commitSeconds.observe(tookMs / 1_000)
  }

  onStoreFailed(code: ErrorCode): void {
    this.#storeErrors.add(this.#storeErrors.has(code) ? code : 'SEALPOST_BUG', 1)
  }

  onStoreReopened(): void {
    this.#storeReopens.add('', 1)
  }

  onCompacted(tookMs: number): void {
    this.#compactionSeconds.observe(tookMs / 1_000)
  }

  onNotice(notice: RelayNotice): void {
    if (notice.event === 'expired') {
      this.#expired.add('', notice.envelopeCount)
    }
  }

  // ---- families

  /** 0 where there is no such time. */
  #secondsSince(atMs: number | undefined): number {
    return atMs === undefined ? 0 : Math.max(0, this.#clock.wallMs() - atMs) / 1_000
  }

  #addInfo(version: string): void {
    const { sentence } = METRIC_ROWS.info
    const info = new Gauge({
      name: `${METRIC_PREFIX}info`,
      help: sentence,
      labelNames: ['version', 'engine'],
      registers: [this.#registry]
    })
    info.set({ version, engine: 'level' }, 1)
  }

  #tally(name: MetricName): Tally {
    const row: MetricRow = METRIC_ROWS[name]
    const tally = new Tally(row.words ?? [''])
    const counter: Counter = new Counter({
      ...familyOf(name, row),
      registers: [this.#registry],
      collect: () => {
        counter.reset()
        for (const [word, count] of tally.counts) {
          counter.inc(row.label === undefined ? {} : { [row.label]: word }, count)
        }
      }
    })
    return tally
  }

  /** @param value undefined while it is not known: then there is no such series. */
  #gauge(name: MetricName, value: () => number | undefined): void {
    const row: MetricRow = METRIC_ROWS[name]
    const labels = row.label === undefined ? {} : { [row.label]: row.words?.[0] ?? '' }
    const gauge: Gauge = new Gauge({
      ...familyOf(name, row),
      registers: [this.#registry],
      collect: () => {
        const now = value()
        if (now === undefined) {
          gauge.remove(labels)
        } else {
          gauge.set(labels, now)
        }
      }
    })
  }

  /** @param values by the words of the label; what it has not is no series. */
  #labelled(name: MetricName, values: () => ReadonlyMap<string, number>): void {
    const row: MetricRow = METRIC_ROWS[name]
    const family = { ...familyOf(name, row), registers: [this.#registry] }
    const collect = (): void => {
      metric.reset()
      for (const word of row.words ?? []) {
        const value = values().get(word)
        if (value !== undefined) {
          metric.inc({ [row.label ?? '']: word }, value)
        }
      }
    }
    const metric: Counter | Gauge =
      row.kind === 'counter'
        ? new Counter({ ...family, collect })
        : new Gauge({ ...family, collect })
  }

  #histogram(name: MetricName): Histogram {
    const row: MetricRow = METRIC_ROWS[name]
    const buckets = [...(row.buckets ?? [])]
    return new Histogram({ ...familyOf(name, row), buckets, registers: [this.#registry] })
  }
}

function familyOf(
  name: MetricName,
  row: MetricRow
): { readonly name: string; readonly help: string; readonly labelNames: string[] } {
  return {
    name: `${METRIC_PREFIX}${name}`,
    help: row.sentence,
    labelNames: row.label === undefined ? [] : [row.label]
  }
}

/** Counts by word, of a closed list of words: what is none of them is not counted. */
class Tally {
  readonly counts: ReadonlyMap<string, number>
  readonly #counts: Map<string, number>

  constructor(words: readonly string[]) {
    this.#counts = new Map(words.map((word) => [word, 0]))
    this.counts = this.#counts
  }

  has(word: string): boolean {
    return this.#counts.has(word)
  }

  add(word: string, count: number): void {
    const before = this.#counts.get(word)
    if (before !== undefined) {
      this.#counts.set(word, before + count)
    }
  }
}
