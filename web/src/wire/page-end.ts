/**
 * The page's end of the channel.
 *
 * ```
 *   ask --posted--> waiting --answer | refusal--> settled
 *                   waiting --hello of another worker--> posted again, under the same id
 * ```
 */
import type { Ask, PageEvent, WorkerWord } from './messages.ts'
import { PEER_CALLS, type PeerApi, Refusal } from './peer-api.ts'

/** As much of a `BroadcastChannel` as is used. */
export interface Channel {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

interface Waiting {
  readonly ask: Ask
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Refusal) => void
}

/** Calls that only read, or wait: nothing is lost with them. */
const IDLE: ReadonlySet<string> = new Set<keyof PeerApi>([
  'messages',
  'prepareSearch',
  'reportNews',
  'search',
  'setTyping',
  'state',
  'testRelay',
  'waitForContact'
])

export class PageEnd {
  readonly #channel: Channel
  readonly #page: string
  readonly #waiting = new Map<string, Waiting>()
  readonly #listeners = new Set<(event: PageEvent) => void>()
  readonly #settling = new Set<() => void>()
  #worker: string | undefined
  #count = 0

  /** @param page a name that no other page has: random. */
  constructor(channel: Channel, page: string) {
    this.#channel = channel
    this.#page = page
    channel.addEventListener('message', ({ data }) => {
      this.#hear(data as WorkerWord)
    })
  }

  /** Tells what happens until the returned function is called. */
  listen(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** The peer, as if it were here. */
  api(): PeerApi {
    const calls = PEER_CALLS.map((name) => [name, (...args: unknown[]) => this.#ask(name, args)])
    return Object.fromEntries(calls) as PeerApi
  }

  /** Whether the peer does something for this page that is not done by asking once more. */
  get isDoing(): boolean {
    return [...this.#waiting.values()].some(({ ask }) => !IDLE.has(ask.name))
  }

  /** Resolves once nothing is asked that changes anything. */
  settled(): Promise<void> {
    return this.isDoing
      ? new Promise((resolve) => {
          this.#settling.add(resolve)
        })
      : Promise.resolve()
  }

  #ask(name: string, args: readonly unknown[]): Promise<unknown> {
    const ask: Ask = { kind: 'ask', id: `${this.#page}:${String(this.#count++)}`, name, args }
    return new Promise((resolve, reject) => {
      this.#waiting.set(ask.id, { ask, resolve, reject })
      this.#channel.postMessage(ask)
    })
  }

  #hear(word: WorkerWord): void {
    switch (word.kind) {
      case 'hello':
        this.#greeted(word.worker)
        return
      case 'answer':
        this.#settled(word.id)?.resolve(word.value)
        return
      case 'refusal':
        this.#settled(word.id)?.reject(new Refusal(word.code, word.detail))
        return
      case 'event':
        for (const listener of this.#listeners) {
          listener(word.event)
        }
        break
      // What other pages ask.
      default:
    }
  }

  #greeted(worker: string): void {
    if (worker === this.#worker) {
      return
    }
    this.#worker = worker
    for (const { ask } of this.#waiting.values()) {
      this.#channel.postMessage(ask)
    }
  }

  #settled(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#settling.size > 0 && !this.isDoing) {
      for (const resolve of this.#settling) {
        resolve()
      }
      this.#settling.clear()
    }
    return waiting
  }
}
