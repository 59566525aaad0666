import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, FrameStream, Listener, Log } from '@sealpost/host'
import { MAILBOX_PROTOCOL } from '@sealpost/protocol'
import type { RelayAddress } from '@sealpost/protocol'
import type { AdmissionRefusal, ConnectionBounds } from './admission.ts'
import { createNode } from './create-node.ts'
import type { Node } from './create-node.ts'
import { dialableAddress, encryptedAddress } from './dialable-address.ts'
import { nodeKeyOfSeed } from './node-key.ts'
import { INBOUND_STREAMS_MAX, StreamAcceptor } from './stream-acceptor.ts'
import type { ListenEndpoint, PageListener, TlsPair } from './web-socket-door.ts'

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
  readonly onRequest?: PageListener | undefined
  /**
   * Reverse proxies of the operator's, each an IP address or a range like `10.0.0.0/8`. What they say in `X-Forwarded-For` is
   * believed, and the bound on one range of addresses holds for those they name.
   */
  readonly trustedProxies?: readonly string[] | undefined
  /** What the port is encrypted with; left out, it is not. */
  readonly tls?: TlsPair | undefined
  /** A connection was not taken, because of one of the bounds or of its address. */
  readonly onRefused?: ((reason: AdmissionRefusal) => void) | undefined
  /** A connection has its mailbox stream, so many ms after it asked for a WebSocket. */
  readonly onHandshake?: ((tookMs: number) => void) | undefined
  /** Whether nobody is let in from this IP address: asked before the first byte is read, and of whom a trusted proxy names. */
  readonly isBlocked?: ((address: string) => boolean) | undefined
}

/** A relay's listener, whose bounds can change while it listens. */
export interface RelayListener extends Listener {
  /** Others hold from here on; connections that are there already stay. */
  setBounds(bounds: ConnectionBounds): void
  /** Others are believed from here on, on connections that come. */
  setTrustedProxies(ranges: readonly string[]): void
  /** Handshakes from here on get another certificate; connections that are there already stay. Of an encrypted port alone. */
  setTls(pair: TlsPair): void
  /** `isBlocked` says otherwise than before: ends the connections from where nobody is let in any more. */
  cutBlocked(): void
}

/**
 * Accepts mailbox streams over libp2p, one a connection.
 *
 * @throws ConfigError `SEALPOST_LISTEN_FAILED` where an endpoint is in use or not of this machine; then it listens nowhere.
 */
export async function listen(options: ListenOptions): Promise<RelayListener> {
  const { seed, clock } = options
  const node = await createNode({ seed, clock, inboundStreamsMax: INBOUND_STREAMS_MAX })
  const acceptor = new StreamAcceptor({
    node,
    protocol: MAILBOX_PROTOCOL,
    bounds: options.bounds,
    clock,
    log: options.log,
    trustedProxies: options.trustedProxies ?? [],
    tls: options.tls,
    onRequest: options.onRequest ?? refuse,
    onRefused: options.onRefused ?? (() => undefined),
    onHandshake: options.onHandshake ?? (() => undefined),
    isBlocked: options.isBlocked,
    onStream: options.onStream
  })
  try {
    const bound = await acceptor.listen(options.endpoints)
    const nodeKey = await nodeKeyOfSeed(seed)
    const isEncrypted = options.tls !== undefined
    const addresses = bound.map((address) => ({
      nodeKey,
      addresses: [isEncrypted ? encryptedAddress(address) : dialableAddress(address)]
    }))
    return new Libp2pListener(node, acceptor, addresses)
  } catch (error) {
    await node.libp2p.stop()
    throw error
  }
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { upgrade: 'websocket', 'content-type': 'text/plain' })
  response.end('A Sealpost relay. It speaks libp2p over WebSockets.\n')
}

class Libp2pListener implements RelayListener {
  readonly addresses: readonly RelayAddress[]
  readonly #node: Node
  readonly #acceptor: StreamAcceptor

  constructor(node: Node, acceptor: StreamAcceptor, addresses: readonly RelayAddress[]) {
    this.#node = node
    this.#acceptor = acceptor
    this.addresses = addresses
  }

  setBounds(bounds: ConnectionBounds): void {
    this.#acceptor.setBounds(bounds)
  }

  setTrustedProxies(ranges: readonly string[]): void {
    this.#acceptor.setTrustedProxies(ranges)
  }

  setTls(pair: TlsPair): void {
    this.#acceptor.setTls(pair)
  }

  cutBlocked(): void {
    this.#acceptor.cutBlocked()
  }

  async stopAccepting(): Promise<void> {
    this.#acceptor.stopAccepting()
    return Promise.resolve()
  }

  async close(): Promise<void> {
    await this.#acceptor.closeStreams()
    await this.#node.libp2p.stop()
    this.#acceptor.close()
  }
}
