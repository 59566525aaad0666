/** Clients that cannot be dialled, and talk directly all the same (section 10): libp2p over WebRTC's data channels. */
import type { Connection, Stream } from '@libp2p/interface'
import type {
  Clock,
  DirectTransport,
  FrameStream,
  OfferedPath,
  PathHandlers,
  PathMaker
} from '@sealpost/host'
import {
  DIRECT_PROTOCOL,
  OFFERS_ADDRESS,
  ProtocolError,
  UnreachableError
} from '@sealpost/protocol'
import type { NodeKey, PathEnd } from '@sealpost/protocol'
import { ChannelConnection } from './channel-connection.ts'
import { ConnectionStream } from './connection-stream.ts'
import { createNode } from './create-node.ts'
import type { Node } from './create-node.ts'
import { generateNodeSeed, nodeKeyOfSeed } from './node-key.ts'
import { INBOUND_STREAMS_MAX } from './stream-acceptor.ts'
import type { DataChannel, WebRtc, WebRtcConnection } from './web-rtc.ts'

/** From an open channel to its stream: Noise, yamux and the protocol, five round trips in all. */
const SETTLE_MS = 10_000
/** As `StreamAcceptor`: bytes that may wait for the other side before nothing more is read from it. */
const UNSENT_BYTES_MAX = 2 * 1024 * 1024

/** What a transport of paths needs. */
export interface PathTransportOptions {
  readonly clock: Clock
  readonly webRtc: WebRtc
}

/**
 * Makes a direct transport that dials nobody and is dialled by nobody: it offers paths and answers offers. Each connection is
 * encrypted with Noise, which must prove the other side's node key, whatever its DTLS says.
 */
export async function createPathTransport(options: PathTransportOptions): Promise<DirectTransport> {
  const { clock } = options
  const seed = generateNodeSeed()
  const node = await createNode({ seed, clock, inboundStreamsMax: INBOUND_STREAMS_MAX })
  const transport = new PathTransport(node, await nodeKeyOfSeed(seed), options)
  await transport.listen()
  return transport
}

class PathTransport implements DirectTransport, PathMaker {
  readonly nodeKey: NodeKey
  readonly addresses: readonly string[] = [OFFERS_ADDRESS]
  readonly paths: PathMaker = this
  readonly #node: Node
  readonly #options: PathTransportOptions
  readonly #begun = new Set<BegunPath>()
  readonly #streams = new Set<FrameStream>()
  /** Those whose stream the other side opens, by their connection's timeline, which libp2p keeps. */
  readonly #answered = new WeakMap<object, BegunPath>()

  constructor(node: Node, nodeKey: NodeKey, options: PathTransportOptions) {
    this.#node = node
    this.nodeKey = nodeKey
    this.#options = options
  }

  async listen(): Promise<void> {
    const take = (stream: Stream, connection: Connection): void => {
      const path = this.#answered.get(connection.timeline)
      if (path === undefined) {
        stream.abort(new ProtocolError('SEALPOST_FLOODED'))
      } else {
        this.#answered.delete(connection.timeline)
        path.settled(stream, connection)
      }
    }
    await this.#node.libp2p.handle(DIRECT_PROTOCOL, take, { maxInboundStreams: 1 })
  }

  offer(nodeKey: NodeKey, handlers: PathHandlers): OfferedPath {
    return this.#begin(nodeKey, undefined, handlers)
  }

  answer(nodeKey: NodeKey, offered: PathEnd, handlers: PathHandlers): OfferedPath {
    return this.#begin(nodeKey, offered, handlers)
  }

  async dial(): Promise<FrameStream> {
    throw new UnreachableError('SEALPOST_DIAL_FAILED')
  }

