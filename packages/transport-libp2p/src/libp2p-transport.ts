import type { Clock, FrameStream, Transport } from '@sealpost/host'
import { MAILBOX_PROTOCOL } from '@sealpost/protocol'
import type { RelayAddress } from '@sealpost/protocol'
import { createNode } from './create-node.ts'
import type { Node } from './create-node.ts'
import { generateNodeSeed } from './node-key.ts'
import { StreamDialer } from './stream-dialer.ts'

/** What a client's transport needs. */
export interface TransportOptions {
  readonly clock: Clock
  /**
   * The seed of the client's own node key, 32 bytes. Left out, one is drawn, as a client has it at each start: a node key
   * that stays would let relays recognise it.
   */
  readonly seed?: Uint8Array | undefined
}

/** Makes a transport that reaches relays over libp2p. It listens nowhere. */
export async function createTransport(options: TransportOptions): Promise<Transport> {
  const { clock, seed = generateNodeSeed() } = options
  const node = await createNode({ seed, clock, inboundStreamsMax: 0 })
  return new Libp2pTransport(node, clock)
}

class Libp2pTransport implements Transport {
  readonly #node: Node
  readonly #dialer: StreamDialer

  constructor(node: Node, clock: Clock) {
    this.#node = node
    this.#dialer = new StreamDialer({ node, clock, protocol: MAILBOX_PROTOCOL })
  }

  async dial(
    address: RelayAddress,
    options: { readonly signal: AbortSignal }
  ): Promise<FrameStream> {
    return this.#dialer.dial(address, options)
  }

  async close(): Promise<void> {
    await this.#dialer.close()
    await this.#node.libp2p.stop()
  }
}
