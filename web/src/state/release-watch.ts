/**
 * What this page knows of releases, and what a person can do about them: a newer one waits until they say so, and is then used by every tab
 * at once.
 *
 * ```
 *   unknown --no service worker--> none
 *   unknown | none --a report--> kept --a newer one is staged, or another tab runs one--> offered --later--> kept, for a day
 *   offered --restart--> asking --every page is ready--> this page opens anew
 *                        asking --some page is in the middle of something--> busy --restart all the same--> this page opens anew
 * ```
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals'
import {
  type KeptRelease,
  type PageWord,
  parseReport,
  type ReleaseReport
} from '../wire/release-report.ts'

/** The service worker, as if it were here. */
export interface KeeperLink {
  /** Undefined where there is none, or where it does not answer. */
  ask(word: PageWord): Promise<unknown>
  /** @param listener gets what it says, and answers where it asks. */
  listen(listener: (word: unknown, answer: (reply: string) => void) => void): void
}

/** What was put off, for all tabs of this browser. */
export interface Later {
  readonly hash: string
  readonly untilMs: number
}

export interface ReleaseWatchParts {
  readonly link: KeeperLink
  /** Keeps what stands in this page; whether nothing would be lost if it were opened anew. */
  readonly prepare: () => Promise<boolean>
  readonly reload: () => void
  readonly readLater: () => Later | undefined
  readonly keepLater: (later: Later) => void
  readonly nowMs: () => number
}

export type Keeping =
  | { readonly type: 'unknown' }
  /** This browser keeps no release: each page comes as the host sends it. */
  | { readonly type: 'none' }
  | { readonly type: 'kept'; readonly report: ReleaseReport }

/** What a person can have by restarting. */
export type Offer =
  | { readonly type: 'staged'; readonly release: KeptRelease }
  /** Another tab runs another release than this one. */
  | { readonly type: 'elsewhere'; readonly release: KeptRelease }

export type Restarting = 'no' | 'asking' | 'busy'

const LATER_MS = 86_400_000

export class ReleaseWatch {
  readonly #parts: ReleaseWatchParts
  readonly #keeping = signal<Keeping>({ type: 'unknown' })
  readonly #restarting = signal<Restarting>('no')
  readonly #later = signal<Later | undefined>(undefined)
  /** What this page itself is of. */
  readonly #own = signal<string | undefined>(undefined)
  readonly #nowMs = signal(0)

  /** Whether or not it was put off. */
  readonly offer: ReadonlySignal<Offer | undefined> = computed(() => {
    const keeping = this.#keeping.value
    if (keeping.type !== 'kept') {
      return undefined
    }
    const { current, staged } = keeping.report
    if (staged !== undefined) {
      return { type: 'staged', release: staged }
    }
    const isElsewhere = current !== undefined && current.hash !== this.#own.value
    return isElsewhere ? { type: 'elsewhere', release: current } : undefined
  })

  /** What is to be said of it now. */
  readonly noted: ReadonlySignal<Offer | undefined> = computed(() => {
    const offer = this.offer.value
    const later = this.#later.value
    const isPutOff =
      later !== undefined && later.hash === offer?.release.hash && this.#nowMs.value < later.untilMs
    return isPutOff ? undefined : offer
  })

  constructor(parts: ReleaseWatchParts) {
    this.#parts = parts
  }

  get keeping(): ReadonlySignal<Keeping> {
    return this.#keeping
  }

  get restarting(): ReadonlySignal<Restarting> {
    return this.#restarting
  }

  /** Follows the service worker from now on. */
  start(): void {
    this.noteLater()
    this.#parts.link.listen((word, answer) => {
      this.#hear(word, answer)
    })
  }

  /** Another tab put it off, or time went on. */
  noteLater(): void {
    this.#later.value = this.#parts.readLater()
    this.#nowMs.value = this.#parts.nowMs()
  }

  /** Reads how it is; a service worker may have come only now. */
  async look(): Promise<void> {
    this.#take(await this.#parts.link.ask('report'))
  }

  /** Asks the host, if it was not asked for hours. */
  async checkIfDue(): Promise<void> {
    this.noteLater()
    this.#take(await this.#parts.link.ask('check-if-due'))
  }

  /** Asks the host now. */
  async check(): Promise<void> {
    this.#take(await this.#parts.link.ask('check'))
  }

  /** Says no more of what is offered for a day. */
  putOff(): void {
    const offer = this.offer.value
    this.#restarting.value = 'no'
    if (offer !== undefined) {
      const untilMs = this.#parts.nowMs() + LATER_MS
      this.#parts.keepLater({ hash: offer.release.hash, untilMs })
      this.noteLater()
    }
  }

  /** Has every tab use what is offered. @param isForced whatever any of them is in the middle of */
  async restart(isForced: boolean): Promise<void> {
    this.#restarting.value = 'asking'
    const answer = await this.#parts.link.ask(isForced ? 'use-update-anyway' : 'use-update')
    if (answer === 'busy') {
      this.#restarting.value = 'busy'
    } else if (answer !== 'restarting') {
      // The others use it already, or there is nobody to say so: this page alone is behind.
      await this.#openAnew(isForced)
    }
  }

  #hear(word: unknown, answer: (reply: string) => void): void {
    if (!(word instanceof Object) || !('type' in word)) {
      return
    }
    switch (word.type) {
      case 'release':
        if ('report' in word) {
          this.#take(word.report)
        }
        return
      case 'prepare':
        void this.#parts.prepare().then((isReady) => {
          answer(isReady ? 'ready' : 'busy')
        })
        return
      case 'restart':
        this.#restarting.value = 'asking'
        void this.#openAnew('isForced' in word && word.isForced === true)
        break
      default:
    }
  }

  /** A page that was asleep when all were asked may be in the middle of something. */
  async #openAnew(isForced: boolean): Promise<void> {
    const isReady = await this.#parts.prepare()
    if (isReady || isForced) {
      this.#parts.reload()
    } else {
      this.#restarting.value = 'busy'
    }
  }

  #take(value: unknown): void {
    const report = parseReport(value)
    if (report !== undefined) {
      this.#own.value ??= report.current?.hash
      this.#keeping.value = { type: 'kept', report }
    } else if (this.#keeping.value.type === 'unknown') {
      this.#keeping.value = { type: 'none' }
    }
  }
}
