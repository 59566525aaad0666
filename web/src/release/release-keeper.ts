/**
 * Keeps one whole release of this client in the browser, checked, and a newer one beside it until it may take over.
 *
 * ```
 *   nothing --check--> current --check finds a newer one--> current, staged --promote--> previous, current
 * ```
 *
 * Pages load parts of a release as they go: those of the previous one stay until the next takes over.
 *
 * What is kept is hashed again whenever it is served: pages can write to the same caches. A file that is gone, or is another, comes from
 * the host, if what comes is what the release says; else it is not served at all.
 */
import { WEB_FILE_BYTES_MAX, WEB_RELEASE_PATH } from '@sealpost/protocol'
import {
  type CheckJournal,
  type KeptRelease,
  parseJournal,
  type ReleaseCheck,
  type ReleaseReport,
  withRefused
} from '../wire/release-report.ts'
import { hashOf, isUpdate, readRelease, type Release, ReleaseError } from './release.ts'

/** As much of `CacheStorage` as is used here. */
export interface Caches {
  open(name: string): Promise<FileCache>
  keys(): Promise<readonly string[]>
  delete(name: string): Promise<boolean>
}

/** As much of `Cache` as is used here. */
export interface FileCache {
  match(path: string): Promise<Response | undefined>
  put(path: string, response: Response): Promise<void>
  delete(path: string): Promise<boolean>
}

export interface KeeperParts {
  readonly caches: Caches
  /** Asks the host; past the browser's own cache where that cannot say that nothing changed. */
  readonly fetch: (path: string) => Promise<Response>
  /** Base64url of the public keys of releases; none for a development build. */
  readonly keys: readonly string[]
  readonly nowMs: () => number
}

type Place = 'previous' | 'current' | 'staged'

const RELEASES = 'sealpost releases'
const FILES = 'sealpost files '
/** Beside them: what came of asking the host. */
const JOURNAL = '/checks'
const NO_JOURNAL: CheckJournal = { checked: undefined, refused: [] }
const PAGE = '/index.html'
/** A host is asked by itself once in so long, while pages are open. */
const CHECK_EVERY_MS = 6 * 3_600_000
/** How the bytes travelled: they are kept as they are. */
const TRAVEL_HEADERS: readonly string[] = [
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'vary'
]

export class ReleaseKeeper {
  readonly #parts: KeeperParts
  readonly #known = new Map<Place, Release | undefined>()
  #checking: Promise<Release | undefined> | undefined

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** What is served; undefined before the first check. */
  current(): Promise<Release | undefined> {
    return this.#read('current')
  }

  /** What will be served once it may take over. */
  staged(): Promise<Release | undefined> {
    return this.#read('staged')
  }

  /**
   * Asks the host for its release, and fetches all of it where it is to be taken. The first is served at once, a newer one is staged.
   *
   * @returns the release that waits to take over, if there is one
   * @throws ReleaseError for a release that is not taken; TypeError where the host cannot be reached
   */
  check(): Promise<Release | undefined> {
    this.#checking ??= this.#checkAndNote().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  /** Whether the host was not asked for so long that it should be; also where this machine's clock was set back. */
  async isCheckDue(): Promise<boolean> {
    const { checked } = await this.#journal()
    const agoMs = this.#parts.nowMs() - (checked?.atMs ?? -CHECK_EVERY_MS)
    return agoMs < 0 || agoMs >= CHECK_EVERY_MS
  }

  /** What a person can know of it. */
  async report(): Promise<ReleaseReport> {
    const [current, staged, journal] = [
      await this.current(),
      await this.staged(),
      await this.#journal()
    ]
    return { current: current && keptOf(current), staged: staged && keptOf(staged), ...journal }
  }

  /** Has what is staged take over. @returns whether it did: not where nothing waits, nor where there is no room to note it */
  async promote(): Promise<boolean> {
    const staged = await this.staged()
    if (staged === undefined) {
      return false
    }
    try {
      await this.#keep('previous', await this.current())
      await this.#keep('current', staged)
    } catch (error) {
      if (isFull(error)) {
        return false
      }
      throw error
    }
    await this.#keep('staged', undefined)
    await this.#sweep()
    return true
  }

  /**
   * The file that is kept for a path, once its hash was found right.
   *
   * @returns undefined for a path of no file
   * @throws ReleaseError `file` where neither what is kept nor what the host has is what the release says
   */
  async serve(path: string): Promise<Response | undefined> {
    const name = path === '/' ? PAGE : path
    const releases = [await this.current(), await this.#read('previous')]
    const release = releases.find((one) => one?.files.has(name))
    const hash = release?.files.get(name)
    if (release === undefined || hash === undefined) {
      return undefined
    }
    const cache = await this.#parts.caches.open(FILES + release.hash)
    const kept = await cache.match(name)
    const whole = kept && (await verified(kept, hash))
    if (whole !== undefined) {
      return whole
    }
    const fetched = await this.#fetchWhole(name, hash)
    // Without room for it, it is asked for again the next time.
    await cache.put(name, fetched.clone()).catch(() => undefined)
    return fetched
  }

  async #checkAndNote(): Promise<Release | undefined> {
    try {
      const update = await this.#check()
      await this.#note(update === undefined ? 'same' : 'staged')
      return update
    } catch (error) {
      await this.#note(outcomeOf(error), error)
      throw error
    }
  }

  async #journal(): Promise<CheckJournal> {
    const cache = await this.#parts.caches.open(RELEASES)
    const kept = await cache.match(JOURNAL)
    try {
      const value: unknown = await kept?.json()
      return parseJournal(value) ?? NO_JOURNAL
    } catch {
      // Pages can write there too.
      return NO_JOURNAL
    }
  }

