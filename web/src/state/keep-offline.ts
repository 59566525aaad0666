/** Has the browser keep this client, checked, so that it opens without its host. */
import { scriptAddress } from './script-policy.ts'

/**
 * Where the browser has no service workers, or the host none for it, the client works as it came. Resolves once it is kept, or is not.
 */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    return
  }
  try {
    const { installing } = await navigator.serviceWorker.register(scriptAddress('service worker'), {
      updateViaCache: 'none'
    })
    if (installing && !navigator.serviceWorker.controller) {
      await untilOver(installing)
    }
  } catch {
    // It is tried again when the page is opened the next time.
  }
}

/** All of a release is fetched and checked first. */
function untilOver(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated' || worker.state === 'redundant') {
        resolve()
      }
    })
  })
}
