import { UnreachableError } from '@sealpost/protocol'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * Opens a WebSocket, instead of libp2p's own way: there a failure is an event rather than an Error, and a WebSocket that was
 * given up stays on its way and comes into being later, unowned.
 *
 * @throws UnreachableError `SEALPOST_DIAL_FAILED`; the signal's reason where `signal` was aborted.
 */
export async function openWebSocket(address: Multiaddr, signal: AbortSignal): Promise<WebSocket> {
  signal.throwIfAborted()
  const socket = new WebSocket(webSocketUrl(address))
  socket.binaryType = 'arraybuffer'
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>()
  const giveUp = (): void => {
    reject(signal.reason)
  }
  const fail = (event: Event): void => {
    const cause = 'error' in event ? event.error : undefined
    reject(new UnreachableError('SEALPOST_DIAL_FAILED', undefined, { cause }))
  }
  const open = (): void => {
    resolve(socket)
  }
  signal.addEventListener('abort', giveUp)
  socket.addEventListener('open', open)
  socket.addEventListener('error', fail)
  socket.addEventListener('close', fail)
  try {
    return await promise
  } catch (error) {
    socket.close()
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
    socket.removeEventListener('open', open)
    socket.removeEventListener('close', fail)
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
