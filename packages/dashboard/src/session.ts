/**
 * Who looks: the token that the link of `sealpost-relay dashboard` is exchanged for. It stays in this tab, and goes with it.
 *
 * ```
 *   #ticket in the address --POST /session--> token, kept in the tab --refused by a call--> forgotten
 * ```
 */
import { type Signal, signal } from '@preact/signals'

const KEY = 'sealpost relay token'

/** Undefined where nobody may look from this tab. */
export const token: Signal<string | undefined> = signal(sessionStorage.getItem(KEY) ?? undefined)

/** Exchanges the ticket that the address has, if it has one, and takes it out of the address. */
export async function begin(): Promise<void> {
  const [, ticket] = /^#ticket=([\w-]{1,128})$/.exec(location.hash) ?? []
  if (ticket === undefined) {
    return
  }
  history.replaceState(undefined, '', location.pathname)
  const response = await fetch('/session', { method: 'POST', body: JSON.stringify({ ticket }) })
  if (response.ok) {
    const reply = (await response.json()) as { readonly token: string }
    sessionStorage.setItem(KEY, reply.token)
    token.value = reply.token
  }
}

/** The relay does not know the token any more: it was started anew, or the token's time is over. */
export function forget(): void {
  sessionStorage.removeItem(KEY)
  token.value = undefined
}
