/** What the browser says of the network of its machine. */
import type { App } from './app.ts'
import { inBackground } from './background.ts'
import { connectionOf } from './connection.ts'

/** Once the machine has a network again, relays are not left alone until they would be tried by themselves: that may be minutes. */
export function followNetwork(
  app: Pick<App, 'home' | 'relays'> & { readonly peer: Pick<App['peer'], 'reconnect'> },
  events: Pick<EventTarget, 'addEventListener'> = globalThis
): void {
  events.addEventListener('online', () => {
    if (app.home.value.type === 'open' && connectionOf(app.relays.value).kind !== 'ready') {
      inBackground(app.peer.reconnect())
    }
  })
}
