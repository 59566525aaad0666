import type { Socket } from 'node:net'

/** What Node tells of a socket that it connected, and of a WebSocket that it opened. */
interface Connected {
  readonly socket: Socket
}
interface Opened {
  readonly address: { readonly port: number }
  readonly websocket: WebSocket
}

/**
 * Finds the socket below a WebSocket that Node opens. Node closes a WebSocket only with the other side's consent: one whose
 * other side has frozen would stay for ever, and the process with it. Elsewhere it finds nothing; browsers let go by themselves.
 */
export class SocketWatch {
  readonly #channels =
    typeof process === 'object' ? process.getBuiltinModule?.('node:diagnostics_channel') : undefined
  readonly #connected: Socket[] = []
  readonly #portByWebSocket = new WeakMap<WebSocket, number>()

  /** Before the WebSocket is made. */
  start(): void {
    this.#channels?.subscribe('undici:client:connected', this.#onConnected)
    this.#channels?.subscribe('undici:websocket:open', this.#onOpen)
  }

  /** When it is open, or will not be. */
  stop(): void {
    this.#channels?.unsubscribe('undici:client:connected', this.#onConnected)
    this.#channels?.unsubscribe('undici:websocket:open', this.#onOpen)
    this.#connected.length = 0
  }

  /** The socket below a WebSocket that opened since the start. */
  socketOf(webSocket: WebSocket): Socket | undefined {
    const port = this.#portByWebSocket.get(webSocket)
    return this.#connected.find((socket) => socket.localPort === port)
  }

  readonly #onConnected = (message: unknown): void => {
    this.#connected.push((message as Connected).socket)
  }

  readonly #onOpen = (message: unknown): void => {
    const { address, websocket } = message as Opened
    this.#portByWebSocket.set(websocket, address.port)
  }
}
