import type { MultiaddrConnection } from '@libp2p/interface'
import { Uint8ArrayList } from 'uint8arraylist'
import { requireInternals } from './internals.ts'

/** Bytes of one WebSocket message that we send: two Noise messages of the largest size. */
const MESSAGE_BYTES_MAX = 128 * 1024
/** Where a socket can be corked, larger writes are not copied: the copy would cost more than it saves. */
const COPIED_BYTES_MAX = 4_096

/** A socket that can hold back what it is given until it has all of it. */
export interface Corkable {
  cork(): void
  uncork(): void
}

/** What is known of what lies below a connection. */
export interface BelowConnection {
  /** Left out where it cannot be had. */
  readonly socket?: Corkable
  /** Ends the WebSocket at once, whether the other side answers or not. */
  readonly destroy: (webSocket: WebSocket) => void
}

/** What libp2p's WebSocket connections have beside their interface. */
interface Inner {
  readonly websocket: WebSocket
  sendData(data: Uint8ArrayList): unknown
  sendReset(error: Error): void
  sendClose(options?: { readonly signal?: AbortSignal }): Promise<void>
}

/**
 * Mends three things of a WebSocket connection of libp2p, before anything is sent on it.
 *
 * - It sends each piece of a write as a WebSocket message of its own: three messages, and three system calls, for each Noise
 *   message. They are joined, which the stream of bytes that WebSockets carry here lets us; where there is a `socket`, large
 *   ones are not copied, but reach it in one system call.
 * - Aborted, it closes the WebSocket with a code that programs may not use, which throws and leaves the socket open.
 * - Closed, it is gone before the other side has everything, and a process that exits then cuts off the end.
 */
export function steadyConnection(connection: MultiaddrConnection, below: BelowConnection): void {
  const { socket, destroy } = below
  const inner = requireInternals<Inner>(connection, 'a WebSocket connection', {
    websocket: 'object',
    sendData: 'function',
    sendReset: 'function',
    sendClose: 'function'
  })
  const { websocket } = inner
  const sendData = inner.sendData.bind(connection)
  inner.sendData = (data) => {
    if (socket === undefined || data.byteLength <= COPIED_BYTES_MAX) {
      return sendData(joined(data))
    }
    socket.cork()
    try {
      return sendData(data)
    } finally {
      socket.uncork()
    }
  }
  inner.sendReset = () => {
    destroy(websocket)
  }
  inner.sendClose = async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const settle = (): void => {
      resolve(undefined)
    }
    websocket.addEventListener('close', settle)
    // Aborted meanwhile, nobody waits for the other side any more.
    connection.addEventListener('close', settle)
    websocket.close()
    await promise
  }
}

function joined(data: Uint8ArrayList): Uint8ArrayList {
  const messages = new Uint8ArrayList()
  for (let start = 0; start < data.byteLength; start += MESSAGE_BYTES_MAX) {
    messages.append(data.subarray(start, Math.min(start + MESSAGE_BYTES_MAX, data.byteLength)))
  }
  return messages
}
