/**
 * The way in for clients: an HTTP server of our own that hands WebSockets to libp2p. libp2p's own listener holds silent
 * sockets for ever, takes messages of 100 MiB, and ends the process when a WebSocket breaks its protocol.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Connection, MultiaddrConnection, Upgrader } from '@libp2p/interface'
import type { Clock, Log } from '@sealpost/host'
import { ConfigError, SealpostError } from '@sealpost/protocol'
import { Admission } from './admission.ts'
import type { Admitted, ConnectionBounds } from './admission.ts'
import type { Node } from './create-node.ts'
import { requireInternals } from './internals.ts'
import { remoteRange } from './remote-range.ts'
import { steadyConnection } from './steady-connection.ts'

/** A connection that has no mailbox stream after so long is closed. */
const PENDING_MS = 10_000
/** A socket that is still open so long after its connection ended cleanly is destroyed. */
const LINGER_MS = 5_000
/** Bytes of one WebSocket message that are taken. Noise messages have 64 KiB, and ours are joined to 128 KiB. */
const MESSAGE_BYTES_MAX = 256 * 1024
/** Bytes of answers to WebSocket pings that may wait for someone who does not read. */
const PONG_BYTES_MAX = 2 * 1024 * 1024

/** Where to listen. */
export interface ListenEndpoint {
  /** An IP address or a name of this machine; `0.0.0.0` and `::` are all of its addresses. */
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
}

export interface WebSocketDoorOptions {
  readonly node: Node
  readonly bounds: ConnectionBounds
  readonly clock: Clock
  readonly log: Log
  /** Answers what is no WebSocket. */
  readonly onRequest: RequestListener
}

interface InnerWebSocket {
  readonly bufferedAmount: number
  on(event: 'error' | 'ping', listener: () => void): void
  terminate(): void
}

interface InnerListener {
  server: object
  readonly wsServer: { readonly options: { maxPayload?: number } }
  onUpgrade(request: IncomingMessage, socket: Socket, head: Uint8Array): void
  onWsServerConnection(socket: InnerWebSocket, request: object): void
}

/** One socket that came in. */
export interface InboundSocket {
  /** For bounds only. */
  readonly range: string
  /** It has its mailbox stream. */
  settle(): void
  /** Closes it, at once or when the other side had time to answer. */
  end(isClean: boolean): void
}

/** What libp2p is told about where a peer is: nothing. */
const NOWHERE = { socket: { remoteAddress: '0.0.0.0', remotePort: 0 } }

/** Takes connections, and knows the socket of each. */
export class WebSocketDoor {
  readonly #options: WebSocketDoorOptions
  readonly #admission: Admission
  readonly #listener: InnerListener
  readonly #servers: Server[] = []
  readonly #sockets = new Map<Socket, Inbound>()
  /** By the one object that a raw connection and the finished one share. */
  readonly #inboundByTimeline = new WeakMap<object, Inbound>()
  #upgrading: Inbound | undefined

