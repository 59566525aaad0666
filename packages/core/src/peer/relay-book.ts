/** All relays that a client has to do with: its own, its contacts', and those of links. Keeps what it learnt of each, and network time. */
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
import { RelaySession } from './relay-session.ts'

/** Offsets older than this say nothing about a clock that may have been set since. */
const OFFSET_AGE_MAX_MS = 24 * 3_600_000

/** Addresses tried for one relay, from whatever source. */
const ADDRESSES_MAX = 2 * RELAY_ADDRESSES_MAX

export interface RelayBookEvents {
  /** A relay told what it is; `isNewStore` where it lost what it held, or is met for the first time. */
  readonly onReady: (session: RelaySession, isNewStore: boolean) => void
  readonly onLost: (session: RelaySession) => void
}

export class RelayBook {
  readonly #kernel: PeerKernel
  readonly #events: RelayBookEvents
  readonly #sessions = new Map<NodeKey, RelaySession>()
  #isOnline = false

  constructor(kernel: PeerKernel, events: RelayBookEvents) {
    this.#kernel = kernel
    this.#events = events
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const row = fromBinary(KnownRelayRowSchema, value)
      const session = this.#session({ nodeKey: key as NodeKey, addresses: row.addresses })
      session.storeId = row.storeId === '' ? undefined : (row.storeId as StoreId)
      session.offsetMs = row.offsetMs
      session.heardAtMs = row.heardAtMs
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

  /**
   * Our clock plus the median offset of the relays heard within a day; of an even number of them the one nearer zero, so
   * that one relay of two cannot pull us.
   */
  networkTimeMs(now: number = this.#kernel.atMs): number {
    const offsets = [...this.#sessions.values()]
      .filter(
        (session) => session.heardAtMs > 0 && Math.abs(now - session.heardAtMs) <= OFFSET_AGE_MAX_MS
      )
      .map((session) => session.offsetMs)
      .sort((a, b) => a - b)
    const upper = offsets[offsets.length >> 1]
    if (upper === undefined) {
      return now
    }
    const lower = offsets.length % 2 === 0 ? (offsets[(offsets.length >> 1) - 1] ?? upper) : upper
    return now + (Math.abs(lower) < Math.abs(upper) ? lower : upper)
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
      onLost: this.#events.onLost
    })
    session.setOnline(this.#isOnline)
    this.#sessions.set(relay.nodeKey, session)
    return session
  }

  #ready(session: RelaySession): void {
    const { info } = session
    if (info === undefined) {
      return
    }
    const isNewStore = session.storeId !== info.storeId
    session.storeId = info.storeId
    this.#kernel.write(
      'known-relay',
      session.nodeKey,
      toBinary(
        KnownRelayRowSchema,
        create(KnownRelayRowSchema, {
          addresses: [...session.addresses],
          storeId: info.storeId,
          offsetMs: session.offsetMs,
          heardAtMs: session.heardAtMs
        })
      )
    )
    this.#events.onReady(session, isNewStore)
  }
}
