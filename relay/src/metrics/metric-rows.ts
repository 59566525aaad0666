/**
 * Every figure of ours that Prometheus is shown, one row each, and all words that its labels can have: how many series there are
 * is settled here, whatever the load.
 */
import { BLOCK_KINDS, FAMILIES } from '@sealpost/operator'
import { type Capacity, type ErrorCode, TICKET_CATEGORIES } from '@sealpost/protocol'
import type { ConnectionRefusal, RequestResult, RequestVerb } from '../log/relay-observer.ts'

export interface MetricRow {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** One sentence: what it is, with its unit where the name has none. */
  readonly sentence: string
  /** The one label, if any, and every word that it can have. */
  readonly label?: string
  readonly words?: readonly string[]
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[]
}

/** Goes before each name. */
export const METRIC_PREFIX = 'sealpost_relay_'

const REFUSED_CONNECTIONS: Readonly<Record<Exclude<ConnectionRefusal, 'total'>, true>> = {
  connections: true,
  range: true,
  pending: true,
  draining: true,
  blocked: true
}

/** All results of a deposit; `done` is none, and no deposit needs an invite. */
const DEPOSIT_RESULTS: Readonly<Record<Exclude<RequestResult, 'done' | 'needs-invite'>, true>> = {
  stored: true,
  gone: true,
  accepted: true,
  denied: true,
  'quota-exceeded': true,
  'too-large': true,
  expired: true,
  'slow-down': true,
  busy: true,
  'needs-work': true,
  'unsupported-version': true,
  internal: true
}

const VERBS: Readonly<Record<RequestVerb, true>> = {
  info: true,
  register: true,
  deposit: true,
  subscribe: true,
  unsubscribe: true,
  ack: true,
  recall: true,
  destroy: true,
  'put-claimables': true,
  claim: true,
  'count-claimables': true,
  inspect: true,
  unknown: true
}

/** Codes with which a store fails; whatever else it may be is a bug. */
const STORE_ERRORS: readonly ErrorCode[] = [
  'SEALPOST_STORE_CORRUPT',
  'SEALPOST_STORE_FAILED',
  'SEALPOST_STORE_FULL',
  'SEALPOST_STORE_LOCKED',
  'SEALPOST_STORE_NEWER',
  'SEALPOST_BUG'
]

/** The steps of the disk's ladder, by the number that is shown. The load's has as many. */
export const CAPACITY_STEPS: readonly Capacity[] = ['open', 'no-new-mailboxes', 'busy', 'read-only']

const SECONDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const LONG_SECONDS: readonly number[] = [0.1, 1, 10, 60, 600]

export type MetricName =
  | 'info'
  | 'uptime_seconds'
  | 'connections'
  | 'connections_refused_total'
  | 'handshake_seconds'
  | 'blocked_total'
  | 'streams_open'
  | 'bytes_total'
  | 'deposits_total'
  | 'deposit_seconds'
  | 'wakeup_seconds'
  | 'delivered_total'
  | 'acks_total'
  | 'envelopes_stored'
  | 'stored_bytes'
  | 'store_limit_bytes'
  | 'store_disk_free_bytes'
  | 'store_reserve_bytes'
  | 'delivered_unacked'
  | 'oldest_unacked_seconds'
  | 'expired_total'
  | 'compaction_seconds'
  | 'store_commit_seconds'
  | 'store_errors_total'
  | 'store_reopens_total'
  | 'quota_refused_total'
  | 'ratelimited_total'
  | 'pow_rejected_total'
  | 'overload_state'
  | 'config_reload_total'
  | 'cert_expiry_seconds'
  | 'reachable'
  | 'backup_age_seconds'
  | 'backup_verified'
  | 'reports_open'
  | 'reports_overdue'
  | 'reports_total'
  | 'clock_skew_seconds'

