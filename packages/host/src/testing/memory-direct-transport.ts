/** A client's direct transport in memory: a transport and a listener of one node key. */
import type { NodeKey } from '@sealpost/protocol'
import type { DirectTransport, FrameStream, Listener, NodeAddress, Transport } from '../ports.ts'

/** How one is made. */
export interface MemoryDirectOptions {
  /** Must attach to the stream at once. */
  readonly onStream: (stream: FrameStream) => void
  /** False for one that only dials. It listens if not given. */
  readonly isListening?: boolean
  /** Connections that are taken at once; 32 if not given. */
  readonly connectionsMax?: number
}

/** Made by `MemoryNetwork.direct`. */
export class MemoryDirectTransport implements DirectTransport {
  readonly nodeKey: NodeKey
  readonly addresses: readonly string[]
  readonly #transport: Transport
  readonly #listener: Listener | undefined

  constructor(nodeKey: NodeKey, transport: Transport, listener: Listener | undefined) {
    this.nodeKey = nodeKey
    this.#transport = transport
    this.#listener = listener
    this.addresses = listener?.addresses.flatMap(({ addresses }) => addresses) ?? []
  }

  async dial(
    address: NodeAddress,
    options: { readonly signal: AbortSignal }
  ): Promise<FrameStream> {
    return this.#transport.dial(address, options)
  }

  async close(): Promise<void> {
    await this.#listener?.close()
    await this.#transport.close()
  }
}
