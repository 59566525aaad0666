import type { AddressInfo } from 'node:net'
import type { Connection, Stream } from '@libp2p/interface'
import type { Clock, FrameStream, Log } from '@sealpost/host'
import { ProtocolError } from '@sealpost/protocol'
import type { AdmissionRefusal, ConnectionBounds } from './admission.ts'
import { ConnectionStream } from './connection-stream.ts'
import type { Node } from './create-node.ts'
import { nodeKeyOfPeerId } from './node-key.ts'
import { WebSocketDoor } from './web-socket-door.ts'
import type { ListenEndpoint, PageListener, TlsPair } from './web-socket-door.ts'

/** Streams that the other side may have open at once: the frame stream, and one that is being refused. */
export const INBOUND_STREAMS_MAX = 2
/** Bytes that may wait for the other side before nothing more is read from it: so many answers it must take first. */
const UNSENT_BYTES_MAX = 2 * 1024 * 1024

/** What accepting needs. */
export interface StreamAcceptorOptions {
  readonly node: Node
  /** The libp2p protocol that the stream speaks. */
  readonly protocol: string
  readonly bounds: ConnectionBounds
  readonly clock: Clock
  readonly log: Log
  readonly trustedProxies: readonly string[]
  readonly tls?: TlsPair | undefined
  readonly onRequest: PageListener
  readonly onRefused: (reason: AdmissionRefusal) => void
  readonly onHandshake: (tookMs: number) => void
  readonly isBlocked?: ((address: string) => boolean) | undefined
  /** Gets each frame stream, and must attach to it at once. */
  readonly onStream: (stream: FrameStream) => void
}

/** Takes frame streams from other nodes, one a connection. */
export class StreamAcceptor {
  readonly #options: StreamAcceptorOptions
  readonly #door: WebSocketDoor
  readonly #streams = new Set<ConnectionStream>()

  constructor(options: StreamAcceptorOptions) {
    this.#options = options
    this.#door = new WebSocketDoor({
      ...options,
      onRefused: (reason) => {
        options.log.debug('transport.connection.refused', { reason })
        options.onRefused(reason)
      }
    })
  }

  /**
   * Listens at every endpoint, and says what it is bound to, in their order. Once.
   *
   * @throws ConfigError `SEALPOST_LISTEN_FAILED` where an endpoint is in use or not of this machine; then it listens nowhere.
   */
  async listen(endpoints: readonly ListenEndpoint[]): Promise<readonly AddressInfo[]> {
    const { node, protocol } = this.#options
    const take = (stream: Stream, connection: Connection): void => {
      this.#accept(stream, connection)
    }
    await node.libp2p.handle(protocol, take, { maxInboundStreams: 1 })
    const bound: AddressInfo[] = []
    try {
      for (const endpoint of endpoints) {
        bound.push(await this.#door.listen(endpoint))
      }
    } catch (error) {
      this.#door.close()
      throw error
    }
    return bound
  }

  /** Others hold from here on; connections that are there already stay. */
  setBounds(bounds: ConnectionBounds): void {
    this.#door.setBounds(bounds)
  }

  /** Others are believed from here on, on connections that come. */
  setTrustedProxies(ranges: readonly string[]): void {
    this.#door.setTrustedProxies(ranges)
  }

  /** Handshakes from here on get another certificate. */
  setTls(pair: TlsPair): void {
    this.#door.setTls(pair)
  }

  /** Ends every connection from where nobody is let in any more. */
  cutBlocked(): void {
    this.#door.cutBlocked()
  }

  /** Takes no more connections; those there are stay. */
  stopAccepting(): void {
    this.#door.stopAccepting()
  }

  /** Takes no more connections, and ends those there are in good order. */
  async closeStreams(): Promise<void> {
    this.#door.stopAccepting()
    await Promise.all([...this.#streams].map(async (stream) => stream.close()))
  }

  /** Ends what is still there of any connection. */
  close(): void {
    this.#door.close()
  }

  #accept(stream: Stream, connection: Connection): void {
    const { clock, onHandshake, onStream } = this.#options
    const inbound = this.#door.inboundOf(connection)
    const remoteKey = nodeKeyOfPeerId(connection.remotePeer)
    if (inbound === undefined || remoteKey === undefined) {
      // Opened by the other side on a connection that we dialled: that one has its stream, and nothing counts another.
      stream.abort(new ProtocolError('SEALPOST_FLOODED'))
      return
    }
    inbound.settle()
    const frameStream: ConnectionStream = new ConnectionStream({
      connection,
      stream,
      remoteKey,
      remoteRange: inbound.range,
      clock,
      unsentBytesMax: UNSENT_BYTES_MAX,
      onGone: (reason) => {
        this.#streams.delete(frameStream)
        inbound.end(reason === undefined)
      }
    })
    this.#streams.add(frameStream)
    const tookMs = inbound.webSocketMs
    // Not within libp2p's call, which would take what our own code throws for the peer's fault.
    queueMicrotask(() => {
      onHandshake(tookMs)
      onStream(frameStream)
    })
  }
}
