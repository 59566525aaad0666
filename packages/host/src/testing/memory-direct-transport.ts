/** A client's direct transport in memory: a transport, a listener and paths of one node key. */
import { type NodeKey, OFFERS_ADDRESS } from '@sealpost/protocol'
import type {
  DirectTransport,
  FrameStream,
  Listener,
  NodeAddress,
  PathMaker,
  Transport
} from '../ports.ts'

/** How one is made. */
export interface MemoryDirectOptions {
  /** Must attach to the stream at once. */
  readonly onStream: (stream: FrameStream) => void
  /** False for one that only dials. It listens if not given. */
  readonly isListening?: boolean
  /** Connections that are taken at once; 32 if not given. */
  readonly connectionsMax?: number
  /** Whether it makes and takes offers of paths. It does not if not given. */
  readonly takesOffers?: boolean
}

/** Made by `MemoryNetwork.direct`. */
export class MemoryDirectTransport implements DirectTransport {
  readonly nodeKey: NodeKey
  readonly addresses: readonly string[]
  readonly paths: PathMaker | undefined
  readonly #transport: Transport
  readonly #listener: Listener | undefined

  constructor(
    nodeKey: NodeKey,
    transport: Transport,
    listener: Listener | undefined,
    paths: PathMaker | undefined
  ) {
    this.nodeKey = nodeKey
    this.#transport = transport
    this.#listener = listener
    this.paths = paths
    const listening = listener?.addresses.flatMap(({ addresses }) => addresses) ?? []
    this.addresses = paths === undefined ? listening : [...listening, OFFERS_ADDRESS]
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
