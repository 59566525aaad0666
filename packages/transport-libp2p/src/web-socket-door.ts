/**
 * The way in for clients: an HTTP server of our own that hands WebSockets to libp2p. libp2p's own listener holds silent
 * sockets for ever, takes messages of 100 MiB, and ends the process when a WebSocket breaks its protocol.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Connection, MultiaddrConnection, Upgrader } from '@libp2p/interface'
import type { Clock } from '@sealpost/host'
import { ConfigError, SealpostError } from '@sealpost/protocol'
import { Admission } from './admission.ts'
import type { AdmissionRefusal, ConnectionBounds } from './admission.ts'
import type { Node } from './create-node.ts'
import { InboundSocket } from './inbound-socket.ts'
import { requireInternals } from './internals.ts'
import { remoteRange } from './remote-range.ts'
import { steadyConnection } from './steady-connection.ts'

/** An HTTP request's head, or a silent socket, may take so long. */
const HEAD_MS = 10_000
/** An HTTP request may take so long. */
const REQUEST_MS = 30_000
/** Bytes of an HTTP request's head. */
const HEAD_BYTES_MAX = 16 * 1024
/** Bytes of one WebSocket message that are taken. Noise messages have 64 KiB, and ours are joined to 128 KiB. */
const MESSAGE_BYTES_MAX = 256 * 1024
/** Bytes that come before the frame stream is there: handshakes, and at most a window of frames sent ahead. */
const PENDING_BYTES_MAX = 512 * 1024
/** Bytes of answers to WebSocket pings that may wait for someone who does not read. */
const PONG_BYTES_MAX = 2 * 1024 * 1024

/** Where to listen. */
export interface ListenEndpoint {
  /** An IP address or a name of this machine; `0.0.0.0` and `::` are all of its addresses. */
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
}

/** What the way in needs. */
export interface WebSocketDoorOptions {
  readonly node: Node
  readonly bounds: ConnectionBounds
  readonly clock: Clock
  readonly trustedProxies: readonly string[]
  /** Answers what is no WebSocket. */
  readonly onRequest: RequestListener
  readonly onRefused: (reason: AdmissionRefusal) => void
}

interface InnerWebSocket {
  readonly bufferedAmount: number
  on(event: 'error' | 'message' | 'ping', listener: () => void): void
  off(event: 'message', listener: () => void): void
  terminate(): void
}

interface InnerListener {
  server: object
  readonly wsServer: { readonly options: { maxPayload?: number } }
  onUpgrade(request: IncomingMessage, socket: Socket, head: Uint8Array): void
  onWsServerConnection(socket: InnerWebSocket, request: object): void
}

/** What libp2p is told about where a peer is: nothing. */
const NOWHERE = { socket: { remoteAddress: '0.0.0.0', remotePort: 0 } }

/** Takes connections, and knows the socket of each. */
export class WebSocketDoor {
  readonly #options: WebSocketDoorOptions
  readonly #admission: Admission
  readonly #trustedProxies: ReadonlySet<string>
  readonly #listener: InnerListener
  readonly #servers: Server[] = []
  readonly #inboundBySocket = new Map<Socket, InboundSocket>()
  /** By the one object that a raw connection and the finished one share. */
  readonly #inboundByTimeline = new WeakMap<object, InboundSocket>()
  #upgrading: InboundSocket | undefined

  constructor(options: WebSocketDoorOptions) {
    this.#options = options
    this.#admission = new Admission(options.bounds)
    this.#trustedProxies = new Set(options.trustedProxies.map(withoutMapping))
    this.#listener = this.#makeListener()
  }

