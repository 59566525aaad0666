/**
 * The way in for clients: an HTTP server of our own that hands WebSockets to libp2p. libp2p's own listener holds silent
 * sockets for ever, takes messages of 100 MiB, and ends the process when a WebSocket breaks its protocol.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as EncryptedServer } from 'node:https'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
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
import { TrustedProxies } from './trusted-proxies.ts'

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

/** Answers an HTTP request. @param address of who asks: an IP address, the one that a trusted proxy names where it comes through one */
export type PageListener = (
  request: IncomingMessage,
  response: ServerResponse,
  address: string
) => void

/** What a port is encrypted with, as PEM. */
export interface TlsPair {
  /** The certificate, and those that lead from it to one that is known everywhere. */
  readonly certificate: string
  readonly key: string
}

/** What the way in needs. */
export interface WebSocketDoorOptions {
  readonly node: Node
  readonly bounds: ConnectionBounds
  readonly clock: Clock
  readonly trustedProxies: readonly string[]
  /** Left out, the port is not encrypted. */
  readonly tls?: TlsPair | undefined
  /** Answers what is no WebSocket. */
  readonly onRequest: PageListener
  readonly onRefused: (reason: AdmissionRefusal) => void
  /** Whether nobody is let in from this address. Left out, everybody may be. */
  readonly isBlocked?: ((address: string) => boolean) | undefined
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

/** A server of Node's, as it is asked in the midst of a connection before anything is made of it. */
interface InnerServer {
  blockList?: { readonly check: (address: string) => boolean }
}

/** What libp2p is told about where a peer is: nothing. */
const NOWHERE = { socket: { remoteAddress: '0.0.0.0', remotePort: 0 } }

/** Takes connections, and knows the socket of each. */
export class WebSocketDoor {
  readonly #options: WebSocketDoorOptions
  readonly #admission: Admission
  #trustedProxies: TrustedProxies
  #tls: TlsPair | undefined
  readonly #listener: InnerListener
  readonly #servers: (Server | EncryptedServer)[] = []
  /** By what is read from: the socket, or what decrypts for it. */
  readonly #inboundBySocket = new Map<Socket, InboundSocket>()
  /** Those that are in the midst of the handshake of TLS. */
  readonly #inboundByEnds = new Map<string, InboundSocket>()
  /** By the one object that a raw connection and the finished one share. */
  readonly #inboundByTimeline = new WeakMap<object, InboundSocket>()
  #upgrading: InboundSocket | undefined

  constructor(options: WebSocketDoorOptions) {
    this.#options = options
    this.#admission = new Admission(options.bounds, () => options.clock.monotonicMs())
    this.#trustedProxies = new TrustedProxies(options.trustedProxies)
    this.#tls = options.tls
    this.#listener = this.#makeListener()
  }

  /** @throws ConfigError `SEALPOST_LISTEN_FAILED` */
  async listen(endpoint: ListenEndpoint): Promise<AddressInfo> {
    const server = this.#makeServer()
    // Most of what a refusal costs is the socket that Node makes first.
    ;(server as InnerServer).blockList = { check: (address) => this.#turnsAway(address) }
    // First of all, so that who is refused costs no more than that: what HTTP and TLS make for each is dear.
    const takers = server.listeners('connection') as ((socket: Socket) => void)[]
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      if (this.#admits(socket)) {
        for (const take of takers) {
          take.call(server, socket)
        }
      }
    })
    server.on('upgrade', this.#onUpgrade)
    await started(server, endpoint)
    this.#servers.push(server)
    const address = server.address()
    if (typeof address === 'object' && address) {
      return address
    }
    throw new SealpostError('SEALPOST_BUG', 'what listens has no address')
  }

  /** Others hold from here on; connections that are there already stay. */
  setBounds(bounds: ConnectionBounds): void {
    this.#admission.setBounds(bounds)
  }

  /** Others are believed from here on, on connections that come. */
  setTrustedProxies(ranges: readonly string[]): void {
    this.#trustedProxies = new TrustedProxies(ranges)
  }

