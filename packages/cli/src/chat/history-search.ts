/** Looks through what was said, page by page, newest first. */
import type { Message, SealpostClient } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import type { ChatInput } from './chat-state.ts'
import { contains, folded } from './search-text.ts'

const PAGE = 256
/** Nobody looks at more. */
const HITS_MAX = 200

type Found = Extract<ChatInput, { type: 'found' }>

/** One search at a time: the next one ends the one before. */
export class HistorySearch {
  readonly #client: SealpostClient
  readonly #onFound: (found: Found) => void
  /** Of the search that counts; 0 for none. */
  #searchId = 0

  constructor(client: SealpostClient, onFound: (found: Found) => void) {
    this.#client = client
    this.#onFound = onFound
  }

  end(): void {
    this.#searchId = 0
  }

  /** Resolves once all was looked through, or another search began. */
  async begin(
    { searchId, query }: { readonly searchId: number; readonly query: string },
    contactIds: readonly ContactId[]
  ): Promise<void> {
    this.#searchId = searchId
    const wanted = folded(query)
    let hitCount = 0
    for await (const page of this.#pages(contactIds)) {
      if (this.#searchId !== searchId) {
        return
      }
      const hits = page.filter(({ text }) => contains(text, wanted)).slice(0, HITS_MAX - hitCount)
      hitCount += hits.length
      if (hitCount === HITS_MAX) {
        this.#onFound({ type: 'found', searchId, hits, isDone: true })
        return
      }
      if (hits.length > 0) {
        this.#onFound({ type: 'found', searchId, hits, isDone: false })
      }
    }
    if (this.#searchId === searchId) {
      this.#onFound({ type: 'found', searchId, hits: [], isDone: true })
    }
  }

  /** Messages of several conversations, newest first over all of them. */
  async *#pages(contactIds: readonly ContactId[]): AsyncGenerator<readonly Message[]> {
    const readers = await Promise.all(
      contactIds.map(async (contactId) => {
        const pages = this.#conversation(contactId)
        return { pages, next: await pages.next() }
      })
    )
    for (;;) {
      const open = readers.filter(({ next }) => next.done !== true)
      const newest = open.toSorted((one, other) => endOf(other.next) - endOf(one.next))[0]
      if (newest === undefined || newest.next.done === true) {
        return
      }
      yield newest.next.value
      newest.next = await newest.pages.next()
    }
  }

  async *#conversation(contactId: ContactId): AsyncGenerator<readonly Message[], undefined> {
    let before: string | undefined
    for (;;) {
      const bound = before === undefined ? {} : { before }
      const page = await this.#client.messages(contactId, { limit: PAGE, ...bound })
      if (page.length > 0) {
        yield page.toReversed()
      }
      before = page[0]?.key
      if (page.length < PAGE || before === undefined) {
        return undefined
      }
    }
  }
}

/** When the newest message of a page was stored. */
function endOf(next: IteratorResult<readonly Message[], undefined>): number {
  return next.value?.[0]?.storedAtMs ?? 0
}
