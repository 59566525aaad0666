/** All conversations of a home as one sequence, the newest message first, beginning wherever an earlier run left off. */
import {
  type Contact,
  historyOfRow,
  keysUnder,
  messageBounds,
  type OutgoingHistory,
  type Row
} from '@sealpost/core'
import type { ContactId, HistoryMessage, IdentityKey } from '@sealpost/protocol'
import type { PeerDriver } from './correspondence.ts'

/** Rows of one conversation in memory, of few and of many. */
const PAGE = 256
const PAGE_OF_MANY = 16
const MANY = 64
const COUNT_PAGE = 1_024

type Reader = Pick<PeerDriver, 'read' | 'machine'>

/** A row's place, and what it says; undefined where that is for this home alone. */
export interface HistoryRow {
  readonly key: string
  readonly message: HistoryMessage | undefined
}

/** One conversation: the rows that come next, and where the others end. */
interface Head {
  readonly contactId: ContactId
  readonly identityKey: IdentityKey
  readonly from: string
  to: string
  rows: readonly Row[]
  unread: ReadonlySet<string>
  at: number
  isEnd: boolean
}

/** How many messages there are since a time. @throws StorageError */
export async function countMessages(driver: Reader, sinceMs: number): Promise<number> {
  let count = 0
  for (const { contactId } of told(driver)) {
    const { to } = keysUnder(contactId)
    let { from } = messageBounds(contactId, { sinceMs, beforeKey: '' })
    for (;;) {
      const range = { table: 'message' as const, from, to, limit: COUNT_PAGE }
      const { rows, isEnd } = await driver.read([], range)
      count += rows.length
      const last = rows.at(-1)
      if (isEnd || last === undefined) {
        break
      }
      from = `${last.key}\u0000`
    }
  }
  return count
}

/** Those whose conversations are told. */
function told({ machine }: Reader): readonly Contact[] {
  return (machine?.contacts() ?? []).filter(
    ({ identityKey, standing }) => identityKey !== '' && standing !== 'refused'
  )
}

export class HistoryCursor {
  readonly #driver: Reader
  readonly #heads: readonly Head[]

  constructor(driver: Reader, { sinceMs, beforeKey }: OutgoingHistory) {
    this.#driver = driver
    this.#heads = told(driver).map(({ contactId, identityKey }) => ({
      contactId,
      identityKey,
      ...messageBounds(contactId, { sinceMs, beforeKey }),
      rows: [],
      unread: new Set(),
      at: 0,
      isEnd: false
    }))
  }

  /** The newest row that was not taken; undefined at the end. @throws StorageError */
  async peek(): Promise<HistoryRow | undefined> {
    const head = await this.#newest()
    const row = head?.rows[head.at]
    return head === undefined || row === undefined
      ? undefined
      : {
          key: row.key,
          message: historyOfRow(head.identityKey, row, head.unread.has(row.key))
        }
  }

  /** Goes on behind what `peek` gave. */
  take(): void {
    const head = newestOf(this.#heads)
    if (head !== undefined) {
      head.at += 1
    }
  }

  async #newest(): Promise<Head | undefined> {
    for (const head of this.#heads) {
      if (head.at >= head.rows.length && !head.isEnd) {
        await this.#fill(head)
      }
    }
    return newestOf(this.#heads)
  }

  async #fill(head: Head): Promise<void> {
    const { from, to } = head
    const limit = this.#heads.length > MANY ? PAGE_OF_MANY : PAGE
    const range = { table: 'message' as const, from, to, limit, isReversed: true }
    const { rows, isEnd } = await this.#driver.read([], range)
    head.rows = rows
    head.at = 0
    head.isEnd = isEnd || rows.length === 0
    const [newest, oldest] = [rows[0], rows.at(-1)]
    if (newest !== undefined && oldest !== undefined) {
      head.to = oldest.key
      const keys = { from: oldest.key, to: `${newest.key}\u0000`, limit: rows.length }
      const unread = await this.#driver.read([], { table: 'unread', ...keys })
      head.unread = new Set(unread.rows.map(({ key }) => key))
    }
  }
}

/** Of rows of one time the one with the greater key comes first, whichever conversation it is of. */
function newestOf(heads: readonly Head[]): Head | undefined {
  let newest: Head | undefined
  for (const head of heads) {
    const [row, best] = [head.rows[head.at], newest?.rows[newest.at]]
    if (row !== undefined && (best === undefined || isNewer(row.key, best.key))) {
      newest = head
    }
  }
  return newest
}

function isNewer(key: string, other: string): boolean {
  const [order, otherOrder] = [key.slice(33, 45), other.slice(33, 45)]
  return order === otherOrder ? key > other : order > otherOrder
}
