/** What is watched of a relay: one closed set of series, so that nothing about a person can ever become one. */

/** How several values of a series become one: for a rate their mean, for a wait the longest, for a stock the last. */
export type Fold = 'mean' | 'max' | 'last'

export interface SeriesRow {
  readonly fold: Fold
  readonly unit: 'a second' | 'ms' | 'bytes' | 'share' | 'hours' | 'days' | 'count'
  /** What it is, to be read after its name. */
  readonly sentence: string
}

function row(fold: Fold, unit: SeriesRow['unit'], sentence: string): SeriesRow {
  return { fold, unit, sentence }
}

/** Every series by name: the unit closes it. */
export type SeriesName =
  | 'deposits-per-second'
  | 'deliveries-per-second'
  | 'acks-per-second'
  | 'registrations-per-second'
  | 'connections-per-second'
  | 'refused-per-second'
  | 'busy-per-second'
  | 'failures-per-second'
  | 'connections-refused-per-second'
  | 'expired-per-second'
  | 'connections'
  | 'commit-ms'
  | 'deposit-ms'
  | 'loop-lag-ms'
  | 'waiting-reads'
  | 'resident-bytes'
  | 'uptime-hours'
  | 'disk-free-bytes'
  | 'disk-used-share'
  | 'disk-step'
  | 'store-bytes'
  | 'envelopes'
  | 'mailboxes'
  | 'unacked'
  | 'clock-skew-ms'
  | 'reachable-share'
  | 'overload-step'
  | 'store-failures'
  | 'certificate-days'
  | 'backup-hours'
  | 'reports-waiting-hours'

/** Every series. A relay that cannot measure one leaves it out of its samples. */
export const SERIES: Readonly<Record<SeriesName, SeriesRow>> = {
  'deposits-per-second': row('mean', 'a second', 'Envelopes that were taken in.'),
  'deliveries-per-second': row('mean', 'a second', 'Envelopes that were delivered.'),
  'acks-per-second': row('mean', 'a second', 'Envelopes that were acknowledged.'),
  'registrations-per-second': row(
    'mean',
    'a second',
    'Requests to make mailboxes and links that were done.'
  ),
  'connections-per-second': row(
    'mean',
    'a second',
    'Clients that connected, and asked for what every client asks first.'
  ),
  'refused-per-second': row('mean', 'a second', 'Requests that were refused, but for busy.'),
  'busy-per-second': row('mean', 'a second', 'Requests that were told to come back later.'),
  'failures-per-second': row('mean', 'a second', 'Requests that failed inside the relay.'),
  'connections-refused-per-second': row(
    'mean',
    'a second',
    'Connections that were turned away, but for those that are blocked.'
  ),
  'expired-per-second': row('mean', 'a second', 'Envelopes that nobody fetched in their lifetime.'),
  connections: row('mean', 'count', 'Connections that are open.'),
  'commit-ms': row('max', 'ms', 'What 99 of 100 commits to the disk took at most.'),
  'deposit-ms': row('max', 'ms', 'What 99 of 100 deposits took at most.'),
  'loop-lag-ms': row('max', 'ms', 'By how much 99 of 100 turns of the process came late at most.'),
  'waiting-reads': row('max', 'count', 'Requests that wait for the disk.'),
  'resident-bytes': row('last', 'bytes', 'Memory that the process holds.'),
  'uptime-hours': row('last', 'hours', 'Since the process began.'),
  'disk-free-bytes': row('last', 'bytes', 'Room on the file system.'),
  'disk-used-share': row('last', 'share', 'What is used of the file system.'),
  'disk-step': row(
    'max',
    'count',
    'The step of the ladder of the disk: 0 takes all in, 2 takes no deposits, 3 only delivers.'
  ),
  'store-bytes': row('last', 'bytes', 'What the store takes of the disk.'),
  envelopes: row('last', 'count', 'Envelopes that are kept.'),
  mailboxes: row('last', 'count', 'Mailboxes that are kept.'),
  unacked: row('last', 'count', 'Envelopes that were delivered and not acknowledged.'),
  'clock-skew-ms': row('max', 'ms', 'By how much the clock of the machine was set, or is wrong.'),
  'reachable-share': row(
    'last',
    'share',
    'Of the kinds of addresses, how many the neighbours reach.'
  ),
  'overload-step': row(
    'max',
    'count',
    'The higher step of the ladders of disk and load: 0 takes all in.'
  ),
  'store-failures': row(
    'max',
    'count',
    'How often the store was opened again since the last sample.'
  ),
  'certificate-days': row('last', 'days', 'Until the certificate ends.'),
  'backup-hours': row('last', 'hours', 'Since the last backup, where a schedule makes them.'),
  'reports-waiting-hours': row(
    'last',
    'hours',
    'Since the oldest report that nobody answered, as the desk says.'
  )
}

export const SERIES_NAMES: readonly SeriesName[] = Object.keys(SERIES) as readonly SeriesName[]

/** Numbers of one moment; what was not measured is left out. */
export type SeriesValues = Readonly<Partial<Record<SeriesName, number>>>

/** How a relay was over some ten seconds. */
export interface Sample {
  /** Milliseconds since 1970. Goes on evenly while a process runs, however its clock is set. */
  readonly atMs: number
  readonly values: SeriesValues
}

/** @returns undefined for what is no series. */
export function seriesName(written: string): SeriesName | undefined {
  return Object.hasOwn(SERIES, written) ? (written as SeriesName) : undefined
}
