/** What can be found, one row each: when, why probably, and what can be done about it that can be taken back. */
import { hoursUntilZero } from '../watch/forecast.ts'
import type { SeriesName } from '../watch/series.ts'
import type { WatchView } from './watch-view.ts'

/** Options that the watch may change, by their names in the configuration. */
export type ActionOption =
  | 'work-bits'
  | 'deposits-per-second'
  | 'knocks-per-minute-per-range'
  | 'registrations-per-hour-per-range'
  | 'connections-per-range-max'
  | 'mailbox-cache-size'
  | 'pending-reads-max'

interface Cause {
  readonly sentence: string
  /** How much speaks for it: 0 is nothing. */
  readonly weight: (view: WatchView) => number
}

interface ActionRow {
  readonly option: ActionOption
  readonly change: (value: number) => number
  readonly sentence: string
}

export interface Detector {
  readonly kind: FindingKind
  /** What it is about, and what tells whether it became worse. */
  readonly series: SeriesName
  readonly sentence: string
  readonly isThere: (view: WatchView) => boolean
  readonly causes: readonly Cause[]
  readonly action?: ActionRow
}

export type FindingKind =
  | 'disk-filling'
  | 'memory-leak'
  | 'slow-disk'
  | 'registration-flood'
  | 'stuck-deliveries'
  | 'clock-jump'
  | 'unreachable'
  | 'refused-spike'
  | 'connection-storm'
  | 'blocked-loop'
  | 'traffic-lost'
  | 'failing-store'

/** A disk that is full within so many hours is worth a word. */
const DISK_HOURS = 72
const MEMORY_HOURS = 8
const MB = 1_000_000

function cause(sentence: string, weight: (view: WatchView) => number): Cause {
  return { sentence, weight }
}

function half(value: number): number {
  return Math.max(1, Math.floor(value / 2))
}

