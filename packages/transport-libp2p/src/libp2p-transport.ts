import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Clock, FrameStream, Transport } from '@sealpost/host'
import { MAILBOX_PROTOCOL, UnreachableError } from '@sealpost/protocol'
import type { NodeKey, RelayAddress } from '@sealpost/protocol'
import { createNode } from './create-node.ts'
import type { Node } from './create-node.ts'
import { ConnectionStream } from './connection-stream.ts'
import { generateNodeSeed, peerIdOfNodeKey } from './node-key.ts'
import { remoteRange } from './remote-range.ts'

/** How long one of a relay's addresses is tried: TCP, TLS, WebSocket, Noise and the stream, 8 round trips in all. */
const ADDRESS_DIAL_MS = 10_000

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
  const node = await createNode({
    seed: options.seed ?? generateNodeSeed(),
    inboundStreamsMax: 0,
    clock: options.clock
  })
  return new Libp2pTransport(node, options.clock)
}

class Libp2pTransport implements Transport {
  readonly #node: Node
  readonly #clock: Clock
  readonly #streams = new Set<ConnectionStream>()
  readonly #closing = new AbortController()

  constructor(node: Node, clock: Clock) {
    this.#node = node
    this.#clock = clock
  }

  /** Tries the relay's addresses in their order, each for at most 10 s. What fails is the error's cause; never log that. */
  async dial(
    address: RelayAddress,
    { signal }: { readonly signal: AbortSignal }
  ): Promise<FrameStream> {
    const failures: unknown[] = []
    for (const text of address.addresses) {
      try {
        return await this.#dialWithin(text, address.nodeKey, signal)
      } catch (error) {
        signal.throwIfAborted()
        failures.push(error)
      }
    }
    signal.throwIfAborted()
    throw dialFailed(failures)
  }

  async close(): Promise<void> {
    this.#closing.abort(new UnreachableError('SEALPOST_DIAL_FAILED', 'The transport is closed.'))
    await Promise.all([...this.#streams].map(async (stream) => stream.close()))
    await this.#node.libp2p.stop()
  }

  async #dialWithin(text: string, nodeKey: NodeKey, signal: AbortSignal): Promise<FrameStream> {
    const giveUp = new AbortController()
    const cancelTimer = this.#clock.setTimer(ADDRESS_DIAL_MS, () => {
      giveUp.abort(new UnreachableError('SEALPOST_DIAL_FAILED', 'No answer in time.'))
    })
    try {
      const all = AbortSignal.any([signal, giveUp.signal, this.#closing.signal])
      return await this.#dialOne(text, nodeKey, all)
    } finally {
      cancelTimer()
    }
  }

  async #dialOne(text: string, nodeKey: NodeKey, signal: AbortSignal): Promise<FrameStream> {
    const address = multiaddr(text).encapsulate(`/p2p/${peerIdOfNodeKey(nodeKey).toString()}`)
    // Not through the node's dial queue: that joins dials to one peer, and a mailbox stream has its connection to itself.
    const connection = await this.#node.webSockets.dial(address, signal)
    try {
      const stream = await connection.newStream([MAILBOX_PROTOCOL], { signal })
      signal.throwIfAborted()
      const frameStream: ConnectionStream = new ConnectionStream({
        connection,
        stream,
        remoteKey: nodeKey,
        remoteRange: rangeOf(connection),
        clock: this.#clock,
        onGone: () => this.#streams.delete(frameStream)
      })
      this.#streams.add(frameStream)
      return frameStream
    } catch (error) {
      connection.abort(error as Error)
      throw error
    }
  }
}

function rangeOf(connection: Connection): string {
  const host = connection.remoteAddr.getComponents()[0]
  return remoteRange(host?.value ?? '')
}

function dialFailed(failures: readonly unknown[]): UnreachableError {
  const cause = failures.length === 1 ? failures[0] : new AggregateError(failures)
  const isAnswered = failures.some(
    (failure) => failure instanceof Error && failure.name === 'EncryptionFailedError'
  )
  const message = isAnswered
    ? 'Something answers at the relay’s address, but it is another node, or the relay takes no more connections.'
    : undefined
  return new UnreachableError('SEALPOST_DIAL_FAILED', message, { cause })
}
