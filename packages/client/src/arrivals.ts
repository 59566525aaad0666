/** What came to this device, in the order in which it came: whichever conversation it belongs to, what comes later stands behind. */
import type { Message } from './views.ts'

/** Where something stands in that order. Of one time the lesser key comes first. */
export interface ArrivalPlace {
  /** `Message.storedAtMs` */
  readonly atMs: number
  /** `Message.key`; without it, behind all of that time. */
  readonly key?: string | undefined
}

export interface ArrivalOptions {
  /** What stands behind this place, the first `limit` of it; without it, the last `limit` of all. */
  readonly after?: ArrivalPlace | undefined
  /** At least 1. */
  readonly limit: number
  readonly isUnreadOnly?: boolean | undefined
}

/** Gathers one page, and never holds much more than that. */
export class ArrivalPage {
  readonly #after: ArrivalPlace | undefined
  readonly #limit: number
  #kept: Message[] = []

  constructor({ after, limit }: Pick<ArrivalOptions, 'after' | 'limit'>) {
    this.#after = after
    this.#limit = limit
  }

  add(message: Message): void {
    if (this.#after === undefined || isBehind(message, this.#after)) {
      this.#kept.push(message)
      if (this.#kept.length >= 2 * this.#limit) {
        this.#cut()
      }
    }
  }

  /** The page, in order. */
  messages(): readonly Message[] {
    this.#cut()
    return this.#kept
  }

  #cut(): void {
    this.#kept.sort((a, b) => a.storedAtMs - b.storedAtMs || (a.key < b.key ? -1 : 1))
    this.#kept =
      this.#after === undefined ? this.#kept.slice(-this.#limit) : this.#kept.slice(0, this.#limit)
  }
}

function isBehind({ storedAtMs, key }: Message, { atMs, key: afterKey }: ArrivalPlace): boolean {
  return storedAtMs > atMs || (storedAtMs === atMs && afterKey !== undefined && key > afterKey)
}
