import type { Multiaddr } from '@multiformats/multiaddr'
import { UnreachableError } from '@sealpost/protocol'
import { SocketWatch } from './socket-watch.ts'

/** A WebSocket that is open. */
export interface OpenWebSocket {
  readonly webSocket: WebSocket
  /** Ends it at once, whether the other side answers or not. */
  readonly destroy: () => void
}

/**
 * Opens a WebSocket, instead of libp2p's own way: there a failure is an event rather than an Error, and a WebSocket that was
 * given up stays on its way and comes into being later, unowned.
 *
 * @throws UnreachableError `SEALPOST_DIAL_FAILED`; the signal's reason where `signal` was aborted.
 */
export async function openWebSocket(
  address: Multiaddr,
  signal: AbortSignal
): Promise<OpenWebSocket> {
  signal.throwIfAborted()
  const watch = new SocketWatch()
  watch.start()
  const webSocket = new WebSocket(webSocketUrl(address))
  webSocket.binaryType = 'arraybuffer'
  try {
    await opened(webSocket, signal)
    const socket = watch.socketOf(webSocket)
    return {
      webSocket,
      destroy: () => {
        webSocket.close()
        socket?.destroy()
      }
    }
  } catch (error) {
    webSocket.close()
    throw error
  } finally {
    watch.stop()
  }
}

async function opened(webSocket: WebSocket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const giveUp = (): void => {
    reject(signal.reason)
  }
  const fail = (event: Event): void => {
    const cause = 'error' in event ? event.error : undefined
    reject(new UnreachableError('SEALPOST_DIAL_FAILED', undefined, { cause }))
  }
  const open = (): void => {
    resolve(undefined)
  }
  signal.addEventListener('abort', giveUp)
  webSocket.addEventListener('open', open)
  webSocket.addEventListener('error', fail)
  webSocket.addEventListener('close', fail)
  try {
    await promise
  } finally {
    signal.removeEventListener('abort', giveUp)
    webSocket.removeEventListener('open', open)
    webSocket.removeEventListener('close', fail)
    // The listener for errors stays: an error that nobody listens to ends some runtimes.
  }
}

/** The WebSocket address in a multiaddr that the WebSocket transport takes. */
export function webSocketUrl(address: Multiaddr): string {
  let host = ''
  let port = ''
  let isSecure = false
  for (const { name, value = '' } of address.getComponents()) {
    switch (name) {
      case 'ip6':
        host = `[${value}]`
        break
      case 'ip4':
      case 'dns':
      case 'dns4':
      case 'dns6':
        host = value
        break
      case 'tcp':
        port = value
        break
      case 'tls':
      case 'wss':
        isSecure = true
        break
      default:
    }
  }
  return `${isSecure ? 'wss' : 'ws'}://${host}:${port}`
}
