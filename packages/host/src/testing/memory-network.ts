/**
 * Transports and listeners in memory, and everything that can go wrong between them, at a test's word.
 */
import { type NodeKey, nodeKeys, type RelayAddress, UnreachableError } from '@sealpost/protocol'
import type { Clock, FrameStream, Listener, NodeAddress, Transport } from '../ports.ts'
import { MemoryDirectTransport, type MemoryDirectOptions } from './memory-direct-transport.ts'
import { MemoryPaths } from './memory-paths.ts'
import { connectStreams, type MemoryStream } from './memory-stream.ts'

/** How long a dial waits for a node that cannot be reached. */
const DIAL_MS = 10_000
const FIRST_PORT = 7_700
/** Connections that a client's direct transport takes at once. */
const DIRECT_CONNECTIONS_MAX = 32

/** A node key that is the same for the same number, and belongs to nobody. */
export function testNodeKey(number: number): NodeKey {
  const bytes = new Uint8Array(nodeKeys.byteLength).fill(0xe0)
  bytes[0] = number >>> 8
  bytes[1] = number
  return nodeKeys.fromBytes(bytes)
}

/** Which way bytes are held up, as seen from the node that is named. */
export type Direction = 'in' | 'out'

/** Who listens. */
export interface MemoryListenOptions {
  readonly nodeKey: NodeKey
  /** Must attach to the stream at once. */
  readonly onStream: (stream: FrameStream) => void
  /** Where to listen; an address of its own if not given. */
  readonly address?: string
  /** Connections that are taken at once; as many as come if not given. */
  readonly connectionsMax?: number
}

/** Who dials. */
export interface MemoryTransportOptions {
  /** The dialer's; one of its own if not given. */
  readonly nodeKey?: NodeKey
  /** What listeners see as `remoteRange`. */
  readonly remoteRange?: string
}

interface Link {
  readonly keys: readonly [dialer: NodeKey, listener: NodeKey]
  readonly streams: readonly [dialer: MemoryStream, listener: MemoryStream]
}

/** What connects transports and listeners. Give a dial the address that the listener says it has. */
export class MemoryNetwork {
  readonly #clock: Clock
  readonly #listeners = new Map<string, MemoryListener>()
  readonly #links = new Set<Link>()
  readonly #stalled: Record<Direction, Set<NodeKey>> = { in: new Set(), out: new Set() }
  readonly #onReachable: (() => void)[] = []
  readonly #paths: MemoryPaths
  #nodeCount = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#paths = new MemoryPaths(clock, {
      isReachable: (nodeKey) => !this.#isStalled(nodeKey),
      connect: (offerer, answerer) => this.#connectBetween(offerer, answerer, () => undefined)
    })
  }

  /** Paths that were begun so far, by offers and answers. */
  get pathCount(): number {
    return this.#paths.count
  }

  /** Connections there are. */
  get linkCount(): number {
    return this.#links.size
  }

  listen(options: MemoryListenOptions): MemoryListener {
    const address = options.address ?? this.#freeAddress()
    const { connectionsMax = Infinity } = options
    const listener = new MemoryListener(this, { ...options, address, connectionsMax })
    this.#listeners.set(address, listener)
    return listener
  }

  /** Nobody listens there, or ever did: listeners choose addresses, too. */
  #freeAddress(): string {
    for (let port = FIRST_PORT + this.#listeners.size; ; port++) {
      const address = `/ip4/127.0.0.1/tcp/${String(port)}/ws`
      if (!this.#listeners.has(address)) {
        return address
      }
    }
  }

  transport(options: MemoryTransportOptions = {}): MemoryTransport {
    const number = ++this.#nodeCount
    return new MemoryTransport(this, {
      nodeKey: options.nodeKey ?? testNodeKey(0xff00 - number),
      remoteRange: options.remoteRange ?? '192.0.2.0/24'
    })
  }

  /** A client's direct transport, with a node key of its own. */
  direct(options: MemoryDirectOptions): MemoryDirectTransport {
    const transport = this.transport()
    const { connectionsMax = DIRECT_CONNECTIONS_MAX, isListening = true, onStream } = options
    const { nodeKey } = transport
    const listener = isListening ? this.listen({ nodeKey, onStream, connectionsMax }) : undefined
    const paths = options.takesOffers === true ? this.#paths.of(nodeKey) : undefined
    return new MemoryDirectTransport(nodeKey, transport, listener, paths)
  }

  /** Ends every connection of a node, or of all, as a network does: with an error on both sides. */
  cut(nodeKey?: NodeKey): void {
    for (const { keys, streams } of [...this.#links]) {
      if (nodeKey === undefined || keys.includes(nodeKey)) {
        streams[0].abort(new UnreachableError('SEALPOST_CONNECTION_CLOSED'))
      }
    }
  }

  /** Holds up what goes to a node, or comes from it, without a word; with both, it is alone. New connections need both. */
  stall(nodeKey: NodeKey, ...directions: readonly Direction[]): void {
    for (const direction of directions.length === 0 ? DIRECTIONS : directions) {
      this.#stalled[direction].add(nodeKey)
    }
    this.#updateLinks()
  }

  /** Lets go what was held up for a node, or for all. */
  heal(nodeKey?: NodeKey): void {
    for (const direction of DIRECTIONS) {
      if (nodeKey === undefined) {
        this.#stalled[direction].clear()
      } else {
        this.#stalled[direction].delete(nodeKey)
      }
    }
    this.#updateLinks()
    for (const tryAgain of this.#onReachable.splice(0)) {
      tryAgain()
    }
  }

  /** @internal */
  async dial(
    dialer: Required<MemoryTransportOptions>,
    address: NodeAddress,
    signal: AbortSignal
  ): Promise<MemoryStream> {
    await Promise.resolve()
    signal.throwIfAborted()
    const listener = address.addresses
      .map((text) => this.#listeners.get(text))
      .find((found) => found?.isAccepting === true)
    if (listener === undefined) {
      throw new UnreachableError('SEALPOST_DIAL_FAILED')
    }
    while (this.#isStalled(dialer.nodeKey) || this.#isStalled(listener.nodeKey)) {
      await this.#whenReachable(signal)
    }
    if (listener.nodeKey !== address.nodeKey || !listener.isAccepting || listener.isFull) {
      throw new UnreachableError('SEALPOST_DIAL_FAILED')
    }
    return this.#connect(dialer, listener)
  }

  /** @internal */
  streamsOf(nodeKey: NodeKey): readonly MemoryStream[] {
    return [...this.#links].flatMap(({ keys, streams }) =>
      keys[0] === nodeKey ? [streams[0]] : keys[1] === nodeKey ? [streams[1]] : []
    )
  }

  #connect(dialer: Required<MemoryTransportOptions>, listener: MemoryListener): MemoryStream {
    const [near, far] = this.#connectBetween(dialer, listener, () => {
      listener.connectionCount--
    })
    listener.connectionCount++
    listener.onStream(far)
    return near
  }

  #connectBetween(
    dialer: Pick<Required<MemoryTransportOptions>, 'nodeKey'> & MemoryTransportOptions,
    listener: { readonly nodeKey: NodeKey },
    onOver: () => void
  ): readonly [MemoryStream, MemoryStream] {
    const onGone = (): void => {
      if (this.#links.delete(link)) {
        onOver()
      }
    }
    const clock = this.#clock
    const { nodeKey, remoteRange = '192.0.2.0/24' } = dialer
    const streams = connectStreams(
      { clock, remoteKey: listener.nodeKey, remoteRange: '198.51.100.0/24', onGone },
      { clock, remoteKey: nodeKey, remoteRange, onGone }
    )
    const link: Link = { keys: [nodeKey, listener.nodeKey], streams }
    this.#links.add(link)
    this.#updateLinks()
    return streams
  }

  #updateLinks(): void {
    const { in: into, out } = this.#stalled
    for (const { keys, streams } of this.#links) {
      streams[0].setStalled(out.has(keys[0]) || into.has(keys[1]))
      streams[1].setStalled(out.has(keys[1]) || into.has(keys[0]))
    }
  }

  #isStalled(nodeKey: NodeKey): boolean {
    return this.#stalled.in.has(nodeKey) || this.#stalled.out.has(nodeKey)
  }

  #whenReachable(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        cancelTimer()
        signal.removeEventListener('abort', onAbort)
        reject(error)
      }
      const onAbort = (): void => {
        fail(signal.reason)
      }
      const cancelTimer = this.#clock.setTimer(DIAL_MS, () => {
        fail(new UnreachableError('SEALPOST_DIAL_FAILED'))
      })
      signal.addEventListener('abort', onAbort)
      this.#onReachable.push(() => {
        cancelTimer()
        signal.removeEventListener('abort', onAbort)
        resolve()
      })
    })
  }
}

