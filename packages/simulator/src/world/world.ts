/**
 * Relays, clients and what is between them, in virtual time: built from what a run was drawn to be, and let go.
 *
 * ```
 *   build: accounts, contacts --> relays and clients run, all offline --setOnline--> whatever the kernel lets happen
 * ```
 */
import type {
  PeerEffect,
  PeerInput,
  PeerNotice,
  RelayEffect,
  RelayInput,
  RelayOptions
} from '@sealpost/core'
import { type ContactId, type IdentityKey, type NodeKey, nodeKeys } from '@sealpost/protocol'
import type { CipherSuite } from '../cipher/client-cipher.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { acquaint, type ContactTable } from '../nodes/acquaint.ts'
import { ClientNode, type Dialler } from '../nodes/client-node.ts'
import { type ClientEnd, Connection, type Paths } from '../nodes/connection.ts'
import { DirectExchange, type DirectReach } from '../nodes/direct-exchange.ts'
import type { FrameCarrier } from '../nodes/frame-carrier.ts'
import { RelayNode } from '../nodes/relay-node.ts'
import { simulatedAccount } from '../nodes/simulated-account.ts'
import type { NodeTimes, Spoken } from '../nodes/simulated-driver.ts'
import type { RandomStream } from '../random/random-stream.ts'

/** What a world is made of. Nodes are numbered: relays first, then clients. */
export interface WorldInit {
  readonly kernel: Kernel
  readonly carrier: FrameCarrier
  readonly ciphers: CipherSuite
  readonly paths: Paths
  /** What NATs let through; undefined where clients have no streams with each other. */
  readonly direct?: DirectReach | undefined
  /** True time at the beginning, in milliseconds since 1970. */
  readonly startMs: number
  readonly relayCount: number
  readonly relayOptions: RelayOptions
  /** As it is between people where nothing is said; much longer where idle streams are not to be simulated. */
  readonly heartbeatMs?: number | undefined
  readonly relayTimes: NodeTimes
  readonly clientTimes: NodeTimes
  readonly clients: readonly ClientInit[]
  /** A stream of randomness for one purpose of one node, always from its beginning. */
  readonly random: (purpose: string, node: number) => RandomStream
  /** How long a client looks for one proof of work, in microseconds: at once where nothing is said. */
  readonly drawWorkUs?: ((client: number) => number) | undefined
  readonly watch: WorldWatch
}

/** Relays and clients by their numbers, each from 0. */
export interface ClientInit {
  readonly relays: readonly number[]
  /** Whom it knows. */
  readonly contacts: readonly number[]
  /** The range of addresses it comes from. */
  readonly range: string
}

/** Who looks at what happens, by the client's or the relay's number. */
export interface WorldWatch {
  notice(client: number, notice: PeerNotice): void
  /** Before the machine has it. */
  input?(client: number, input: PeerInput): void
  /** What a machine says, once what it wrote is safe. */
  said?(client: number, effect: Spoken<PeerEffect>): void
  relayInput?(relay: number, input: RelayInput): void
  relaySaid?(relay: number, effect: Spoken<RelayEffect>): void
}

const IDENTITY_SEED_BYTES = 32

export class World implements Dialler {
  readonly relays: readonly RelayNode[]
  readonly clients: readonly ClientNode[]
  readonly #init: WorldInit
  readonly #contacts: ContactTable
  readonly #relayOf: ReadonlyMap<NodeKey, RelayNode>
  readonly #direct: DirectExchange | undefined
  readonly #identities: ReadonlyMap<IdentityKey, number>
  #connectionCount = 0

  constructor(init: WorldInit) {
    this.#init = init
    const { direct: reach } = init
    this.#direct = reach && new DirectExchange({ ...init, reach })
    this.relays = Array.from({ length: init.relayCount }, (_, id) => this.#makeRelay(id))
    this.#relayOf = new Map(this.relays.map((relay) => [relay.address.nodeKey, relay]))
    this.clients = init.clients.map((client, id) => this.#makeClient(client, id))
    this.#contacts = acquaint(
      this.clients.map((client, id) => ({
        client,
        others: init.clients[id]?.contacts ?? [],
        random: init.random('contacts', client.node)
      })),
      init.startMs
    )
    this.#identities = new Map(this.clients.map(({ account }, id) => [account.identityKey, id]))
    for (const client of this.clients) {
      client.start()
    }
  }

  #makeRelay(id: number): RelayNode {
    const { heartbeatMs, kernel, random, relayOptions, relayTimes, startMs, watch } = this.#init
    return new RelayNode({
      kernel,
      node: id,
      name: `relay${String(id)}`,
      startMs,
      options: relayOptions,
      heartbeatMs,
      times: relayTimes,
      random: (process) => random(`relay ${String(process)}`, id),
      nodeKey: nodeKeys.fromBytes(random('identity', id).bytes(nodeKeys.byteLength)),
      onInput:
        watch.relayInput &&
        ((input) => {
          watch.relayInput?.(id, input)
        }),
      onSaid:
        watch.relaySaid &&
        ((effect) => {
          watch.relaySaid?.(id, effect)
        })
    })
  }

