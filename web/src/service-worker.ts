/**
 * The service worker: between this client's pages and their host. It serves the release that was checked, also without a network, and
 * stages the next one. Pages may say `check` and `use-update`; they hear `update-ready`.
 *
 * It cannot protect from a host that replaces this script itself: what it adds is trust in whoever was the host at the first visit.
 */
import { ReleaseKeeper } from './release/release-keeper.ts'

interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

interface WindowClient {
  readonly url: string
  navigate(url: string): Promise<unknown>
  postMessage(message: WorkerWord): void
}

/** As much of this worker's scope as is used; the compiler's own library of it contradicts that of pages. */
interface Scope {
  readonly clients: {
    claim(): Promise<void>
    matchAll(options: { readonly type: 'window' }): Promise<readonly WindowClient[]>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
  addEventListener(
    type: 'message',
    listener: (event: ExtendableEvent & { readonly data: unknown }) => void
  ): void
}

/** What pages hear. */
interface WorkerWord {
  readonly type: 'update-ready'
  readonly version: string
  readonly isSigned: boolean
}

/** Answers that are of the moment, and the release itself. */
const LIVE: readonly string[] = ['/relays.json', '/release.json']

/** A host that is asked before a page opens may take so long. */
const PATIENCE_MS = 2_000

const scope = globalThis as unknown as Scope
const keeper = new ReleaseKeeper({
  caches,
  fetch: (path) => fetch(path, { cache: 'no-cache', credentials: 'omit', redirect: 'error' }),
  keys: RELEASE_KEYS
})

scope.addEventListener('install', (event) => {
  event.waitUntil(keeper.check().then(() => scope.skipWaiting()))
})

scope.addEventListener('activate', (event) => {
  event.waitUntil(scope.clients.claim())
})

scope.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin || LIVE.includes(pathname)) {
    return
  }
  if (request.mode === 'navigate') {
    const opened = openPage(request, pathname)
    event.respondWith(opened)
    event.waitUntil(opened.then(lookForUpdate, lookForUpdate))
  } else {
    event.respondWith(answer(request, pathname))
  }
})

scope.addEventListener('message', (event) => {
  switch (event.data) {
    case 'check':
      event.waitUntil(lookForUpdate())
      break
    case 'use-update':
      event.waitUntil(useUpdate())
      break
    default:
  }
})

async function answer(request: Request, path: string): Promise<Response> {
  return (await keeper.serve(path)) ?? fetch(request)
}

/**
 * A release takes over while nobody looks at the one before: its pages and its peer speak with each other. A development build, which
 * anybody could have made, is no better than what the host has now: that is asked for first.
 */
async function openPage(request: Request, path: string): Promise<Response> {
  const current = await keeper.current()
  const isOfAnybody = current?.isSigned === false
  if (isOfAnybody) {
    await Promise.race([keeper.check().catch(() => undefined), patience()])
  }
  const pages = await scope.clients.matchAll({ type: 'window' })
  if (isOfAnybody || pages.length === 0) {
    await keeper.promote()
  }
  return answer(request, path)
}

/** Resolves after as long as somebody waits for a page that they have. */
function patience(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS)
  })
}

/** A host that cannot be reached, or offers what is not taken, changes nothing. */
async function lookForUpdate(): Promise<void> {
  const update = await keeper.check().catch(() => undefined)
  if (update === undefined) {
    return
  }
  const { version, isSigned } = update
  for (const client of await scope.clients.matchAll({ type: 'window' })) {
    client.postMessage({ type: 'update-ready', version, isSigned })
  }
}

/** Somebody wants the new release now: every page of theirs is opened anew. */
async function useUpdate(): Promise<void> {
  if (await keeper.promote()) {
    const pages = await scope.clients.matchAll({ type: 'window' })
    await Promise.all(pages.map((page) => page.navigate(page.url).catch(() => undefined)))
  }
}