const DIRECTIONS: readonly Direction[] = ['in', 'out']

/** Made by `MemoryNetwork.listen`. */
export class MemoryListener implements Listener {
  readonly addresses: readonly RelayAddress[]
  readonly nodeKey: NodeKey
  readonly #network: MemoryNetwork
  readonly #onStream: (stream: FrameStream) => void
  readonly #connectionsMax: number
  /** @internal */
  connectionCount = 0
  #isAccepting = true

  constructor(network: MemoryNetwork, options: Required<MemoryListenOptions>) {
    this.#network = network
    this.nodeKey = options.nodeKey
    this.#onStream = options.onStream
    this.#connectionsMax = options.connectionsMax
    this.addresses = [{ nodeKey: options.nodeKey, addresses: [options.address] }]
  }

  get isAccepting(): boolean {
    return this.#isAccepting
  }

  get isFull(): boolean {
    return this.connectionCount >= this.#connectionsMax
  }

  stopAccepting(): Promise<void> {
    this.#isAccepting = false
    return Promise.resolve()
  }

  /** Takes connections again at the same address: what a relay does that was started anew. */
  accept(): void {
    this.#isAccepting = true
  }

  async close(): Promise<void> {
    this.#isAccepting = false
    await Promise.all(this.#network.streamsOf(this.nodeKey).map((stream) => stream.close()))
  }

  /** @internal */
  onStream(stream: FrameStream): void {
    this.#onStream(stream)
  }
}

/** Made by `MemoryNetwork.transport`. */
export class MemoryTransport implements Transport {
  readonly nodeKey: NodeKey
  readonly #network: MemoryNetwork
  readonly #options: Required<MemoryTransportOptions>
  #isClosed = false

  constructor(network: MemoryNetwork, options: Required<MemoryTransportOptions>) {
    this.#network = network
    this.#options = options
    this.nodeKey = options.nodeKey
  }

  /** The stream can also send bytes that are no frames. */
  async dial(
    address: NodeAddress,
    { signal }: { readonly signal: AbortSignal }
  ): Promise<MemoryStream> {
    if (this.#isClosed) {
      throw new UnreachableError('SEALPOST_DIAL_FAILED', 'the transport is closed')
    }
    return this.#network.dial(this.#options, address, signal)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#network.streamsOf(this.nodeKey).map((stream) => stream.close()))
  }
}
