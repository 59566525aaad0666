/** Streams to relays, as a client's transport gives them: frames as bytes, which take their time. */
import type { FrameStream, FrameStreamHandlers, Transport } from '@sealpost/host'
import {
  type ClientFrame,
  decodeClientFrame,
  encodeRelayFrame,
  type NodeKey,
  type RelayAddress,
  type RelayFrame,
  type SealpostError,
  UnreachableError
} from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { type ClientEnd, Connection, type Paths } from '../nodes/connection.ts'
import type { FrameCarrier } from '../nodes/frame-carrier.ts'
import type { RelayNode } from '../nodes/relay-node.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** Where a client dials. */
export interface WholeNetwork {
  readonly kernel: Kernel
  readonly paths: Paths
  readonly carrier: FrameCarrier
  relay(nodeKey: NodeKey): RelayNode | undefined
  nextConnection(): number
  /** What passes at a client's end, by the client's node. */
  readonly onSent?: ((node: number, relay: NodeKey, frame: ClientFrame) => void) | undefined
  readonly onHeard?: ((node: number, relay: NodeKey, frame: RelayFrame) => void) | undefined
}

export class SimulatedTransport implements Transport {
  readonly #network: WholeNetwork
  readonly #process: SimulatedProcess
  readonly #range: string
  readonly #streams = new Set<ClientStream>()
  #isClosed = false

  /** @param range the range of addresses the client comes from */
  constructor(network: WholeNetwork, process: SimulatedProcess, range: string) {
    this.#network = network
    this.#process = process
    this.#range = range
    process.onEnd(() => {
      for (const stream of this.#streams) {
        stream.drop()
      }
    })
  }

  dial(address: RelayAddress, { signal }: { readonly signal: AbortSignal }): Promise<FrameStream> {
    const { paths } = this.#network
    const relay = this.#network.relay(address.nodeKey)
    const { nowUs, node } = this.#process
    const path =
      relay === undefined ? { atUs: nowUs, isThere: false } : paths.dialledUs(node, relay.node)
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        cancel()
        reject(signal.reason)
      }
      const cancel = this.#process.at(path.atUs, EVENTS.dialled, () => {
        signal.removeEventListener('abort', onAbort)
        if (relay === undefined || !path.isThere || !relay.isUp || this.#isClosed) {
          reject(new UnreachableError('SEALPOST_DIAL_FAILED'))
        } else {
          resolve(this.#open(relay))
        }
      })
      signal.addEventListener('abort', onAbort)
    })
  }

  #open(relay: RelayNode): ClientStream {
    const stream = new ClientStream(this.#process, this.#network, relay, () => {
      this.#streams.delete(stream)
    })
    this.#streams.add(stream)
    relay.opened(stream.connection, this.#range)
    return stream
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#streams].map((stream) => stream.close()))
  }
}

class ClientStream implements FrameStream, ClientEnd {
  readonly node: number
  readonly remoteKey: NodeKey
  readonly remoteRange = '198.51.100.0/24'
  /** All that is sent leaves at once. */
  readonly unsentBytes = 0
  readonly connection: Connection
  readonly #network: WholeNetwork
  readonly #onGone: () => void
  #handlers: FrameStreamHandlers | undefined
  /** What came before somebody attached, or while nobody took it. */
  readonly #held: RelayFrame[] = []
  #isPaused = false
  #isOver = false

  constructor(
    process: SimulatedProcess,
    network: WholeNetwork,
    relay: RelayNode,
    onGone: () => void
  ) {
    this.node = process.node
    this.remoteKey = relay.address.nodeKey
    this.#network = network
    this.#onGone = onGone
    const { kernel, paths, carrier } = network
    const id = network.nextConnection()
    this.connection = new Connection({ kernel, paths, carrier, id, client: this, relay })
  }

  attach(handlers: FrameStreamHandlers): void {
    this.#handlers = handlers
    this.#flush()
  }

  send(frame: Uint8Array): void {
    if (!this.#isOver) {
      const sent = decodeClientFrame(frame)
      this.#network.onSent?.(this.node, this.remoteKey, sent)
      this.connection.toRelay(sent)
    }
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#flush()
  }

  async close(): Promise<void> {
    this.#end(undefined)
  }

  abort(error: SealpostError): void {
    this.#end(error)
  }

  /** The process is gone: the other side is told, and nobody here. */
  drop(): void {
    this.#handlers = undefined
    this.#end(undefined)
  }

  relayFrame(_: Connection, frame: RelayFrame): void {
    this.#network.onHeard?.(this.node, this.remoteKey, frame)
    this.#held.push(frame)
    this.#flush()
  }

  relayClosed(): void {
    this.#over(new UnreachableError('SEALPOST_CONNECTION_CLOSED'))
  }

  #flush(): void {
    const handlers = this.#handlers
    if (handlers !== undefined && !this.#isPaused && !this.#isOver && this.#held.length > 0) {
      handlers.onFrames(this.#held.splice(0).map((frame) => encodeRelayFrame(frame)))
    }
  }

  #end(error: SealpostError | undefined): void {
    this.connection.end('client')
    this.#over(error)
  }

  #over(error: SealpostError | undefined): void {
    if (!this.#isOver) {
      this.#isOver = true
      this.#onGone()
      this.#handlers?.onClose(error)
    }
  }
}