  async close(): Promise<void> {
    for (const path of [...this.#begun]) {
      path.drop()
    }
    await Promise.all([...this.#streams].map(async (stream) => stream.close()))
    await this.#node.libp2p.stop()
  }

  #begin(nodeKey: NodeKey, offered: PathEnd | undefined, handlers: PathHandlers): BegunPath {
    const path: BegunPath = new BegunPath({
      ...this.#options,
      nodeKey,
      offered,
      handlers,
      upgrader: this.#node.components.upgrader,
      onInbound: (connection) => this.#answered.set(connection.timeline, path),
      onOver: () => this.#begun.delete(path),
      streams: this.#streams
    })
    this.#begun.add(path)
    path.begin()
    return path
  }
}

interface BegunPathInit extends PathTransportOptions {
  readonly nodeKey: NodeKey
  readonly offered: PathEnd | undefined
  readonly handlers: PathHandlers
  readonly upgrader: Node['components']['upgrader']
  /** The other side will open the stream on that connection. */
  readonly onInbound: (connection: ChannelConnection) => void
  /** There is a stream, or there will be none. */
  readonly onOver: () => void
  readonly streams: Set<FrameStream>
}

/** From an offer or an answer to a stream, or to nothing. */
class BegunPath implements OfferedPath {
  readonly #init: BegunPathInit
  readonly #ending = new AbortController()
  #webRtc: WebRtcConnection | undefined
  #connection: ChannelConnection | undefined
  #isOver = false
  #cancelTimer: () => void = () => undefined

  constructor(init: BegunPathInit) {
    this.#init = init
  }

  begin(): void {
    const { webRtc, offered, handlers } = this.#init
    this.#webRtc = webRtc.open(offered, {
      onMade: (end) => {
        if (!this.#isOver) {
          handlers.onMade(end)
        }
      },
      onChannel: (channel) => {
        this.#listen(channel)
      },
      onGone: () => {
        this.#connection?.abort(new UnreachableError('SEALPOST_CONNECTION_CLOSED'))
        this.#fail()
      }
    })
  }

  take(answer: PathEnd): void {
    this.#webRtc?.take(answer)
  }

  drop(): void {
    if (this.#end()) {
      this.#cut()
    }
  }

  /** There is the stream, on a connection that proved who is there. */
  settled(stream: Stream, connection: Connection): void {
    const { clock, handlers, nodeKey, offered, streams } = this.#init
    if (!this.#end()) {
      connection.abort(new UnreachableError('SEALPOST_CONNECTION_CLOSED'))
      return
    }
    const frameStream: ConnectionStream = new ConnectionStream({
      connection,
      stream,
      remoteKey: nodeKey,
      remoteRange: 'unknown',
      clock,
      ...(offered === undefined ? {} : { unsentBytesMax: UNSENT_BYTES_MAX }),
      onGone: () => streams.delete(frameStream)
    })
    streams.add(frameStream)
    // Not within libp2p's call, which would take what our own code throws for the peer's fault.
    queueMicrotask(() => {
      handlers.onStream(frameStream)
    })
  }

  #listen(channel: DataChannel): void {
    const { clock, nodeKey, offered } = this.#init
    const direction = offered === undefined ? 'outbound' : 'inbound'
    const connection = new ChannelConnection(channel, { clock, remoteKey: nodeKey, direction })
    this.#connection = connection
    connection.addEventListener('close', () => {
      this.#webRtc?.close()
      this.#fail()
    })
    const open = (): void => {
      void this.#upgrade(connection)
    }
    if (channel.readyState === 'open') {
      open()
    } else {
      channel.addEventListener('open', open)
    }
  }

  async #upgrade(connection: ChannelConnection): Promise<void> {
    const { clock, offered, onInbound, upgrader } = this.#init
    if (this.#isOver) {
      return
    }
    this.#cancelTimer = clock.setTimer(SETTLE_MS, () => {
      this.#fail()
    })
    const { signal } = this.#ending
    try {
      if (offered === undefined) {
        const upgraded = await upgrader.upgradeOutbound(connection, { signal })
        this.settled(await upgraded.newStream([DIRECT_PROTOCOL], { signal }), upgraded)
      } else {
        onInbound(connection)
        await upgrader.upgradeInbound(connection, { signal })
      }
    } catch {
      this.#fail()
    }
  }

  #fail(): void {
    if (this.#end()) {
      this.#cut()
      this.#init.handlers.onFailed()
    }
  }

  /** @returns whether it was under way. */
  #end(): boolean {
    const isFirst = !this.#isOver
    this.#isOver = true
    this.#cancelTimer()
    if (isFirst) {
      this.#init.onOver()
    }
    return isFirst
  }

  #cut(): void {
    const gone = new UnreachableError('SEALPOST_CONNECTION_CLOSED')
    this.#ending.abort(gone)
    this.#connection?.abort(gone)
    this.#webRtc?.close()
  }
}
