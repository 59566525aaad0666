/** Chromium, with people in it: each has a browser profile of their own, and all that goes wrong in their pages is noted. */
import assert from 'node:assert/strict'
import {
  type Browser,
  type BrowserContext,
  type CDPSession,
  chromium,
  type Page,
  type Worker
} from 'playwright-core'
import { findChromium } from '../tidy/chromium.ts'

/** Beyond this a journey fails: a machine that is busy is slow. */
const STEP_MS = 30_000

export interface OpenBrowser extends AsyncDisposable {
  readonly browser: Browser
  /** Opens the client for somebody who never was there. */
  person(link: string, options?: PersonOptions): Promise<Person>
}

export interface PersonOptions {
  /** `en` where nothing is said. */
  readonly locale?: string
  readonly viewport?: { readonly width: number; readonly height: number }
  /** Bytes that the browser lets the client keep; as many as it likes if not given. */
  readonly roomBytes?: number
  /** By how much the clock of their machine is ahead; behind for less than 0. */
  readonly clockErrorMs?: number
}

/** Somebody's browser profile, and the tab they look at. */
export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  /** What went wrong since the profile was made. */
  readonly faults: readonly string[]
  /** Lets the client keep so many bytes from now on, for who was opened with `roomBytes`; 0 is less than there is already. */
  setRoom(bytes: number): Promise<void>
  /** @throws AssertionError where a page broke its policy, logged an error, or reached for another origin */
  assertNoFaults(): Promise<void>
  /** Resolves once the console has said so: what is thrown may come before that. */
  untilFault(pattern: RegExp): Promise<void>
}

/** @param args further ones for Chromium. */
export async function openBrowser(args: readonly string[] = []): Promise<OpenBrowser> {
  const executablePath = findChromium() ?? assert.fail('there is no Chromium')
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...args]
  })
  return {
    browser,
    person: async (link, { locale = 'en', viewport, roomBytes, clockErrorMs = 0 } = {}) => {
      const context = await browser.newContext({
        locale,
        ...(viewport === undefined ? {} : { viewport: { ...viewport } })
      })
      context.setDefaultTimeout(STEP_MS)
      const watch = watchFaults(context, new URL(link).origin)
      if (clockErrorMs !== 0) {
        await setClock(context, clockErrorMs)
      }
      const page = await context.newPage()
      const room = new Room(await context.newCDPSession(page), new URL(link).origin)
      if (roomBytes !== undefined) {
        await room.set(roomBytes)
      }
      await page.goto(link)
      const setRoom = (bytes: number): Promise<void> => room.change(page, bytes)
      return { context, page, ...watch, setRoom }
    },
    [Symbol.asyncDispose]: () => browser.close()
  }
}

/** Sets the clock of pages and of their workers; of one that has begun already, as somebody sets it while it runs. */
async function setClock(context: BrowserContext, errorMs: number): Promise<void> {
  await context.addInitScript(shiftClock, errorMs)
  context.on('page', (page) => {
    page.on('worker', (worker) => {
      // It may have ended already.
      worker.evaluate(shiftClock, errorMs).catch(() => undefined)
    })
  })
}

function shiftClock(errorMs: number): void {
  const Right = Date
  class Shifted extends Right {
    constructor(...parts: readonly []) {
      super(...((parts.length === 0 ? [Right.now() + errorMs] : parts) as []))
    }

    static override now(): number {
      return Right.now() + errorMs
    }
  }
  globalThis.Date = Shifted as DateConstructor
}

/** What the browser lets an origin keep. */
class Room {
  readonly #session: CDPSession
  readonly #origin: string
  #bytes = 0

  constructor(session: CDPSession, origin: string) {
    this.#session = session
    this.#origin = origin
  }

  async set(bytes: number): Promise<void> {
    await this.#session.send('Storage.overrideQuotaForOrigin', {
      origin: this.#origin,
      // None at all would mean that there is no bound.
      quotaSize: Math.max(1, bytes)
    })
    this.#bytes = bytes
  }

  /** The browser looks anew at what is left once something is larger than what it saw last. */
  async change(page: Page, bytes: number): Promise<void> {
    const before = this.#bytes
    await this.set(bytes)
    if (bytes < before) {
      await page.evaluate(overfill, before)
    }
  }
}

/** Tries to keep more than there is room for; nothing of it stays. */
async function overfill(bytes: number): Promise<void> {
  const name = 'too much'
  await new Promise<void>((resolve) => {
    const opening = indexedDB.open(name)
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('rows')
    }
    opening.onerror = () => {
      resolve()
    }
    opening.onsuccess = () => {
      const database = opening.result
      const writing = database.transaction('rows', 'readwrite')
      writing.objectStore('rows').put(new Uint8Array(bytes), 'row')
      const end = (): void => {
        database.close()
        resolve()
      }
      writing.onabort = end
      writing.oncomplete = end
    }
  })
}

/** Notes what goes wrong in every page and worker of a profile. */
function watchFaults(
  context: BrowserContext,
  origin: string
): Pick<Person, 'faults' | 'assertNoFaults' | 'untilFault'> {
  const faults: string[] = []
  const listening: Promise<void>[] = []
  const followWorker = (worker: Worker): void => {
    listening.push(listenForViolations(worker))
  }
  context.on('page', (page) => {
    page.on('worker', followWorker)
  })
  context.on('serviceworker', followWorker)
  context.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error') {
      faults.push(`console: ${text}`)
    } else if (text.startsWith(VIOLATION)) {
      faults.push(text)
    }
  })
  context.on('weberror', (error) => {
    faults.push(`uncaught: ${String(error.error())}`)
  })
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== origin && url.protocol !== 'blob:' && url.protocol !== 'data:') {
      faults.push(`request: ${request.url()}`)
    }
  })
  return {
    faults,
    assertNoFaults: async () => {
      await Promise.all(listening)
      assert.deepEqual(faults, [])
    },
    untilFault: async (pattern) => {
      await context.waitForEvent('console', (message) => pattern.test(message.text()))
    }
  }
}

const VIOLATION = 'violation: '

/** A worker's broken policy is told in the worker alone. */
async function listenForViolations(worker: Worker): Promise<void> {
  try {
    await worker.evaluate((prefix) => {
      addEventListener('securitypolicyviolation', (event) => {
        console.warn(`${prefix}${event.effectiveDirective} ${event.blockedURI}`)
      })
    }, VIOLATION)
  } catch {
    // It has ended already.
  }
}

/** From the welcome screen to the open home. @param passphrase none if not given */
export async function makeAccount(
  page: Page,
  name: string,
  passphrase?: string,
  isDirect = true
): Promise<void> {
  await page.getByRole('button', { name: 'Get started' }).click()
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
  if (passphrase === undefined) {
    await page.getByRole('button', { name: 'Not now' }).click()
  } else {
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase)
    await page.getByLabel('Once more').fill(passphrase)
    await page.getByRole('button', { name: 'Continue' }).click()
  }
  if (!isDirect) {
    await page.getByText('Through relays only').click()
  }
  await page.getByRole('button', { name: 'Start talking' }).click()
  await page.getByText('Nobody here yet').waitFor()
}
