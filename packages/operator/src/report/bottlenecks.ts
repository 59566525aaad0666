/** What limits a relay: how near it came to each bound over some days, the nearest first, with what to do. */
import { hoursUntilZero, median, trendOf } from '../watch/forecast.ts'
import type { SampleHistory } from '../watch/sample-history.ts'
import type { SeriesName } from '../watch/series.ts'

/** Bounds that only the relay knows. */
export interface ReportLimits {
  readonly connectionsMax: number
  /** Bytes that there are for the process. */
  readonly memoryBytes: number
}

export interface Bottleneck {
  readonly name: string
  /** Of its bound: 1 is at it, more is beyond. */
  readonly share: number
  readonly sentence: string
  readonly advice: string
}

/** Below this share of its bound nothing limits. */
const SHARE_MIN = 0.5
const SHOWN_MAX = 3
const WEEK_HOURS = 168

/** An hour's values of each series, summed up. */
class Hours {
  readonly #history: SampleHistory
  readonly #fromMs: number

  constructor(history: SampleHistory, fromMs: number) {
    this.#history = history
    this.#fromMs = fromMs
  }

  values(name: SeriesName): readonly number[] {
    return this.#history.points(name, 'hours', this.#fromMs).map(({ value }) => value)
  }

  mean(name: SeriesName): number {
    const all = this.values(name)
    return all.reduce((sum, value) => sum + value, 0) / Math.max(1, all.length)
  }

  most(name: SeriesName): number {
    return Math.max(0, ...this.values(name))
  }

  usual(name: SeriesName): number {
    return median(this.values(name))
  }
}

/** At most three, the nearest to its bound first. */
export function bottlenecks(
  history: SampleHistory,
  limits: ReportLimits,
  fromMs: number
): readonly Bottleneck[] {
  const hours = new Hours(history, fromMs)
  const untilFull = hoursUntilZero(trendOf(history.points('disk-free-bytes', 'hours', fromMs)))
  return [...ofMachine(hours, limits, untilFull), ...ofRequests(hours)]
    .filter(({ share }) => share >= SHARE_MIN)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, SHOWN_MAX)
}

function ofMachine(
  hours: Hours,
  { connectionsMax, memoryBytes }: ReportLimits,
  hoursLeft: number | undefined
): readonly Bottleneck[] {
  return [
    {
      name: 'disk',
      share: Math.max(
        hours.most('disk-used-share') / 0.8,
        WEEK_HOURS / Math.max(1, hoursLeft ?? 1e9)
      ),
      sentence: `The disk was ${percent(hours.most('disk-used-share'))} full${hoursLeft === undefined ? '' : `, and is full in ${String(Math.round(hoursLeft))} hours if it goes on so`}.`,
      advice: 'Give the relay a larger disk, or set store-bytes-max and lower the quotas.'
    },
    {
      name: 'disk speed',
      share: hours.usual('commit-ms') / 250,
      sentence: `In a usual hour the slowest hundredth of commits took ${String(Math.round(hours.usual('commit-ms')))} ms.`,
      advice: 'Move the data directory to a faster disk, or what else writes to it elsewhere.'
    },
    {
      name: 'processor',
      share: hours.usual('loop-lag-ms') / 200,
      sentence: `In a usual hour turns of the process came ${String(Math.round(hours.usual('loop-lag-ms')))} ms late.`,
      advice: 'Run a second relay and give its address out too, or lower deposits-per-second.'
    },
    {
      name: 'memory',
      share: hours.most('resident-bytes') / (0.8 * Math.max(1, memoryBytes)),
      sentence: `The process held ${percent(hours.most('resident-bytes') / Math.max(1, memoryBytes))} of the memory that there is.`,
      advice: 'Give the machine more memory, or lower connections-max and mailbox-cache-size.'
    },
    {
      name: 'connections',
      share: hours.most('connections') / (0.9 * Math.max(1, connectionsMax)),
      sentence: `At most ${String(Math.round(hours.most('connections')))} of ${String(connectionsMax)} connections were open.`,
      advice: 'Raise connections-max, about 0.2 MB of memory each, or add a relay.'
    }
  ]
}

function ofRequests(hours: Hours): readonly Bottleneck[] {
  const refused = hours.mean('refused-per-second')
  const busy = hours.mean('busy-per-second')
  const deposits = hours.mean('deposits-per-second')
  const asked = Math.max(1e-6, deposits + refused + busy)
  const delivered = hours.mean('deliveries-per-second')
  const reached = hours.values('reachable-share')
  return [
    {
      name: 'limits',
      share: refused / asked / 0.1,
      sentence: `Of what was asked for, ${percent(refused / asked)} was refused.`,
      advice: 'Raise the quota or the rate that people meet; against floods raise work-bits.'
    },
    {
      name: 'overload',
      share: busy / asked / 0.02,
      sentence: `Of what was asked for, ${percent(busy / asked)} was told to come back later.`,
      advice: 'See status for the step of the ladder while it happens; add a relay if it stays.'
    },
    {
      name: 'acks',
      share: delivered < 0.01 ? 0 : (1 - hours.mean('acks-per-second') / delivered) / 0.3,
      sentence: `Of what was delivered, ${percent(1 - hours.mean('acks-per-second') / Math.max(0.01, delivered))} was not acknowledged.`,
      advice: 'Clients of an old version, or a disk that is too slow for them: see watch.'
    },
    {
      name: 'reachability',
      share: reached.length === 0 ? 0 : (1 - hours.mean('reachable-share')) / 0.05,
      sentence: `Others did not reach it ${percent(1 - hours.mean('reachable-share'))} of the time.`,
      advice: 'See the address, the port, the firewall and the proxy.'
    }
  ]
}

function percent(share: number): string {
  const hundredths = Math.max(0, share) * 100
  return `${hundredths < 10 ? hundredths.toFixed(1) : String(Math.round(hundredths))} %`
}
