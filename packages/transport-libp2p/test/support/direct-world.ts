import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { DirectTransport, FrameStream, NodeAddress } from '@sealpost/host'
import { MemoryLog } from '@sealpost/host/testing'
import { createDirectTransport, generateNodeSeed } from '@sealpost/transport-libp2p'
import type { DirectTransportOptions } from '@sealpost/transport-libp2p'
import { createNode } from '../../src/create-node.ts'
import type { Node } from '../../src/create-node.ts'
import { dialableAddresses } from '../../src/dialable-address.ts'
import { nodeKeyOfPeerId, peerIdOfNodeKey } from '../../src/node-key.ts'
import { StreamAcceptor } from '../../src/stream-acceptor.ts'
import { systemClock } from './system-clock.ts'
import { End, WIDE_BOUNDS } from './world.ts'

/** The protocol, as others spell it. */
export const DIRECT = '/sealpost/direct/1.0.0'

export function addressOf(transport: DirectTransport): NodeAddress {
  return { nodeKey: transport.nodeKey, addresses: transport.addresses }
}

/** Clients on one machine. Everything that was made through it ends with it. */
export class DirectNodes implements AsyncDisposable {
  readonly #transports: DirectTransport[] = []
  readonly #nodes: Node[] = []
  readonly #acceptors: StreamAcceptor[] = []

  /** Listens on loopback unless told otherwise. */
  async open(
    onStream: (stream: FrameStream) => void,
    options: Partial<DirectTransportOptions> = {}
  ): Promise<DirectTransport> {
    const transport = await createDirectTransport({
      clock: systemClock,
      log: new MemoryLog(),
      listen: [{ host: '127.0.0.1', port: 0 }],
      onStream,
      ...options
    })
    this.#transports.push(transport)
    return transport
  }

  /** A libp2p node in mallory's hands, who need not keep to anything. */
  async node(inboundStreamsMax = 0): Promise<Node> {
    const node = await createNode({
      seed: generateNodeSeed(),
      inboundStreamsMax,
      clock: systemClock
    })
    this.#nodes.push(node)
    return node
  }

  /** A node of mallory's that takes streams, to do with their connections what it likes. */
  async listenRaw(): Promise<{ readonly node: Node; readonly address: NodeAddress }> {
    const node = await this.node(4)
    const acceptor = new StreamAcceptor({
      node,
      protocol: DIRECT,
      bounds: WIDE_BOUNDS,
      clock: systemClock,
      log: new MemoryLog(),
      trustedProxies: [],
      onRequest: () => undefined,
      onRefused: () => undefined,
      onHandshake: () => undefined,
      onStream: (stream) => new End(stream)
    })
    this.#acceptors.push(acceptor)
    const bound = await acceptor.listen([{ host: '127.0.0.1', port: 0 }])
    const nodeKey = nodeKeyOfPeerId(node.libp2p.peerId)
    if (nodeKey === undefined) {
      throw new Error('the node has no node key')
    }
    return { node, address: { nodeKey, addresses: bound.flatMap(dialableAddresses) } }
  }

  async connectRaw(address: NodeAddress): Promise<Connection> {
    const { webSockets } = await this.node()
    const [text = ''] = address.addresses
    const peerId = peerIdOfNodeKey(address.nodeKey).toString()
    return webSockets.dial(multiaddr(`${text}/p2p/${peerId}`), new AbortController().signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#transports.map(async (transport) => transport.close()))
    await Promise.all(this.#nodes.map(async (node) => node.libp2p.stop()))
    for (const acceptor of this.#acceptors) {
      acceptor.close()
    }
  }
}