/** By their names, without the prefix. */
export const METRIC_ROWS: Readonly<Record<MetricName, MetricRow>> = {
  info: {
    kind: 'gauge',
    sentence: 'Always 1; `version` is that of the program, `engine` that of the store.'
  },
  uptime_seconds: { kind: 'gauge', sentence: 'Since the process began.' },
  connections: {
    kind: 'gauge',
    sentence: 'Connections of clients.',
    label: 'transport',
    words: ['websocket']
  },
  connections_refused_total: {
    kind: 'counter',
    sentence:
      'Connections not taken: too many in all, from one range of addresses, or in their handshake; or because the relay stops, or whoever made them is blocked.',
    label: 'reason',
    words: Object.keys(REFUSED_CONNECTIONS)
  },
  handshake_seconds: {
    kind: 'histogram',
    sentence:
      'From the request for a WebSocket to the stream that it is for: Noise, and what is agreed on after it.',
    buckets: SECONDS
  },
  blocked_total: {
    kind: 'counter',
    sentence:
      'What a block kept away: requests to a mailbox, streams of a node, connections from a range.',
    label: 'what',
    words: BLOCK_KINDS
  },
  streams_open: {
    kind: 'gauge',
    sentence: 'Streams on them.',
    label: 'protocol',
    words: ['mailbox']
  },
  bytes_total: {
    kind: 'counter',
    sentence: 'Bytes of frames, without what encryption and WebSockets add.',
    label: 'direction',
    words: ['in', 'out']
  },
  deposits_total: {
    kind: 'counter',
    sentence: 'Deposits answered, by what came of them.',
    label: 'result',
    words: Object.keys(DEPOSIT_RESULTS)
  },
  deposit_seconds: {
    kind: 'histogram',
    sentence: 'From a deposit that came to its answer, refused ones included.',
    buckets: SECONDS
  },
  wakeup_seconds: {
    kind: 'histogram',
    sentence:
      'From a deposit that is on the disk to its delivery, where who subscribed has acknowledged enough of the others.',
    buckets: SECONDS
  },
  delivered_total: { kind: 'counter', sentence: 'Envelopes sent to who subscribed.' },
  acks_total: { kind: 'counter', sentence: 'Envelopes acknowledged.' },
  envelopes_stored: { kind: 'gauge', sentence: 'Envelopes kept.' },
  stored_bytes: { kind: 'gauge', sentence: 'What the store takes of the disk.' },
  store_limit_bytes: { kind: 'gauge', sentence: '`store-bytes-max`; 0 is no limit.' },
  store_disk_free_bytes: {
    kind: 'gauge',
    sentence: 'Free on the file system, less what the ballast does not hold at the moment.'
  },
  store_reserve_bytes: { kind: 'gauge', sentence: '`reserve-bytes`, as it holds.' },
  delivered_unacked: { kind: 'gauge', sentence: 'Envelopes sent and not acknowledged yet.' },
  oldest_unacked_seconds: {
    kind: 'gauge',
    sentence: 'Since the envelope was sent that has waited longest for its ack; 0 where none waits.'
  },
  expired_total: {
    kind: 'counter',
    sentence: 'Envelopes that nobody fetched in their lifetime.'
  },
  compaction_seconds: {
    kind: 'histogram',
    sentence: 'Compactions that the relay asked for, because little of what was erased came back.',
    buckets: LONG_SECONDS
  },
  store_commit_seconds: {
    kind: 'histogram',
    sentence: 'Until rows were on the disk for good.',
    buckets: SECONDS
  },
  store_errors_total: {
    kind: 'counter',
    sentence: 'How often the store failed, or with SEALPOST_BUG what decides.',
    label: 'code',
    words: STORE_ERRORS
  },
  store_reopens_total: {
    kind: 'counter',
    sentence: 'How often the store was opened again after it failed.'
  },
  quota_refused_total: {
    kind: 'counter',
    sentence: 'Requests refused because a mailbox or link was full, by what was asked.',
    label: 'kind',
    words: ['deposit', 'put-claimables']
  },
  ratelimited_total: {
    kind: 'counter',
    sentence:
      'Requests refused because there were too many, by what was asked; bytes: how often a connection was not read from for a while.',
    label: 'kind',
    words: [...Object.keys(VERBS), 'bytes']
  },
  pow_rejected_total: {
    kind: 'counter',
    sentence: 'Proofs of work that were too little, or too old.'
  },
  overload_state: {
    kind: 'gauge',
    sentence:
      'The higher step of both ladders, of disk and load: 0 takes everything, 1 no new mailboxes, 2 no deposits, or no requests, 3 only deliveries and acks.'
  },
  config_reload_total: {
    kind: 'counter',
    sentence:
      'Configurations read anew while it ran: taken, or refused whole because of a mistake.',
    label: 'result',
    words: ['done', 'refused']
  },
  cert_expiry_seconds: {
    kind: 'gauge',
    sentence: 'Until the certificate ends; not there where a proxy has it.'
  },
  reachable: {
    kind: 'gauge',
    sentence:
      'Whether others reach it, by the kind of its addresses: 0 after two checks in a row that failed; not there without `neighbours`.',
    label: 'family',
    words: FAMILIES
  },
  backup_age_seconds: {
    kind: 'gauge',
    sentence:
      'Since the last backup; where a schedule has made none yet, since the process began; not there with neither.'
  },
  backup_verified: {
    kind: 'gauge',
    sentence:
      'Whether a scheduled backup was restored to try it, and the schedule has not failed since; not there without a schedule.'
  },
  reports_open: {
    kind: 'gauge',
    sentence: 'Reports of people that are not closed; not there until a desk has told.'
  },
  reports_overdue: {
    kind: 'gauge',
    sentence: 'Reports that have waited for more than 24 h; not there until a desk has told.'
  },
  reports_total: {
    kind: 'counter',
    sentence: 'Reports of people, as the desk counts them; not there until a desk has told.',
    label: 'category',
    words: TICKET_CATEGORIES
  },
  clock_skew_seconds: {
    kind: 'gauge',
    sentence:
      "By how much the clock of this machine is ahead of the neighbours', to half a second; not there without `neighbours`."
  }
}

/** Names that alerts and pages may expect, and with what each comes: until then there is no such figure, not even a zero. */
export const METRICS_TO_COME: Readonly<Record<string, string>> = {
  engine_replicas_short_total: 'stores on several machines',
  engine_failover_total: 'stores on several machines'
}
