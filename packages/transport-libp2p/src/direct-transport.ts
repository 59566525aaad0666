/** Clients that talk to each other without a relay between (section 10), over libp2p. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, DirectTransport, FrameStream, Log, NodeAddress } from '@sealpost/host'
import { DIRECT_PROTOCOL } from '@sealpost/protocol'
import type { NodeKey } from '@sealpost/protocol'
import type { ConnectionBounds } from './admission.ts'
import { createNode } from './create-node.ts'
import type { Node } from './create-node.ts'
import { dialableAddresses } from './dialable-address.ts'
import { generateNodeSeed, nodeKeyOfSeed } from './node-key.ts'
import { INBOUND_STREAMS_MAX, StreamAcceptor } from './stream-acceptor.ts'
import { StreamDialer } from './stream-dialer.ts'
import type { ListenEndpoint } from './web-socket-door.ts'

/**
 * What a person's machine takes: two devices of sixteen contacts who are online at once, and no more from one household than
 * it has devices. A connection that is not taken costs nothing: the relays carry what it would have.
 */
export const DIRECT_BOUNDS: ConnectionBounds = {
  connectionsMax: 32,
  connectionsPerRangeMax: 8,
  pendingMax: 8
}

/** What a client's direct transport needs. */
export interface DirectTransportOptions {
  readonly clock: Clock
  /**
   * The seed of the second node key, 32 bytes. Left out, one is drawn, as a client has it at each start: it must not be the
   * one that relays see, and one that stays would let contacts follow a person from place to place.
   */
  readonly seed?: Uint8Array | undefined
  /** Where to listen; nowhere if it is empty, as in a browser. */
  readonly listen: readonly ListenEndpoint[]
  /** Multiaddrs to be told to contacts instead of those of this machine, where a router forwards to it. */
  readonly announce?: readonly string[] | undefined
  /** `DIRECT_BOUNDS` if left out. */
  readonly bounds?: ConnectionBounds | undefined
  readonly log: Log
  /** Gets each stream that comes in, and must attach to it at once. */
  readonly onStream: (stream: FrameStream) => void
}

/**
 * Makes a direct transport: a libp2p node of its own, which has nothing in common with the one that relays see.
 *
 * @throws ConfigError `SEALPOST_LISTEN_FAILED` where an endpoint is in use or not of this machine; then it listens nowhere.
 */
export async function createDirectTransport(
  options: DirectTransportOptions
): Promise<DirectTransport> {
  const { clock, seed = generateNodeSeed(), listen, log, onStream } = options
  const isListening = listen.length > 0
  const inboundStreamsMax = isListening ? INBOUND_STREAMS_MAX : 0
  const node = await createNode({ seed, clock, inboundStreamsMax })
  const nodeKey = await nodeKeyOfSeed(seed)
  const dialer = new StreamDialer({ node, clock, protocol: DIRECT_PROTOCOL })
  if (!isListening) {
    return new Libp2pDirectTransport({ node, nodeKey, dialer, addresses: [] })
  }
  const acceptor = new StreamAcceptor({
    node,
    protocol: DIRECT_PROTOCOL,
    bounds: options.bounds ?? DIRECT_BOUNDS,
    clock,
    log,
    trustedProxies: [],
    onRequest: refuse,
    onRefused: () => undefined,
    onHandshake: () => undefined,
    onStream
  })
  try {
    const bound = await acceptor.listen(listen)
    const addresses = options.announce ?? bound.flatMap(dialableAddresses)
    return new Libp2pDirectTransport({ node, nodeKey, dialer, addresses, acceptor })
  } catch (error) {
    await node.libp2p.stop()
    throw error
  }
}

/** Whoever scans a person's machine is not told what runs there. */
function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { upgrade: 'websocket' })
  response.end()
}

interface Parts {
  readonly node: Node
  readonly nodeKey: NodeKey
  readonly addresses: readonly string[]
  readonly dialer: StreamDialer
  readonly acceptor?: StreamAcceptor
}

class Libp2pDirectTransport implements DirectTransport {
  readonly nodeKey: NodeKey
  readonly addresses: readonly string[]
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.nodeKey = parts.nodeKey
    this.addresses = parts.addresses
    this.#parts = parts
  }

  async dial(
    address: NodeAddress,
    options: { readonly signal: AbortSignal }
  ): Promise<FrameStream> {
    return this.#parts.dialer.dial(address, options)
  }

  async close(): Promise<void> {
    const { node, dialer, acceptor } = this.#parts
    await Promise.all([dialer.close(), acceptor?.closeStreams()])
    await node.libp2p.stop()
    acceptor?.close()
  }
}
