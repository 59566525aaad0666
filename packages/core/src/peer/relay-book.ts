/**
 * All relays that a client has to do with: its own, its contacts', and those of links. Keeps what it learnt of each, and network
 * time.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type NodeKey,
  RELAY_ADDRESSES_MAX,
  type RelayAddress,
  type StoreId
} from '@sealpost/protocol'
import { KnownRelayRowSchema } from '@sealpost/protocol/home'
import type { Row } from '../tables.ts'
import type { PeerKernel } from './kernel.ts'
import { heardNotices, noticesOfRow, noticesToRow } from './operator-notices.ts'
import { RelaySession } from './relay-session.ts'

/** Offsets older than this say nothing about a clock that may have been set since. */
const OFFSET_AGE_MAX_MS = 24 * 3_600_000
/** The latest network time, whatever relays say: a year before links, which count seconds in 32 bits, run out of them. */
const NETWORK_TIME_MAX_MS = (2 ** 32 - 1 - 366 * 86_400) * 1_000
/** Addresses tried for one relay, from whatever source. */
const ADDRESSES_MAX = 2 * RELAY_ADDRESSES_MAX

export interface RelayBookEvents {
  /** A relay told what it is; it may have another store than before. */
  readonly onReady: (session: RelaySession) => void
  /** A relay told its clock again. */
  readonly onHeard: (session: RelaySession) => void
  readonly onLost: (session: RelaySession) => void
}

/** What the time was found to be at a moment of our own clock. */
interface Clock {
  readonly now: number
  readonly networkTimeMs: number
  readonly isHeard: boolean
}

export class RelayBook {
  readonly #kernel: PeerKernel
  #own: ReadonlySet<NodeKey>
  readonly #events: RelayBookEvents
  readonly #sessions = new Map<NodeKey, RelaySession>()
  #isOnline = false
  /** Undefined once anything was heard since. */
  #lastClock: Clock | undefined

  /** @param own The account's relays, whose clocks count. */
  constructor(kernel: PeerKernel, own: readonly RelayAddress[], events: RelayBookEvents) {
    this.#kernel = kernel
    this.#own = new Set(own.map(({ nodeKey }) => nodeKey))
    this.#events = events
  }

  restore(rows: readonly Row[]): void {
    this.#lastClock = undefined
    for (const { key, value } of rows) {
      const row = fromBinary(KnownRelayRowSchema, value)
      const session = this.#session({ nodeKey: key as NodeKey, addresses: row.addresses })
      session.storeId = row.storeId === '' ? undefined : (row.storeId as StoreId)
      session.offsetMs = row.offsetMs
      session.heardAtMs = row.heardAtMs
      session.failingSinceMs = row.failingSinceMs
      session.sweptStoreId = row.sweptStoreId === '' ? undefined : (row.sweptStoreId as StoreId)
      session.notices = noticesOfRow(row.notices)
    }
  }

  /** The account's relays are others now, or elsewhere: our own word on where they are comes first. */
  setOwn(relays: readonly RelayAddress[]): void {
    this.#own = new Set(relays.map(({ nodeKey }) => nodeKey))
    for (const { nodeKey, addresses } of relays) {
      const session = this.#sessions.get(nodeKey)
      if (session !== undefined) {
        session.isAbandoned = false
        const others = session.addresses.filter((address) => !addresses.includes(address))
        session.addresses = [...addresses, ...others].slice(0, ADDRESSES_MAX)
        if (session.info !== undefined) {
          this.#hearNotices(session)
          this.#save(session)
        }
      }
    }
    this.#lastClock = undefined
  }

  /** What a relay that was left still holds is given up. */
  abandon(nodeKey: NodeKey): void {
    const session = this.#sessions.get(nodeKey)
    if (session !== undefined) {
      session.isAbandoned = true
    }
  }

  /** Mailboxes that were destroyed at a relay before are destroyed in the store that it has now. */
  swept(session: RelaySession): void {
    session.sweptStoreId = session.storeId
    this.#save(session)
  }

  /** Whether some relay told its clock within a day. */
  get isTimeKnown(): boolean {
    return this.#clock(this.#kernel.atMs).isHeard
  }

  /** The person has seen what an operator says; what is not there is no error. */
  dismissNotice(nodeKey: NodeKey, id: string): void {
    const session = this.#sessions.get(nodeKey)
    if (session?.notices.some((notice) => notice.id === id && !notice.isDismissed) === true) {
      session.notices = session.notices.map((notice) =>
        notice.id === id ? { ...notice, isDismissed: true } : notice
      )
      this.#save(session)
      this.#kernel.notify({ type: 'relay-changed', relay: nodeKey })
    }
  }

  get(nodeKey: NodeKey): RelaySession | undefined {
    return this.#sessions.get(nodeKey)
  }