  async #note(outcome: ReleaseCheck['outcome'], error?: unknown): Promise<void> {
    const atMs = this.#parts.nowMs()
    const { refused } = await this.#journal()
    const journal: CheckJournal = {
      checked: { atMs, outcome },
      refused:
        error instanceof ReleaseError
          ? withRefused(refused, {
              refusal: error.refusal,
              version: error.version,
              path: error.path,
              atMs
            })
          : refused
    }
    const cache = await this.#parts.caches.open(RELEASES)
    await cache.put(JOURNAL, new Response(JSON.stringify(journal)))
  }

  async #check(): Promise<Release | undefined> {
    const { fetch, keys } = this.#parts
    const answer = await fetch(WEB_RELEASE_PATH)
    if (!answer.ok) {
      throw new TypeError('the host has no release')
    }
    const offered = await readRelease(await answer.text(), keys)
    const current = await this.current()
    const staged = await this.staged()
    if (!isUpdate(offered, current)) {
      // The host has gone back to what is served; nothing waits any more.
      await this.#keep('staged', undefined)
      await this.#sweep()
      return undefined
    }
    if (staged !== undefined && !isUpdate(offered, staged)) {
      return staged
    }
    await this.#fetchAll(offered)
    await this.#keep(current === undefined ? 'current' : 'staged', offered)
    await this.#sweep()
    return current === undefined ? undefined : offered
  }

  async #fetchAll(release: Release): Promise<void> {
    const cache = await this.#parts.caches.open(FILES + release.hash)
    try {
      await Promise.all(
        [...release.files].map(async ([path, hash]) => {
          await cache.put(path, await this.#fetchWhole(path, hash))
        })
      )
    } catch (error) {
      if (error instanceof ReleaseError) {
        const { version } = release
        throw new ReleaseError(error.refusal, { version, path: error.path })
      }
      throw error
    }
  }

  async #fetchWhole(path: string, hash: string): Promise<Response> {
    const answer = await this.#parts.fetch(path)
    const whole = answer.ok && !answer.redirected ? await verified(answer, hash) : undefined
    if (whole === undefined) {
      throw new ReleaseError('file', { path })
    }
    return whole
  }

  async #read(place: Place): Promise<Release | undefined> {
    if (!this.#known.has(place)) {
      const cache = await this.#parts.caches.open(RELEASES)
      const kept = await cache.match(`/${place}`)
      this.#known.set(place, kept && (await this.#trusted(await kept.text())))
    }
    return this.#known.get(place)
  }

  /** What was kept before this browser knew the keys is as good as nothing. */
  async #trusted(text: string): Promise<Release | undefined> {
    try {
      return await readRelease(text, this.#parts.keys)
    } catch {
      return undefined
    }
  }

  async #keep(place: Place, release: Release | undefined): Promise<void> {
    const cache = await this.#parts.caches.open(RELEASES)
    if (release === undefined) {
      await cache.delete(`/${place}`)
    } else {
      await cache.put(`/${place}`, new Response(release.text))
    }
    this.#known.set(place, release)
  }

  /** Removes the files of releases that have no place any more. */
  async #sweep(): Promise<void> {
    const { caches } = this.#parts
    const places: readonly Place[] = ['previous', 'current', 'staged']
    const releases = await Promise.all(places.map((place) => this.#read(place)))
    const kept = releases.map((one) => one && FILES + one.hash)
    for (const name of await caches.keys()) {
      if (name.startsWith(FILES) && !kept.includes(name)) {
        await caches.delete(name)
      }
    }
  }
}

function outcomeOf(error: unknown): ReleaseCheck['outcome'] {
  if (error instanceof ReleaseError) {
    return 'refused'
  }
  return isFull(error) ? 'full' : 'unreachable'
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError'
}

function keptOf({ version, hash, signedBy }: Release): KeptRelease {
  return { version, hash, signedBy }
}

/** The same answer, where its content is what it should be. */
async function verified(answer: Response, hash: string): Promise<Response | undefined> {
  const content = new Uint8Array(await answer.arrayBuffer())
  if (content.length > WEB_FILE_BYTES_MAX || (await hashOf(content)) !== hash) {
    return undefined
  }
  const headers = new Headers(answer.headers)
  for (const name of TRAVEL_HEADERS) {
    headers.delete(name)
  }
  return new Response(content, { headers })
}
