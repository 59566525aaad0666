/**
 * The service worker: between this client's pages and their host. It serves the release that was checked, also without a network, and
 * stages the next one. What it and pages say to each other stands in `wire/release-report.ts`.
 *
 * It cannot protect from a host that replaces this script itself: what it adds is trust in whoever was the host at the first visit.
 */
import { arePagesReady } from './release/page-readiness.ts'
import { ReleaseKeeper } from './release/release-keeper.ts'
import {
  type KeeperWord,
  PAGE_WORDS,
  type PageWord,
  type UseAnswer
} from './wire/release-report.ts'

interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

interface PageMessage extends ExtendableEvent {
  readonly data: unknown
  readonly ports: readonly MessagePort[]
}

interface WindowClient {
  postMessage(word: KeeperWord, transfer?: Transferable[]): void
}

/** As much of this worker's scope as is used; the compiler's own library of it contradicts that of pages. */
interface Scope {
  readonly clients: {
    claim(): Promise<void>
    matchAll(options: {
      readonly type: 'window'
      readonly includeUncontrolled?: boolean
    }): Promise<readonly WindowClient[]>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
  addEventListener(type: 'message', listener: (event: PageMessage) => void): void
}

/** Answers that are of the moment, and the release itself. */
const LIVE: readonly string[] = ['/relays.json', '/release.json']

/** A host that is asked before a page opens may take so long. */
const PATIENCE_MS = 2_000

const scope = globalThis as unknown as Scope
const keeper = new ReleaseKeeper({
  caches,
  fetch: (path) => fetch(path, { cache: 'no-cache', credentials: 'omit', redirect: 'error' }),
  keys: RELEASE_KEYS,
  nowMs: () => Date.now()
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
  const {
    data,
    ports: [port]
  } = event
  const word = PAGE_WORDS.find((one) => one === data)
  if (word !== undefined) {
    // Where it fails, the page is to know that soon, and not when its patience ends.
    const heeded = heed(word).catch(() => undefined)
    event.waitUntil(heeded.then((reply) => port?.postMessage(reply)))
  }
})

/** Does what a page asks for. @returns what it is told */
async function heed(word: PageWord): Promise<unknown> {
  switch (word) {
    case 'use-update':
      return useUpdate(false)
    case 'use-update-anyway':
      return useUpdate(true)
    case 'check':
      await lookForUpdate()
      break
    case 'check-if-due':
      if (await keeper.isCheckDue()) {
        await lookForUpdate()
      }
      break
    case 'report':
  }
  return keeper.report()
}

async function answer(request: Request, path: string): Promise<Response> {
  return (await keeper.serve(path)) ?? fetch(request)
}

/**
 * A release takes over while nobody looks at the one before: its pages and its peer speak with each other. A development build, which
 * anybody could have made, is no better than what the host has now: that is asked for first.
 */
async function openPage(request: Request, path: string): Promise<Response> {
  const current = await keeper.current()
  const isOfAnybody = current !== undefined && current.signedBy === undefined
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

/** A host that cannot be reached, or offers what is not taken, changes nothing; pages learn of either. */
async function lookForUpdate(): Promise<void> {
  await keeper.check().catch(() => undefined)
  await tell({ type: 'release', report: await keeper.report() })
}

/** Somebody wants the new release now: every page of theirs opens anew, once what stands in it is kept. */
async function useUpdate(isForced: boolean): Promise<UseAnswer> {
  if ((await keeper.staged()) === undefined) {
    return 'none'
  }
  const areReady = await arePagesReady(
    (await everyPage()).map((page) => (port) => {
      page.postMessage({ type: 'prepare' }, [port])
    })
  )
  if (!areReady && !isForced) {
    return 'busy'
  }
  if (!(await keeper.promote())) {
    return 'none'
  }
  await tell({ type: 'release', report: await keeper.report() })
  await tell({ type: 'restart', isForced })
  return 'restarting'
}

async function tell(word: KeeperWord): Promise<void> {
  for (const page of await everyPage()) {
    page.postMessage(word)
  }
}

/** Also those that were loaded past this worker. */
function everyPage(): Promise<readonly WindowClient[]> {
  return scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
}