  all(): readonly RelaySession[] {
    return [...this.#sessions.values()]
  }

  /** Keeps a connection to a relay for as long as there is a reason. */
  want(relay: RelayAddress, reason: string): RelaySession {
    const session = this.#session(relay)
    session.want(reason)
    return session
  }

  unwant(nodeKey: NodeKey, reason: string): void {
    this.#sessions.get(nodeKey)?.unwant(reason)
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    for (const session of this.#sessions.values()) {
      session.setOnline(isOnline)
    }
  }

  /** The wall clock was set forwards by so much. */
  clockSet(jumpMs: number): void {
    for (const session of this.#sessions.values()) {
      session.clockSet(jumpMs)
    }
    this.#lastClock = undefined
  }

  /**
   * Our clock plus the median offset of our own relays heard within a day; of an even number of them the one nearer zero, so
   * that one relay of two cannot pull us. Others are asked only where no own relay was heard: whoever has our link, or is a
   * contact, names relays of their own, and as many as they like.
   */
  networkTimeMs(now: number = this.#kernel.atMs): number {
    return this.#clock(now).networkTimeMs
  }

  /** What both our own clock and the relays' say has come: only then is anything done that cannot be taken back. */
  get earlyTimeMs(): number {
    return Math.min(this.#kernel.atMs, this.networkTimeMs())
  }

  /** The later of the two: since then, nobody can say that more time has passed than really has. */
  get lateTimeMs(): number {
    return Math.max(this.#kernel.atMs, this.networkTimeMs())
  }

  /** What relays say the time is. Asked for each mailbox there is, so what one input was told is kept. */
  #clock(now: number): Clock {
    if (this.#lastClock?.now !== now) {
      const heard = [...this.#sessions.values()].filter(
        ({ heardAtMs }) => heardAtMs > 0 && Math.abs(now - heardAtMs) <= OFFSET_AGE_MAX_MS
      )
      const own = heard.filter(({ nodeKey }) => this.#own.has(nodeKey))
      const timeMs = now + median((own.length > 0 ? own : heard).map(({ offsetMs }) => offsetMs))
      const networkTimeMs = Math.min(NETWORK_TIME_MAX_MS, Math.max(0, timeMs))
      this.#lastClock = { now, networkTimeMs, isHeard: heard.length > 0 }
    }
    return this.#lastClock
  }

  #session(relay: RelayAddress): RelaySession {
    const known = this.#sessions.get(relay.nodeKey)
    if (known !== undefined) {
      // What is known comes first: a contact's word on a relay must not keep us from reaching it.
      const added = relay.addresses.filter((address) => !known.addresses.includes(address))
      known.addresses = [...known.addresses, ...added].slice(0, ADDRESSES_MAX)
      return known
    }
    const session = new RelaySession(this.#kernel, relay.nodeKey, relay.addresses, {
      onReady: (ready) => {
        this.#ready(ready)
      },
      onHeard: (heard) => {
        this.#lastClock = undefined
        this.#hearNotices(heard)
        this.#save(heard)
        this.#events.onHeard(heard)
      },
      onLost: this.#events.onLost,
      onFailed: (failed) => {
        this.#failed(failed)
      }
    })
    session.setOnline(this.#isOnline)
    this.#sessions.set(relay.nodeKey, session)
    return session
  }

  /** A dial led nowhere: that says something of the relay only where another can be reached. */
  #failed(session: RelaySession): void {
    if (session.failingSinceMs === 0 && this.all().some(({ isReady }) => isReady)) {
      session.failingSinceMs = this.lateTimeMs
      this.#save(session)
    }
  }

  #ready(session: RelaySession): void {
    session.storeId = session.info?.storeId
    session.failingSinceMs = 0
    this.#lastClock = undefined
    this.#hearNotices(session)
    this.#save(session)
    this.#events.onReady(session)
  }

  /** Others' relays have nothing to say to us. What is new is told once. */
  #hearNotices(session: RelaySession): void {
    const { info, notices: known, nodeKey } = session
    const told = this.#own.has(nodeKey) ? (info?.notices ?? []) : []
    session.notices = heardNotices(known, told, info?.timeMs ?? 0, () =>
      session.noticePace.take(this.#kernel.steadyMs)
    )
    for (const { id } of session.notices) {
      if (!known.some((before) => before.id === id)) {
        this.#kernel.notify({ type: 'operator-notice', relay: nodeKey, id })
      }
    }
  }

  #save(session: RelaySession): void {
    const { nodeKey, addresses, storeId, offsetMs, heardAtMs, failingSinceMs } = session
    const row = create(KnownRelayRowSchema, {
      addresses: [...addresses],
      storeId: storeId ?? '',
      offsetMs,
      heardAtMs,
      failingSinceMs,
      sweptStoreId: session.sweptStoreId ?? '',
      notices: noticesToRow(session.notices)
    })
    this.#kernel.write('known-relay', nodeKey, toBinary(KnownRelayRowSchema, row))
  }
}

/** Of an even number the one nearer zero; 0 of none. */
function median(offsets: readonly number[]): number {
  const sorted = [...offsets].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper
  return Math.abs(lower) < Math.abs(upper) ? lower : upper
}
