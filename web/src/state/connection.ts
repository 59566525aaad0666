/** How it is with the network, as one word. */
import type { Relay } from '@sealpost/client'

export interface Connection {
  readonly kind: 'ready' | 'trying' | 'offline'
  /** How many own relays answer, and how many there are. */
  readonly ready: number
  readonly all: number
}

export function connectionOf(relays: readonly Relay[]): Connection {
  const own = relays.filter(({ isOwn }) => isOwn)
  const ready = own.filter(({ phase }) => phase === 'ready').length
  const isTrying = own.some(({ phase }) => phase === 'dialing' || phase === 'greeting')
  const kind = ready > 0 ? 'ready' : isTrying || own.length === 0 ? 'trying' : 'offline'
  return { kind, ready, all: own.length }
}