  constructor(options: WebSocketDoorOptions) {
    this.#options = options
    this.#admission = new Admission(options.bounds)
    const { components, webSockets } = options.node
    const upgrader = Object.create(components.upgrader) as Upgrader
    upgrader.upgradeInbound = async (
      connection: MultiaddrConnection,
      upgradeOptions: Parameters<Upgrader['upgradeInbound']>[1]
    ) => {
      this.#adopt(connection)
      return components.upgrader.upgradeInbound(connection, upgradeOptions)
    }
    this.#listener = requireInternals<InnerListener>(
      webSockets.transport.createListener({ upgrader }),
      'the WebSocket listener',
      {
        server: 'object',
        wsServer: 'object',
        onUpgrade: 'function',
        onWsServerConnection: 'function'
      }
    )
    this.#mendListener()
  }

  /** Connections that are open now. */
  get connectionCount(): number {
    return this.#admission.count
  }

  /** @throws ConfigError `SEALPOST_LISTEN_FAILED` */
  async listen(endpoint: ListenEndpoint): Promise<AddressInfo> {
    // Imported here, because browsers load this package too, for the other side of it.
    const { createServer } = await import('node:http')
    const server = createServer(
      {
        headersTimeout: PENDING_MS,
        requestTimeout: 3 * PENDING_MS,
        connectionsCheckingInterval: PENDING_MS / 2,
        maxHeaderSize: 16 * 1024
      },
      this.#answer
    )
    server.on('connection', this.#admit)
    server.on('upgrade', this.#upgrade)
    server.listen({ ...endpoint, backlog: 1_024 })
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    server.once('listening', resolve)
    server.once('error', reject)
    try {
      await promise
    } catch (cause) {
      throw new ConfigError('SEALPOST_LISTEN_FAILED', undefined, { cause })
    }
    server.off('error', reject)
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

  /** Stops taking connections, and ends those that have no mailbox stream. */
  stopAccepting(): void {
    for (const server of this.#servers.splice(0)) {
      server.close()
    }
    for (const inbound of this.#sockets.values()) {
      inbound.endUnlessSettled()
    }
  }

  /** Ends every socket. */
  close(): void {
    this.stopAccepting()
    for (const inbound of this.#sockets.values()) {
      inbound.end(false)
    }
  }

  #mendListener(): void {
    const listener = this.#listener
    listener.wsServer.options.maxPayload = MESSAGE_BYTES_MAX
    // Only asked whether it is there.
    listener.server = { address: () => ({}) }
    const accept = listener.onWsServerConnection.bind(listener)
    listener.onWsServerConnection = (socket) => {
      // An error that nobody listens to would end the process.
      socket.on('error', () => {
        socket.terminate()
      })
      socket.on('ping', () => {
        if (socket.bufferedAmount > PONG_BYTES_MAX) {
          socket.terminate()
        }
      })
      accept(socket, NOWHERE)
    }
  }

  readonly #admit = (socket: Socket): void => {
    const range = remoteRange(socket.remoteAddress ?? '')
    const admitted = this.#admission.admit(range)
    if (typeof admitted === 'string') {
      this.#options.log.debug('transport.connection.refused', { reason: admitted })
      socket.destroy()
      return
    }
    const inbound = new Inbound(socket, range, admitted, this.#options.clock)
    this.#sockets.set(socket, inbound)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      inbound.release()
    })
  }

  readonly #answer = (request: IncomingMessage, response: ServerResponse): void => {
    this.#sockets.get(request.socket)?.settle()
    this.#options.onRequest(request, response)
  }

  readonly #upgrade = (request: IncomingMessage, socket: unknown, head: Uint8Array): void => {
    const inbound = this.#sockets.get(request.socket)
    if (inbound === undefined || socket !== request.socket) {
      request.socket.destroy()
      return
    }
    inbound.expectStream()
    this.#upgrading = inbound
    this.#listener.onUpgrade(request, request.socket, head)
    this.#upgrading = undefined
  }

  /** Called by libp2p in the midst of `#upgrade`. */
  #adopt(connection: MultiaddrConnection): void {
    if (this.#upgrading === undefined) {
      throw new SealpostError('SEALPOST_BUG', 'libp2p does not take connections as it did')
    }
    steadyConnection(connection)
    this.#inboundByTimeline.set(connection.timeline, this.#upgrading)
  }
}

class Inbound implements InboundSocket {
  readonly range: string
  readonly #socket: Socket
  readonly #admitted: Admitted
  readonly #clock: Clock
  #isSettled = false
  #cancelTimer: (() => void) | undefined

  constructor(socket: Socket, range: string, admitted: Admitted, clock: Clock) {
    this.range = range
    this.#socket = socket
    this.#admitted = admitted
    this.#clock = clock
  }

  expectStream(): void {
    this.#endAfter(PENDING_MS)
  }

  settle(): void {
    this.#isSettled = true
    this.#cancelTimer?.()
    this.#admitted.settle()
  }

  end(isClean: boolean): void {
    if (isClean) {
      this.#endAfter(LINGER_MS)
    } else {
      this.#socket.destroy()
    }
  }

  endUnlessSettled(): void {
    if (!this.#isSettled) {
      this.#socket.destroy()
    }
  }

  release(): void {
    this.#cancelTimer?.()
    this.#admitted.release()
  }

  #endAfter(delayMs: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => {
      this.#socket.destroy()
    })
  }
}
