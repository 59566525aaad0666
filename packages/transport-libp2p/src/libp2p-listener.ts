import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Connection, Stream } from '@libp2p/interface'
import type { Clock, FrameStream, Listener, Log } from '@sealpost/host'
import { MAILBOX_PROTOCOL, SealpostError } from '@sealpost/protocol'
import type { RelayAddress } from '@sealpost/protocol'
import type { AdmissionRefusal, ConnectionBounds } from './admission.ts'
import { createNode } from './create-node.ts'
import type { Node } from './create-node.ts'
import { dialableAddress } from './dialable-address.ts'
import { ConnectionStream } from './connection-stream.ts'
import { nodeKeyOfPeerId, nodeKeyOfSeed } from './node-key.ts'
import { WebSocketDoor } from './web-socket-door.ts'
import type { ListenEndpoint } from './web-socket-door.ts'

/** Streams that a client may have open at once: the mailbox stream, and one that is being refused. */
const STREAMS_MAX = 2
/** Bytes that may wait for a client before nothing more is read from it: so many answers it must take first. */
const UNSENT_BYTES_MAX = 2 * 1024 * 1024

/** What a relay's listener needs. */
export interface ListenOptions {
  /** The seed of the relay's node key, 32 bytes. */
  readonly seed: Uint8Array
  /** At least one. */
  readonly endpoints: readonly ListenEndpoint[]
  readonly bounds: ConnectionBounds
  readonly clock: Clock
  readonly log: Log
  /** Gets each mailbox stream, and must attach to it at once. */
  readonly onStream: (stream: FrameStream) => void
  /** Answers HTTP requests that are no WebSocket, on the same port. Left out, they are refused. */
  readonly onRequest?: RequestListener | undefined
  /**
   * IP addresses of reverse proxies of the operator's. What they say in `X-Forwarded-For` is believed, and the bound on one
   * range of addresses holds for those they name.
   */
  readonly trustedProxies?: readonly string[] | undefined
  /** A connection was not taken, because of one of the bounds. */
  readonly onRefused?: ((reason: AdmissionRefusal) => void) | undefined
}

/**
 * Accepts mailbox streams over libp2p, one a connection.
 *
 * @throws ConfigError `SEALPOST_LISTEN_FAILED` where an endpoint is in use or not of this machine; then it listens nowhere.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { seed, clock, bounds, log } = options
  const node = await createNode({ seed, clock, inboundStreamsMax: STREAMS_MAX })
  const door = new WebSocketDoor({
    node,
    bounds,
    clock,
    trustedProxies: options.trustedProxies ?? [],
    onRequest: options.onRequest ?? refuse,
    onRefused: (reason) => {
      log.debug('transport.connection.refused', { reason })
      options.onRefused?.(reason)
    }
  })
  const streams = new Set<ConnectionStream>()
  await node.libp2p.handle(
    MAILBOX_PROTOCOL,
    (stream, connection) => {
      accept(stream, connection, { options, door, streams })
    },
    { maxInboundStreams: 1 }
  )
  const bound: AddressInfo[] = []
  try {
    for (const endpoint of options.endpoints) {
      bound.push(await door.listen(endpoint))
    }
  } catch (error) {
    door.close()
    await node.libp2p.stop()
    throw error
  }
  const nodeKey = await nodeKeyOfSeed(options.seed)
  const addresses = bound.map((address) => ({ nodeKey, addresses: [dialableAddress(address)] }))
  return new Libp2pListener(node, door, streams, addresses)
}

interface Acceptance {
  readonly options: ListenOptions
  readonly door: WebSocketDoor
  readonly streams: Set<ConnectionStream>
}

function accept(stream: Stream, connection: Connection, acceptance: Acceptance): void {
  const { options, door, streams } = acceptance
  const inbound = door.inboundOf(connection)
  const remoteKey = nodeKeyOfPeerId(connection.remotePeer)
  if (inbound === undefined || remoteKey === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'a connection came in by another way')
  }
  inbound.settle()
  const frameStream: ConnectionStream = new ConnectionStream({
    connection,
    stream,
    remoteKey,
    remoteRange: inbound.range,
    clock: options.clock,
    unsentBytesMax: UNSENT_BYTES_MAX,
    onGone: (reason) => {
      streams.delete(frameStream)
      inbound.end(reason === undefined)
    }
  })
  streams.add(frameStream)
  // Not within libp2p's call, which would take what our own code throws for the peer's fault.
  queueMicrotask(() => {
    options.onStream(frameStream)
  })
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { upgrade: 'websocket', 'content-type': 'text/plain' })
  response.end('A Sealpost relay. It speaks libp2p over WebSockets.\n')
}

class Libp2pListener implements Listener {
  readonly addresses: readonly RelayAddress[]
  readonly #node: Node
  readonly #door: WebSocketDoor
  readonly #streams: ReadonlySet<ConnectionStream>

  constructor(
    node: Node,
    door: WebSocketDoor,
    streams: ReadonlySet<ConnectionStream>,
    addresses: readonly RelayAddress[]
  ) {
    this.#node = node
    this.#door = door
    this.#streams = streams
    this.addresses = addresses
  }

  async stopAccepting(): Promise<void> {
    this.#door.stopAccepting()
    return Promise.resolve()
  }

  async close(): Promise<void> {
    this.#door.stopAccepting()
    await Promise.all([...this.#streams].map(async (stream) => stream.close()))
    await this.#node.libp2p.stop()
    this.#door.close()
  }
}
