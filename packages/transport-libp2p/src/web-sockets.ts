import type { Connection, MultiaddrConnection, Transport, Upgrader } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import type { Multiaddr } from '@multiformats/multiaddr'
import { requireInternals } from './internals.ts'
import { openWebSocket } from './open-web-socket.ts'
import { steadyConnection } from './steady-connection.ts'

/** Bytes that may wait in a WebSocket before writers are held back. libp2p's own 4 MiB are much for a peer that stalls. */
const WEB_SOCKET_WAITING_BYTES_MAX = 1024 * 1024

/** What libp2p makes a transport from. */
export type TransportComponents = Parameters<ReturnType<typeof webSockets>>[0] & {
  readonly upgrader: Upgrader
}

interface InnerTransport {
  _connect(address: Multiaddr, options: { readonly signal: AbortSignal }): Promise<WebSocket>
}

/** libp2p's WebSockets, mended. */
export interface WebSockets {
  readonly transport: Transport
  /**
   * Opens an encrypted connection; `address` names the peer that must answer.
   *
   * @throws Error always an Error, whatever the WebSocket failed with; nothing stays open.
   */
  dial(address: Multiaddr, signal: AbortSignal): Promise<Connection>
}

/** Makes the transport of one node. */
export function steadyWebSockets(components: TransportComponents): WebSockets {
  const transport = webSockets({ maxBufferedAmount: WEB_SOCKET_WAITING_BYTES_MAX })(components)
  const inner = requireInternals<InnerTransport>(transport, 'the WebSocket transport', {
    _connect: 'function'
  })
  const destroyByWebSocket = new WeakMap<WebSocket, () => void>()
  inner._connect = async (address, options) => {
    const { webSocket, destroy } = await openWebSocket(address, options.signal)
    destroyByWebSocket.set(webSocket, destroy)
    return webSocket
  }
  const upgrader: Upgrader = Object.create(components.upgrader) as Upgrader
  upgrader.upgradeOutbound = async (
    connection: MultiaddrConnection,
    options: Parameters<Upgrader['upgradeOutbound']>[1]
  ) => {
    steadyConnection(connection, {
      destroy: (webSocket) => destroyByWebSocket.get(webSocket)?.()
    })
    try {
      return await components.upgrader.upgradeOutbound(connection, options)
    } catch (error) {
      // libp2p leaves the WebSocket open where the handshake failed.
      connection.abort(error as Error)
      throw error
    }
  }
  return {
    transport,
    dial: async (address, signal) => transport.dial(address, { signal, upgrader })
  }
}
