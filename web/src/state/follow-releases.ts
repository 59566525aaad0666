/** Ties what is known of releases to this browser: its service worker, its tabs, and the time. */
import type { PageEnd } from '../wire/page-end.ts'
import type { App } from './app.ts'
import { noteFailure } from './background.ts'
import { type KeeperLink, type Later, ReleaseWatch } from './release-watch.ts'
import { followTyping, isSomethingUnsaved } from './unsaved.ts'

const LATER = 'sealpost update later'
/** The service worker knows when the host was asked last; so often it is reminded. */
const REMIND_MS = 3_600_000
/** Asking the host may mean fetching all of a release. */
const ANSWER_MS = 180_000
/** What is on its way may take so long, before it counts as being in the middle of something. */
const SETTLE_MS = 2_500

export function makeReleaseWatch(app: App, end: PageEnd): ReleaseWatch {
  return new ReleaseWatch({
    link: keeperLink(),
    prepare: () => prepare(app, end),
    reload: () => {
      location.reload()
    },
    readLater,
    keepLater,
    nowMs: () => Date.now()
  })
}

export function followReleases(watch: ReleaseWatch): void {
  followTyping()
  watch.start()
  const remind = (): void => {
    if (document.visibilityState === 'visible') {
      watch.checkIfDue().catch(noteFailure)
    }
  }
  setInterval(remind, REMIND_MS)
  document.addEventListener('visibilitychange', remind)
  addEventListener('online', remind)
  addEventListener('storage', ({ key }) => {
    if (key === LATER) {
      watch.noteLater()
    }
  })
  if ('serviceWorker' in navigator) {
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      watch.look().catch(noteFailure)
    })
  }
}

function keeperLink(): KeeperLink {
  if (!('serviceWorker' in navigator)) {
    return { ask: () => Promise.resolve(undefined), listen: () => undefined }
  }
  const { serviceWorker } = navigator
  return {
    ask: async (word) => {
      // A page that was loaded past it is not its own, and can ask it all the same.
      const keeper = serviceWorker.controller ?? (await serviceWorker.getRegistration())?.active
      return new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel()
        const finish = (reply?: unknown): void => {
          clearTimeout(over)
          port1.close()
          resolve(reply)
        }
        const over = setTimeout(finish, ANSWER_MS)
        port1.onmessage = ({ data }) => {
          finish(data)
        }
        if (keeper) {
          keeper.postMessage(word, [port2])
        } else {
          finish()
        }
      })
    },
    listen: (listener) => {
      serviceWorker.addEventListener('message', ({ data, ports: [port] }) => {
        listener(data, (reply) => port?.postMessage(reply))
      })
      serviceWorker.startMessages()
    }
  }
}

/** Keeps what is being written, and lets what is on its way arrive. */
async function prepare(app: App, end: PageEnd): Promise<boolean> {
  await Promise.race([app.drafts.flush().then(() => end.settled()), pause()])
  return !end.isDoing && !isSomethingUnsaved()
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, SETTLE_MS)
  })
}

function readLater(): Later | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(LATER) ?? '0')
    return value instanceof Object &&
      'hash' in value &&
      typeof value.hash === 'string' &&
      'untilMs' in value &&
      typeof value.untilMs === 'number'
      ? { hash: value.hash, untilMs: value.untilMs }
      : undefined
  } catch {
    return undefined
  }
}

function keepLater(later: Later): void {
  try {
    localStorage.setItem(LATER, JSON.stringify(later))
  } catch {
    // A browser that keeps nothing asks again.
  }
}