export const DETECTORS: readonly Detector[] = [
  {
    kind: 'disk-filling',
    series: 'disk-free-bytes',
    sentence: 'The disk fills; at this pace it is full within three days.',
    isThere: (view) => {
      const long = hoursUntilZero(view.trend('disk-free-bytes', 6))
      const short = view.trend('disk-free-bytes', 2)
      return long !== undefined && long < DISK_HOURS && (short?.perHour ?? 0) < 0
    },
    causes: [
      cause('Something else than the relay writes to the disk.', (view) => {
        const disk = Math.abs(view.trend('disk-free-bytes', 6)?.perHour ?? 0)
        return disk > 2 * (view.trend('store-bytes', 6)?.perHour ?? 0) ? 2 : 0
      }),
      cause('More is deposited than usual.', (view) => view.ratio('deposits-per-second') - 1),
      cause('Less is fetched than usual, so that envelopes stay.', (view) =>
        Math.max(0, 1.2 - view.ratio('acks-per-second'))
      )
    ],
    action: {
      option: 'deposits-per-second',
      change: half,
      sentence: 'Takes half as many deposits from each connection.'
    }
  },
  {
    kind: 'memory-leak',
    series: 'resident-bytes',
    sentence: 'The memory of the process rises steadily, more than its connections explain.',
    isThere: (view) => {
      const trend = view.memoryTrend(MEMORY_HOURS)
      return (
        trend !== undefined &&
        trend.steadiness >= 0.8 &&
        trend.perHour * MEMORY_HOURS > Math.max(30 * MB, 0.12 * trend.last)
      )
    },
    causes: [
      cause('Mailbox summaries fill the cache.', (view) => view.ratio('mailboxes') - 1),
      cause('Deliveries that nobody acknowledges are held.', (view) => view.ratio('unacked') - 1),
      cause('A leak in the relay: keep the history and tell the developers.', () => 0.5)
    ],
    action: {
      option: 'mailbox-cache-size',
      change: half,
      sentence: 'Remembers half as many mailboxes.'
    }
  },
  {
    kind: 'slow-disk',
    series: 'commit-ms',
    sentence: 'Writing to the disk takes far longer than usual.',
    isThere: (view) => view.isHigh('commit-ms', 6, 3) && (view.level('commit-ms') ?? 0) > 50,
    causes: [
      cause('The disk is slow: another program uses it, or it fails.', () => 1),
      cause('More is deposited than usual.', (view) => view.ratio('deposits-per-second') - 1)
    ],
    action: {
      option: 'deposits-per-second',
      change: half,
      sentence: 'Takes half as many deposits from each connection.'
    }
  },
  {
    kind: 'registration-flood',
    series: 'registrations-per-second',
    sentence: 'Far more mailboxes are made than usual, and not because there is more traffic.',
    isThere: (view) =>
      view.isHigh('registrations-per-second', 8, 5) &&
      view.ratio('registrations-per-second') > 3 * view.ratio('deposits-per-second'),
    causes: [
      cause('Somebody makes mailboxes by a program.', () => 1),
      cause('Many people register again after a store was lost.', (view) =>
        (view.highest('store-failures', 12) ?? 0) > 0 ? 2 : 0
      )
    ],
    action: {
      option: 'work-bits',
      change: (bits) => Math.max(bits, Math.min(22, bits + 2)),
      sentence: 'Asks for four times the work for a new mailbox.'
    }
  },
  {
    kind: 'stuck-deliveries',
    series: 'unacked',
    sentence: 'Envelopes are delivered and not acknowledged.',
    isThere: (view) =>
      (view.isHigh('unacked', 6, 3) &&
        view.ratio('unacked') > 2.5 * view.ratio('deliveries-per-second')) ||
      ((view.expected('acks-per-second')?.middle ?? 0) > 0.5 &&
        view.ratio('acks-per-second') < 0.3 * view.ratio('deliveries-per-second')),
    causes: [
      cause('Commits wait for the disk.', (view) => view.score('commit-ms') / 3),
      cause('Clients of a version that does not acknowledge, or that cannot.', () => 1)
    ]
  },
  {
    kind: 'clock-jump',
    series: 'clock-skew-ms',
    sentence: 'The clock of the machine was set by more than two seconds.',
    isThere: (view) => (view.highest('clock-skew-ms', 2) ?? 0) > 2_000,
    causes: [
      cause('The machine was asleep, or moved to another host.', (view) =>
        view.ratio('connections') < 0.7 ? 2 : 0
      ),
      cause('NTP set a clock that was wrong, or does not run.', () => 1)
    ]
  },
  {
    kind: 'unreachable',
    series: 'connections',
    sentence: 'Others do not reach the relay, or far fewer do than usual.',
    isThere: (view) => {
      const usual = view.expected('connections')?.middle ?? 0
      return (
        (view.level('reachable-share') ?? 1) < 0.5 ||
        (usual >= 20 && view.ratio('connections') < 0.35)
      )
    },
    causes: [
      cause('The address, the port, the firewall or the proxy changed.', (view) =>
        (view.level('reachable-share') ?? 1) < 1 ? 2 : 1
      ),
      cause('The network of the machine is down.', (view) =>
        view.ratio('connections') < 0.05 ? 3 : 0
      )
    ]
  },
  {
    kind: 'refused-spike',
    series: 'refused-per-second',
    sentence: 'Far more is refused than usual, and not because there is more traffic.',
    isThere: (view) => {
      const all = (view.level('deposits-per-second') ?? 0) + (view.level('refused-per-second') ?? 0)
      return (
        view.isHigh('refused-per-second', 8, 6) &&
        (view.level('refused-per-second') ?? 0) > 0.1 * all &&
        view.ratio('refused-per-second') > 2 * view.ratio('deposits-per-second')
      )
    },
    causes: [
      cause('Somebody guesses at mailboxes, or floods request boxes.', () => 1),
      cause('A limit is too low for the people who use the relay.', (view) =>
        view.ratio('deposits-per-second') > 1.5 ? 2 : 0
      )
    ],
    action: {
      option: 'knocks-per-minute-per-range',
      change: half,
      sentence: 'Takes half as many deposits from strangers from each range of addresses.'
    }
  },
  {
    kind: 'connection-storm',
    series: 'connections-per-second',
    sentence: 'Far more connections are opened than usual, and not because there is more traffic.',
    isThere: (view) =>
      view.isHigh('connections-per-second', 8, 5) &&
      view.ratio('connections-per-second') > 2 * view.ratio('deposits-per-second'),
    causes: [
      cause('People come back after they were cut off.', (view) =>
        (view.highest('store-failures', 3) ?? 0) > 0 || view.ratio('connections') < 0.8 ? 2 : 0
      ),
      cause('Somebody opens connections to no end.', () => 1)
    ],
    action: {
      option: 'connections-per-range-max',
      change: half,
      sentence: 'Holds half as many connections from each range of addresses.'
    }
  },
  {
    kind: 'blocked-loop',
    series: 'loop-lag-ms',
    sentence: 'The process is kept from its work far longer than usual.',
    isThere: (view) => view.isHigh('loop-lag-ms', 6, 4) && (view.level('loop-lag-ms') ?? 0) > 100,
    causes: [
      cause(
        'More is asked of it than one core does.',
        (view) => view.ratio('deposits-per-second') - 1
      ),
      cause('Another program uses the processor, or memory is swapped.', () => 0.8)
    ],
    action: {
      option: 'pending-reads-max',
      change: half,
      sentence: 'Lets half as many requests wait at once.'
    }
  },
  {
    kind: 'traffic-lost',
    series: 'deposits-per-second',
    sentence: 'Next to nothing is deposited, although people are connected.',
    isThere: (view) =>
      (view.expected('deposits-per-second')?.middle ?? 0) > 0.5 &&
      view.ratio('deposits-per-second') < 0.15 &&
      view.ratio('connections') > 0.6,
    causes: [
      cause('The relay takes nothing in: see its step in status.', (view) =>
        (view.level('overload-step') ?? 0) > 0 ? 3 : 0
      ),
      cause('Clients turned to other relays.', () => 1)
    ]
  },
  {
    kind: 'failing-store',
    series: 'store-failures',
    sentence: 'The store fails again and again.',
    isThere: (view) =>
      (view.level('store-failures') ?? 0) >= 1 || view.isHigh('failures-per-second', 8, 10),
    causes: [
      cause('The disk is full.', (view) => ((view.level('disk-used-share') ?? 0) > 0.95 ? 3 : 0)),
      cause('The disk fails: see the log of the kernel.', () => 1)
    ]
  }
]

/** Every sentence that a finding can say. */
export const WATCH_SENTENCES: readonly string[] = [
  ...new Set(
    DETECTORS.flatMap(({ action, causes, sentence }) => [
      sentence,
      ...causes.map((each) => each.sentence),
      ...(action === undefined ? [] : [action.sentence])
    ])
  )
]

/** What the action of a kind makes of an option's value; the same where it has none. */
export function changedOption(kind: FindingKind, value: number): number {
  const action = DETECTORS.find((detector) => detector.kind === kind)?.action
  return action?.change(value) ?? value
}
