import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Clock, FrameStream, NodeAddress } from '@sealpost/host'
import { UnreachableError } from '@sealpost/protocol'
import type { NodeKey } from '@sealpost/protocol'
import { ConnectionStream } from './connection-stream.ts'
import type { Node } from './create-node.ts'
import { peerIdOfNodeKey } from './node-key.ts'
import { remoteRange } from './remote-range.ts'

/** How long one of a node's addresses is tried: TCP, TLS, WebSocket, Noise and the stream, 8 round trips in all. */
const ADDRESS_DIAL_MS = 10_000

/** What dialling needs. */
export interface StreamDialerOptions {
  readonly node: Node
  /** The libp2p protocol that the stream speaks. */
  readonly protocol: string
  readonly clock: Clock
}

/** Opens frame streams to other nodes, each on a connection of its own. */
export class StreamDialer {
  readonly #options: StreamDialerOptions
  readonly #streams = new Set<ConnectionStream>()
  readonly #closing = new AbortController()

  constructor(options: StreamDialerOptions) {
    this.#options = options
  }

  /**
   * Tries the node's addresses in their order, each for at most 10 s. What fails is the error's cause; never log that.
   *
   * @throws UnreachableError `SEALPOST_DIAL_FAILED`; an AbortError passes through untouched.
   */
  async dial(
    address: NodeAddress,
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

  /** Gives up what is being dialled, and ends every stream. */
  async close(): Promise<void> {
    this.#closing.abort(new UnreachableError('SEALPOST_DIAL_FAILED', 'the transport is closed'))
    await Promise.all([...this.#streams].map(async (stream) => stream.close()))
  }

  async #dialWithin(text: string, nodeKey: NodeKey, signal: AbortSignal): Promise<FrameStream> {
    const giveUp = new AbortController()
    const cancelTimer = this.#options.clock.setTimer(ADDRESS_DIAL_MS, () => {
      giveUp.abort(new UnreachableError('SEALPOST_DIAL_FAILED', 'no answer in time'))
    })
    try {
      const all = AbortSignal.any([signal, giveUp.signal, this.#closing.signal])
      return await this.#dialOne(text, nodeKey, all)
    } finally {
      cancelTimer()
    }
  }

  async #dialOne(text: string, nodeKey: NodeKey, signal: AbortSignal): Promise<FrameStream> {
    const { node, protocol, clock } = this.#options
    const address = multiaddr(text).encapsulate(`/p2p/${peerIdOfNodeKey(nodeKey).toString()}`)
    // Not through the node's dial queue: that joins dials to one peer, and a frame stream has its connection to itself.
    const connection = await node.webSockets.dial(address, signal)
    try {
      const stream = await connection.newStream([protocol], { signal })
      signal.throwIfAborted()
      const frameStream: ConnectionStream = new ConnectionStream({
        connection,
        stream,
        remoteKey: nodeKey,
        remoteRange: rangeOf(connection),
        clock,
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
    ? 'Something answers at the address, but it is another node, or the node takes no more connections.'
    : undefined
  return new UnreachableError('SEALPOST_DIAL_FAILED', message, { cause })
}
