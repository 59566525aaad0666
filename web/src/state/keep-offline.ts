/** Has the browser keep this client, checked, so that it opens without its host. */
import { scriptAddress } from './script-policy.ts'

/** Where the browser has no service workers, or the host none for it, the client works as it came. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    return
  }
  try {
    await navigator.serviceWorker.register(scriptAddress('service worker'), {
      updateViaCache: 'none'
    })
  } catch {
    // It is tried again when the page is opened the next time.
  }
}
