/**
 * The texts of a home's messages, in memory while it is open: so that a search reads no disk. Nothing of it is ever written, so
 * there is no index to steal. Any part of a text is found, in every script: there are no words that would have to be told apart.
 *
 * ```
 *   empty --read page by page, while commits are noted--> whole --commit--> whole
 *                                                        --too much for the memory--> empty, and not tried again
 * ```
 */
import type { Mutation, Row, StoredMessage } from '@sealpost/core'

/** UTF-16 code units of texts that are held: some 100,000 messages of 160 characters. */
const UNITS_MAX = 16 * 1024 * 1024

/** A text as it is compared: compatible forms are one, and so are large and small letters. */
export function comparable(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** What is looked for: every one of these parts, in any order. */
export function termsOf(query: string): readonly string[] {
  return comparable(query)
    .split(/\s+/u)
    .filter((term) => term !== '')
}

export class TextIndex {
  readonly #read: (row: Row) => StoredMessage
  readonly #unitsMax: number
  #texts = new Map<string, string>()
  /** Rows that were erased while pages were read: a page that was read before must not bring them back. */
  #erased = new Set<string>()
  #units = 0
  #isWhole = false
  #isTooLarge = false

  constructor(read: (row: Row) => StoredMessage, unitsMax: number = UNITS_MAX) {
    this.#read = read
    this.#unitsMax = unitsMax
  }

  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Whether there are more texts than are held: look at the disk then. */
  get isTooLarge(): boolean {
    return this.#isTooLarge
  }

  /** What was committed since: call it for every commit, in order. */
  note(mutations: readonly Mutation[]): void {
    for (const mutation of mutations) {
      if (mutation.table === 'message') {
        if (mutation.type === 'write') {
          this.#set(mutation.key, mutation.value)
        } else {
          this.#remove(mutation.key)
          if (!this.#isWhole) {
            this.#erased.add(mutation.key)
          }
        }
      }
    }
  }

  /** Rows as they were read; what was noted meanwhile counts instead. */
  add(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      if (!this.#texts.has(key) && !this.#erased.has(key)) {
        this.#set(key, value)
      }
    }
  }

  /** Every row was added. */
  complete(): void {
    this.#isWhole = !this.#isTooLarge
    this.#erased = new Set()
  }

  /** The store was opened again, and may lack what was noted last. */
  clear(): void {
    this.#texts = new Map()
    this.#erased = new Set()
    this.#units = 0
    this.#isWhole = false
  }

  /** Keys of messages that hold every term, in no order. */
  find(terms: readonly string[]): readonly string[] {
    const found: string[] = []
    for (const [key, text] of this.#texts) {
      if (terms.every((term) => text.includes(term))) {
        found.push(key)
      }
    }
    return found
  }

  #set(key: string, value: Uint8Array): void {
    this.#remove(key)
    if (this.#isTooLarge) {
      return
    }
    const { kind, text } = this.#read({ key, value })
    if (text === '' || (kind !== 'sent' && kind !== 'received')) {
      return
    }
    const shown = comparable(text)
    this.#texts.set(key, shown)
    this.#units += shown.length
    if (this.#units > this.#unitsMax) {
      this.clear()
      this.#isTooLarge = true
    }
  }

  #remove(key: string): void {
    const before = this.#texts.get(key)
    if (before !== undefined) {
      this.#units -= before.length
      this.#texts.delete(key)
    }
  }
}