  /** @throws ConfigError `SEALPOST_LISTEN_FAILED` */
  async listen(endpoint: ListenEndpoint): Promise<AddressInfo> {
    // Not imported, because browsers load this package too, for the other side of it.
    const { createServer } = process.getBuiltinModule('node:http')
    const server = createServer(
      {
        headersTimeout: HEAD_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: HEAD_MS / 2,
        maxHeaderSize: HEAD_BYTES_MAX
      },
      this.#onRequest
    )
    server.on('connection', this.#onConnection)
    server.on('upgrade', this.#onUpgrade)
    await started(server, endpoint)
    this.#servers.push(server)
    const address = server.address()
    if (typeof address === 'object' && address) {
      return address
    }
    throw new SealpostError('SEALPOST_BUG', 'what listens has no address')
  }

  /** The socket below a connection that came in. */
  inboundOf(connection: Connection): InboundSocket | undefined {
    return this.#inboundByTimeline.get(connection.timeline)
  }

  /** Stops taking connections, and ends those that have no frame stream. */
  stopAccepting(): void {
    for (const server of this.#servers.splice(0)) {
      server.close()
    }
    for (const inbound of this.#inboundBySocket.values()) {
      if (!inbound.isSettled) {
        inbound.end(false)
      }
    }
  }

  /** Ends every socket. */
  close(): void {
    this.stopAccepting()
    for (const inbound of this.#inboundBySocket.values()) {
      inbound.end(false)
    }
  }

  #makeListener(): InnerListener {
    const { components, webSockets } = this.#options.node
    const upgrader = Object.create(components.upgrader) as Upgrader
    upgrader.upgradeInbound = async (
      connection: MultiaddrConnection,
      options: Parameters<Upgrader['upgradeInbound']>[1]
    ) => {
      this.#adopt(connection)
      return components.upgrader.upgradeInbound(connection, options)
    }
    const listener = requireInternals<InnerListener>(
      webSockets.transport.createListener({ upgrader }),
      'the WebSocket listener',
      {
        server: 'object',
        wsServer: 'object',
        onUpgrade: 'function',
        onWsServerConnection: 'function'
      }
    )
    listener.wsServer.options.maxPayload = MESSAGE_BYTES_MAX
    // It is asked whether it listens; our own servers do.
    listener.server = { address: () => ({}) }
    const accept = listener.onWsServerConnection.bind(listener)
    listener.onWsServerConnection = (socket) => {
      this.#guard(socket)
      accept(socket, NOWHERE)
    }
    return listener
  }

  readonly #onConnection = (socket: Socket): void => {
    const address = withoutMapping(socket.remoteAddress ?? '')
    const admitted = this.#admission.admit()
    if (typeof admitted === 'string') {
      this.#refuse(socket, admitted)
      return
    }
    const range = remoteRange(address)
    const inbound = new InboundSocket(socket, range, admitted, this.#options.clock)
    if (!this.#trustedProxies.has(address) && !inbound.takeRange(range)) {
      this.#refuse(socket, 'range')
      return
    }
    this.#inboundBySocket.set(socket, inbound)
    socket.on('close', () => {
      this.#inboundBySocket.delete(socket)
    })
  }

  #refuse(socket: Socket, reason: AdmissionRefusal): void {
    socket.destroy()
    this.#options.onRefused(reason)
  }

  readonly #onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    this.#inboundBySocket.get(request.socket)?.settle()
    this.#options.onRequest(request, response)
  }

  readonly #onUpgrade = (request: IncomingMessage, _socket: unknown, head: Uint8Array): void => {
    const inbound = this.#inboundBySocket.get(request.socket)
    if (inbound === undefined) {
      request.socket.destroy()
      return
    }
    const client = this.#clientBehind(request)
    if (client !== undefined && !inbound.takeRange(remoteRange(client))) {
      this.#refuse(request.socket, 'range')
      return
    }
    if (!inbound.expectStream()) {
      this.#refuse(request.socket, 'pending')
      return
    }
    this.#upgrading = inbound
    this.#listener.onUpgrade(request, request.socket, head)
    this.#upgrading = undefined
  }

  /** Whom a trusted proxy speaks for: the last address it names, which is the one it wrote itself. */
  #clientBehind(request: IncomingMessage): string | undefined {
    if (!this.#trustedProxies.has(withoutMapping(request.socket.remoteAddress ?? ''))) {
      return undefined
    }
    const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',')
    return forwarded.slice(forwarded.lastIndexOf(',') + 1).trim()
  }

  /** Called by libp2p in the midst of `#onUpgrade`. */
  #adopt(connection: MultiaddrConnection): void {
    const inbound = this.#currentUpgrade()
    steadyConnection(connection, {
      socket: inbound.socket,
      destroy: () => {
        inbound.socket.destroy()
      }
    })
    this.#inboundByTimeline.set(connection.timeline, inbound)
  }

  /** Called by libp2p's listener in the midst of `#onUpgrade`, before `#adopt`. */
  #guard(webSocket: InnerWebSocket): void {
    const inbound = this.#currentUpgrade()
    // An error that nobody listens to would end the process.
    webSocket.on('error', () => {
      webSocket.terminate()
    })
    webSocket.on('ping', () => {
      if (webSocket.bufferedAmount > PONG_BYTES_MAX) {
        webSocket.terminate()
      }
    })
    const boundPending = (): void => {
      if (inbound.isSettled) {
        webSocket.off('message', boundPending)
      } else if (inbound.pendingBytes > PENDING_BYTES_MAX) {
        webSocket.terminate()
      }
    }
    webSocket.on('message', boundPending)
  }

  #currentUpgrade(): InboundSocket {
    if (this.#upgrading === undefined) {
      throw new SealpostError('SEALPOST_BUG', 'libp2p does not take connections as it did')
    }
    return this.#upgrading
  }
}

/** IPv4 addresses arrive written as IPv6 where one socket listens for both. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

async function started(server: Server, endpoint: ListenEndpoint): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const listening = (): void => {
    resolve(undefined)
  }
  server.once('listening', listening)
  server.once('error', reject)
  try {
    server.listen({ ...endpoint, backlog: 1_024 })
    await promise
  } catch (cause) {
    throw new ConfigError('SEALPOST_LISTEN_FAILED', undefined, { cause })
  } finally {
    server.off('error', reject)
  }
}
