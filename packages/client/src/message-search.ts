/** Finds messages by what was said in them. */
import {
  ALL_KEYS,
  compareMessageKeys,
  contactOfKey,
  type Mutation,
  readMessage,
  type Row
} from '@sealpost/core'
import { type ContactId, UsageError, utf8ToBytes } from '@sealpost/protocol'
import { chainOf } from './conversation-chain.ts'
import type { PeerDriver } from './correspondence.ts'
import type { MessageReader } from './message-reader.ts'
import { rowPages } from './row-pages.ts'
import { comparable, termsOf, TextIndex } from './text-index.ts'
import type { Message } from './views.ts'

const PAGE = 1_024
const LIMIT = 50
const QUERY_BYTES_MAX = 1_024

export interface SearchOptions {
  /** One conversation; all if not given. */
  readonly contactId?: ContactId | undefined
  /** 50 if not given. */
  readonly limit?: number | undefined
}

export interface Found {
  /** The newest first, at most `limit`. */
  readonly messages: readonly Message[]
  /** How many there are in all. */
  readonly count: number
}

export class MessageSearch {
  readonly #driver: PeerDriver
  readonly #reader: MessageReader
  readonly #index = new TextIndex(readMessage)
  #filling: Promise<void> | undefined
  #crashCount = 0

  constructor(driver: PeerDriver, reader: MessageReader) {
    this.#driver = driver
    this.#reader = reader
  }

  /** Call it for every commit. */
  note(mutations: readonly Mutation[]): void {
    this.#index.note(mutations)
  }

  /** Reads all texts ahead, so that the first search is as fast as the others. @throws StorageError */
  async prepare(): Promise<void> {
    if (this.#crashCount !== this.#driver.crashCount) {
      this.#crashCount = this.#driver.crashCount
      this.#index.clear()
    }
    if (!this.#index.isWhole && !this.#index.isTooLarge) {
      this.#filling ??= this.#fill().finally(() => {
        this.#filling = undefined
      })
      await this.#filling
    }
  }

  /** @throws UsageError `SEALPOST_USAGE` for a query over 1,024 bytes; StorageError */
  async search(query: string, { contactId, limit = LIMIT }: SearchOptions): Promise<Found> {
    if (utf8ToBytes(query).length > QUERY_BYTES_MAX) {
      throw new UsageError('SEALPOST_USAGE', 'a query has at most 1,024 bytes')
    }
    const terms = termsOf(query)
    if (terms.length === 0) {
      return { messages: [], count: 0 }
    }
    await this.prepare()
    const found = this.#index.isTooLarge ? await this.#scan(terms) : this.#index.find(terms)
    const chain = contactId === undefined ? undefined : chainOf(this.#driver.machine, contactId)
    const asked = found.filter((key) => chain?.includes(contactOfKey(key)) ?? true)
    const newest = asked.toSorted((a, b) => compareMessageKeys(b, a)).slice(0, limit)
    return { messages: await this.#reader.messagesOf(newest), count: asked.length }
  }

  async #fill(): Promise<void> {
    for await (const rows of this.#pages()) {
      this.#index.add(rows)
      if (this.#index.isTooLarge) {
        return
      }
    }
    this.#index.complete()
  }

  async #scan(terms: readonly string[]): Promise<readonly string[]> {
    const found: string[] = []
    for await (const rows of this.#pages()) {
      for (const row of rows) {
        const { kind, text } = readMessage(row)
        const shown = kind === 'sent' || kind === 'received' ? comparable(text) : ''
        if (shown !== '' && terms.every((term) => shown.includes(term))) {
          found.push(row.key)
        }
      }
    }
    return found
  }

  #pages(): AsyncGenerator<readonly Row[]> {
    return rowPages(this.#driver, { table: 'message', ...ALL_KEYS, limit: PAGE })
  }
}