  /** Handshakes from here on get another certificate; connections that are there already stay. Of an encrypted port alone. */
  setTls(pair: TlsPair): void {
    this.#tls = pair
    for (const server of this.#servers) {
      if ('setSecureContext' in server) {
        server.setSecureContext(contextOf(pair))
      }
    }
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

  /** Ends every socket from where nobody is let in any more. */
  cutBlocked(): void {
    for (const inbound of this.#inboundBySocket.values()) {
      if (this.#isBlocked(inbound.address)) {
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

  #makeServer(): Server | EncryptedServer {
    const options = {
      headersTimeout: HEAD_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: HEAD_MS / 2,
      maxHeaderSize: HEAD_BYTES_MAX
    }
    // Not imported, because browsers load this package too, for the other side of it.
    if (this.#tls === undefined) {
      return process.getBuiltinModule('node:http').createServer(options, this.#onRequest)
    }
    const server = process
      .getBuiltinModule('node:https')
      .createServer(
        { ...options, ...contextOf(this.#tls), handshakeTimeout: HEAD_MS },
        this.#onRequest
      )
    server.prependListener('secureConnection', this.#onSecured)
    server.on('tlsClientError', (_error, socket) => {
      socket.destroy()
    })
    return server
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

  /** Whether nothing is to be made of a connection from this address. A trusted proxy has not said yet whom it speaks for. */
  #turnsAway(address: string): boolean {
    const reason = this.#isBlocked(address)
      ? 'blocked'
      : this.#trustedProxies.has(address)
        ? undefined
        : this.#admission.refusalFor(remoteRange(address))
    if (reason !== undefined) {
      this.#options.onRefused(reason)
    }
    return reason !== undefined
  }

  /** Takes a socket, or closes it. */
  #admits(socket: Socket): boolean {
    const address = socket.remoteAddress ?? ''
    if (this.#isBlocked(address)) {
      this.#refuse(socket, 'blocked')
      return false
    }
    const admitted = this.#admission.admit()
    if (typeof admitted === 'string') {
      this.#refuse(socket, admitted)
      return false
    }
    const inbound = new InboundSocket(socket, address, admitted, this.#options.clock)
    if (!this.#trustedProxies.has(address) && !inbound.takeRange(address)) {
      this.#refuse(socket, 'range')
      return false
    }
    this.#inboundBySocket.set(socket, inbound)
    const ends = endsOf(socket)
    if (this.#tls !== undefined) {
      this.#inboundByEnds.set(ends, inbound)
    }
    socket.on('close', () => {
      this.#inboundBySocket.delete(socket)
      this.#inboundBySocket.delete(inbound.outer)
      this.#inboundByEnds.delete(ends)
    })
    return true
  }

  /** Node tells of a socket, and later of what decrypts for it, but not that they belong together. */
  readonly #onSecured = (outer: TLSSocket): void => {
    const ends = endsOf(outer)
    const inbound = this.#inboundByEnds.get(ends)
    if (inbound === undefined) {
      outer.destroy()
      return
    }
    this.#inboundByEnds.delete(ends)
    inbound.outer = outer
    this.#inboundBySocket.set(outer, inbound)
  }

  #isBlocked(address: string): boolean {
    return this.#options.isBlocked?.(address) === true
  }

  #refuse(socket: Socket, reason: AdmissionRefusal): void {
    socket.destroy()
    this.#options.onRefused(reason)
  }

  readonly #onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    this.#inboundBySocket.get(request.socket)?.settle()
    const client = this.#clientBehind(request) ?? ''
    const address = client === '' ? (request.socket.remoteAddress ?? '') : client
    this.#options.onRequest(request, response, address)
  }

  readonly #onUpgrade = (request: IncomingMessage, _socket: unknown, head: Uint8Array): void => {
    const inbound = this.#inboundBySocket.get(request.socket)
    if (inbound === undefined) {
      request.socket.destroy()
      return
    }
    const client = this.#clientBehind(request)
    if (client !== undefined && this.#isBlocked(client)) {
      this.#refuse(request.socket, 'blocked')
      return
    }
    if (client !== undefined && !inbound.takeRange(client)) {
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

  /** Whom a trusted proxy speaks for; undefined where it is none, or none is needed. */
  #clientBehind(request: IncomingMessage): string | undefined {
    if (!this.#trustedProxies.has(request.socket.remoteAddress ?? '')) {
      return undefined
    }
    const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',')
    return this.#trustedProxies.clientBehind(forwarded)
  }

  /** Called by libp2p in the midst of `#onUpgrade`. */
  #adopt(connection: MultiaddrConnection): void {
    const inbound = this.#currentUpgrade()
    steadyConnection(connection, {
      socket: inbound.outer,
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

/** Both ends of a connection: no two that are open have the same. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return [remoteAddress, remotePort, localAddress, localPort].join(' ')
}

function contextOf({ certificate, key }: TlsPair): { readonly cert: string; readonly key: string } {
  return { cert: certificate, key }
}

async function started(server: NetServer, endpoint: ListenEndpoint): Promise<void> {
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