  #makeClient({ relays }: ClientInit, id: number): ClientNode {
    const { ciphers, clientTimes, heartbeatMs, kernel, random, relayCount, startMs, watch } =
      this.#init
    const node = relayCount + id
    const addresses = relays.flatMap((relay) => this.relays[relay]?.address ?? [])
    const own = random('account', node)
    const keys = ciphers.makeKeys(own.bytes(IDENTITY_SEED_BYTES), random('prekeys', node))
    return new ClientNode({
      kernel,
      node,
      startMs,
      times: clientTimes,
      random: (process) => random(`client ${String(process)}`, node),
      cipherRandom: (process) => random(`cipher ${String(process)}`, node),
      ciphers,
      account: simulatedAccount(`person${String(id)}`, addresses, keys, own, startMs),
      keys,
      heartbeatMs,
      dialler: this,
      direct: this.#direct && { dialler: this.#direct, random: random('direct', node) },
      drawWorkUs: () => this.#init.drawWorkUs?.(id) ?? 0,
      onNotice: (notice) => {
        watch.notice(id, notice)
      },
      onInput:
        watch.input &&
        ((input) => {
          watch.input?.(id, input)
        }),
      onSaid:
        watch.said &&
        ((effect) => {
          watch.said?.(id, effect)
        })
    })
  }

  /** Who a client's contact is, where it is one of the world's clients: from now on `contactOf` knows it. */
  learn(client: number, contactId: ContactId): number | undefined {
    const identityKey = this.clients[client]?.machine?.contact(contactId)?.identityKey
    const other = identityKey && this.#identities.get(identityKey)
    if (other !== undefined) {
      this.#contacts[client]?.set(other, contactId)
    }
    return other
  }

  /** How one client knows another; undefined where it does not. */
  contactOf(client: number, other: number): ContactId | undefined {
    return this.#contacts[client]?.get(other)
  }

  /** A stream to a relay of somebody who is none of its clients; `onOpen` is not called where there is none. */
  connect(
    end: ClientEnd,
    relayId: number,
    range: string,
    onOpen: (connection: Connection) => void
  ): void {
    const { kernel, carrier, paths } = this.#init
    const relay = this.relays[relayId]
    if (relay === undefined) {
      return
    }
    const { atUs, isThere } = paths.dialledUs(end.node, relay.node)
    kernel.at(atUs, EVENTS.dialled, end.node, () => {
      if (isThere && relay.isUp) {
        const id = ++this.#connectionCount
        const connection = new Connection({ kernel, paths, carrier, id, client: end, relay })
        relay.opened(connection, range)
        onOpen(connection)
      }
    })
  }

  dial(client: ClientNode, nodeKey: NodeKey, dial: number): void {
    const { kernel, paths } = this.#init
    const relay = this.#relayOf.get(nodeKey)
    const { atUs, isThere } =
      relay === undefined
        ? { atUs: kernel.nowUs, isThere: false }
        : paths.dialledUs(client.node, relay.node)
    kernel.at(atUs, EVENTS.dialled, client.node, () => {
      if (relay === undefined || !isThere || !relay.isUp || !client.isDialling(nodeKey, dial)) {
        client.dialFailed(nodeKey, dial)
        return
      }
      const readyUs = Math.max(relay.shakeHands(), client.shakeHands())
      if (readyUs > kernel.nowUs) {
        kernel.at(readyUs, EVENTS.dialled, client.node, () => {
          this.#connect(client, relay, dial)
        })
      } else {
        this.#connect(client, relay, dial)
      }
    })
  }

  #connect(client: ClientNode, relay: RelayNode, dial: number): void {
    const { kernel, carrier, paths, clients, relayCount } = this.#init
    const { nodeKey } = relay.address
    if (!relay.isUp || !client.isDialling(nodeKey, dial)) {
      client.dialFailed(nodeKey, dial)
      return
    }
    const id = ++this.#connectionCount
    const connection = new Connection({ kernel, paths, carrier, id, client, relay })
    relay.opened(connection, clients[client.node - relayCount]?.range ?? '')
    client.dialled(connection, nodeKey)
  }
}
