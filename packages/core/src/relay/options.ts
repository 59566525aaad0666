/** What an operator may change about a relay, each with its default and its reason. Bounds of the wire are in `limits.ts`. */
import type { MailboxKind, OperatorNotice } from '@sealpost/protocol'

const KIB = 1024
const MIB = 1024 * KIB

/** How much a mailbox of one kind holds. */
export interface MailboxQuota {
  readonly envelopeCountMax: number
  /** Bytes of the sealed envelopes. */
  readonly bytesMax: number
}

/** Everything an operator may change while the relay runs. */
export interface RelayOptions {
  // ---- rates

  /** Deposits a second on one connection: a person with a large group types no faster. */
  readonly depositsPerSecond: number
  /** Deposits at once on one connection, for what waited while the sender was away. */
  readonly depositBurst: number
  /**
   * Other requests a second on one connection. Each 16 mailboxes that it names count as one more, each claimable too; acks of
   * what was just delivered are free. Keeps guessing from costing reads.
   */
  readonly requestsPerSecond: number
  /** Other requests at once: a client with a thousand mailboxes destroys as many when its epochs turn. */
  readonly requestBurst: number
  /** Deposits a minute into one mailbox: one talkative device. */
  readonly mailboxDepositsPerMinute: number
  /** Deposits a minute into a group's mailbox: many of them. */
  readonly groupDepositsPerMinute: number
  /** New mailboxes and links an hour for one range of addresses: several clients that set out at once behind one address. */
  readonly registrationsPerHourPerRange: number
  /**
   * Deposits a minute into request boxes from one range of addresses, so many at once: far fewer than one mailbox takes, so that one
   * household that floods a public address leaves room for everybody else.
   */
  readonly knocksPerMinutePerRange: number
  /**
   * Bytes a second to and from one node key, and eight seconds' worth at once; each frame counts as 1 KiB at least, and a request
   * that came too soon as 64 KiB more. Clients wait as they are told, and come nowhere near.
   */
  readonly bytesPerSecondPerKey: number
  /** The same for one range of addresses: node keys cost nothing. */
  readonly bytesPerSecondPerRange: number
  /** Bytes of frames that wait for clients to take them, of all connections: each one's bound is too much for thousands who do not read. */
  readonly unsentBytesMax: number

  // ---- quotas

  /** One for each kind of mailbox, so that flooding one fills no other. */
  readonly quotas: Readonly<Record<MailboxKind, MailboxQuota>>

  // ---- work

  /** Leading zero bits of proofs of work for registering, claiming and knocking, 0 to 32; 16 take a phone about 0.2 s. */
  readonly workBits: number

  /** Whether who has nothing here yet may begin with work alone, or needs an invite. */
  readonly registration: 'work' | 'invite'

  // ---- connections

  /** Connections at once: about 0.2 MB of memory each. */
  readonly connectionsMax: number
  /** Connections at once from one range of addresses: a house or an office, not a botnet. */
  readonly connectionsPerRangeMax: number
  /** Requests of one connection without an answer; one more ends it. Clients keep at most 64 in flight. */
  readonly requestsUnansweredMax: number
  /** Mailboxes that one connection subscribes to: a thousand contacts with four epochs each. */
  readonly subscriptionsPerConnectionMax: number
  /** Subscriptions of all connections: about 300 bytes of memory each. */
  readonly subscriptionsMax: number
  /** Requests that wait for the disk, each with up to 32 KiB in memory; beyond, requests are answered `busy` at once. */
  readonly pendingReadsMax: number

  // ---- store

  /** Bytes that the store may take on disk; 0 where only the disk bounds it. */
  readonly storeBytesMax: number
  /** Bytes of the file system that stay free, so that acks and compaction go on; undefined for the usual share. */
  readonly reserveBytes: number | undefined
  /** Mailbox summaries in memory, about 500 bytes each, at least 1,024; what is not there costs one read. */
  readonly mailboxCacheSize: number

  // ---- what `info` tells

  /** Who runs it, at most 256 bytes of UTF-8. */
  readonly operator: string
  /** Where its rules stand, at most 256 bytes of UTF-8. */
  readonly policy: string
  /** A link to the operator's account, which takes reports: at most 2,048 visible ASCII characters; empty where there is none. */
  readonly desk: string
  /** Multiaddrs under which it wants to be found, without the node key, at most 3. */
  readonly addresses: readonly string[]
  /**
   * The end of its last day, where its operator gives it up: it makes no new mailboxes or links any more, and from then on it only
   * delivers, takes acks and erases. Deposits are taken until then, since people tell each other by these where they move to.
   */
  readonly closesAtMs: number | undefined
  /** What its operator says to its people, at most 3; each until it ends. */
  readonly notices: readonly OperatorNotice[]
}

/** What a relay does when its operator says nothing. */
export const DEFAULT_RELAY_OPTIONS: RelayOptions = {
  depositsPerSecond: 20,
  depositBurst: 60,
  requestsPerSecond: 100,
  requestBurst: 1_000,
  mailboxDepositsPerMinute: 120,
  groupDepositsPerMinute: 600,
  registrationsPerHourPerRange: 8_192,
  knocksPerMinutePerRange: 30,
  bytesPerSecondPerKey: 2 * MIB,
  bytesPerSecondPerRange: 8 * MIB,
  unsentBytesMax: 128 * MIB,
  quotas: {
    contact: { envelopeCountMax: 512, bytesMax: 8 * MIB },
    request: { envelopeCountMax: 64, bytesMax: 64 * 8 * KIB },
    own: { envelopeCountMax: 4_096, bytesMax: 64 * MIB },
    group: { envelopeCountMax: 2_048, bytesMax: 32 * MIB }
  },
  workBits: 16,
  registration: 'work',
  connectionsMax: 4_096,
  connectionsPerRangeMax: 256,
  requestsUnansweredMax: 256,
  subscriptionsPerConnectionMax: 4_096,
  subscriptionsMax: 400_000,
  pendingReadsMax: 4_096,
  storeBytesMax: 0,
  reserveBytes: undefined,
  mailboxCacheSize: 16_384,
  operator: '',
  policy: '',
  desk: '',
  addresses: [],
  closesAtMs: undefined,
  notices: []
}

/** The least number of summaries in memory: more than one request can touch, so that none is dropped while it is decided. */
export const MAILBOX_CACHE_SIZE_MIN = 1_024
