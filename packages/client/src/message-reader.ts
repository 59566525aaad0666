/** Reads messages as every input so far left them, page by page. */
import {
  ALL_KEYS,
  compareMessageKeys,
  contactOfKey,
  keysUnder,
  messageBounds,
  messageKeyOfOutbox,
  outboxKey,
  ownIndexKey,
  type PeerMachine,
  readMessage,
  receivedIndexKey,
  type Row,
  type RowKey,
  stateOf,
  type StoredMessage
} from '@sealpost/core'
import { bytesToUtf8, type ContactId, type MessageId, UsageError } from '@sealpost/protocol'
import { type ArrivalOptions, ArrivalPage } from './arrivals.ts'
import { chainOf, presentOf } from './conversation-chain.ts'
import type { PeerDriver } from './correspondence.ts'
import { rowPages } from './row-pages.ts'
import { type Message, messageView } from './views.ts'

const PAGE = 256

/** A page of one conversation. */
export interface PageOptions {
  /** At least 1; 256 if not given. */
  readonly limit?: number
  /** The key of a message: those right before it. */
  readonly before?: string
  /** The key of a message: those right after it; `before` is not looked at then. */
  readonly after?: string
}

/** Where a conversation goes on behind the message of a key, which may be another conversation's. */
function startAfter(contactId: ContactId, key: string): string {
  const { to } = messageBounds(contactId, { sinceMs: 0, beforeKey: key })
  return to === key ? `${key}\u0000` : to
}

export class MessageReader {
  readonly #driver: PeerDriver

  constructor(driver: PeerDriver) {
    this.#driver = driver
  }

  /** @throws UsageError `SEALPOST_UNKNOWN_MESSAGE` */
  async message(
    messageId: MessageId
  ): Promise<{ readonly contactId: ContactId; readonly message: StoredMessage }> {
    const key = await this.keyOf(messageId)
    const [row] = await this.rows(key === undefined ? [] : [{ key }])
    if (row === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_MESSAGE')
    }
    const contactId = contactOfKey(row.key)
    return { contactId, message: await this.#withOutbox(contactId, row) }
  }

  /** Where a message is, or was before it was deleted; undefined for one that never was. */
  async keyOf(messageId: MessageId): Promise<string | undefined> {
    const indexes = [ownIndexKey(messageId), receivedIndexKey(messageId)].map((key) => {
      return { table: 'message-index' as const, key }
    })
    const found = (await this.#driver.read(indexes)).values.find((value) => value !== undefined)
    return found === undefined ? undefined : bytesToUtf8(found)
  }

  /** The newest messages of a conversation, or those right before or after one of them, oldest first. */
  async messages(contactId: ContactId, options: PageOptions): Promise<readonly Message[]> {
    const { after, before: beforeKey = '', limit = PAGE } = options
    const found: { readonly at: ContactId; readonly row: Row }[] = []
    // What was said under an identity before is in the same order, by its time.
    for (const at of chainOf(this.#driver.machine, contactId)) {
      const bounds =
        after === undefined
          ? { ...messageBounds(at, { sinceMs: 0, beforeKey }), isReversed: true }
          : { from: startAfter(at, after), to: keysUnder(at).to }
      const { rows } = await this.#driver.read([], { table: 'message', ...bounds, limit })
      found.push(...rows.map((row) => ({ at, row })))
    }
    const sorted = found.sort((a, b) => compareMessageKeys(a.row.key, b.row.key))
    const page = after === undefined ? sorted.slice(-limit) : sorted.slice(0, limit)
    return Promise.all(
      page.map(async ({ at, row }) => messageView(contactId, await this.#withOutbox(at, row)))
    )
  }

  /** The messages of these rows, in their order; those that are not there any more are left out. */
  async messagesOf(keys: readonly string[]): Promise<readonly Message[]> {
    const rows = await this.rows(keys.map((key) => ({ key })))
    return Promise.all(
      rows.map(async (row) => {
        const message = await this.#withOutbox(contactOfKey(row.key), row)
        return messageView(this.#shownContact(row.key), message)
      })
    )
  }

  /** Received messages of one contact or of all, in the order of their conversations. */
  async received(options: {
    readonly contactId?: ContactId
    readonly isUnreadOnly?: boolean
    readonly limit?: number
  }): Promise<readonly Message[]> {
    const { limit = 10_000, isUnreadOnly = false } = options
    const { machine } = this.#driver
    const all = machine?.contacts().filter(({ standing }) => standing !== 'replaced') ?? []
    const asked =
      options.contactId === undefined
        ? all.map(({ contactId }) => contactId).sort()
        : [options.contactId]
    const found: Message[] = []
    for (const contactId of asked.flatMap((one) => chainOf(machine, one).toReversed())) {
      for await (const messages of this.#receivedPages(isUnreadOnly, keysUnder(contactId))) {
        found.push(...messages)
        if (found.length >= limit) {
          return found.slice(0, limit)
        }
      }
    }
    return found
  }

  /** A page of what came, in the order in which it came: all of it is read for that. */
  async arrivals(options: ArrivalOptions): Promise<readonly Message[]> {
    const page = new ArrivalPage(options)
    for await (const messages of this.#receivedPages(options.isUnreadOnly === true, ALL_KEYS)) {
      for (const message of messages) {
        page.add(message)
      }
    }
    return page.messages()
  }

  async *#receivedPages(
    isUnreadOnly: boolean,
    bounds: { readonly from: string; readonly to: string }
  ): AsyncGenerator<readonly Message[]> {
    for await (const rows of rowPages(this.#driver, {
      table: isUnreadOnly ? 'unread' : 'message',
      ...bounds,
      limit: PAGE
    })) {
      const stored = isUnreadOnly ? await this.rows(rows) : rows
      yield stored
        .map((row) => ({ row, message: readMessage(row) }))
        .filter(({ message }) => ['received', 'unreadable', 'missing'].includes(message.kind))
        .map(({ row, message }) => messageView(this.#shownContact(row.key), message))
    }
  }

  async countUnread(contactId: ContactId): Promise<number> {
    let count = 0
    for (const at of chainOf(this.#driver.machine, contactId)) {
      for await (const rows of rowPages(this.#driver, {
        table: 'unread',
        ...keysUnder(at),
        limit: PAGE
      })) {
        count += rows.length
      }
    }
    return count
  }

  #shownContact(key: string): ContactId {
    return presentOf(this.#driver.machine, contactOfKey(key))
  }

  /** What `SealpostClient.upkeep` tells. */
  async upkeep({
    bundleMadeAtMs
  }: PeerMachine): Promise<{ readonly queuedCount: number; readonly prekeysMadeAtMs: number }> {
    return { queuedCount: await this.#countQueued(), prekeysMadeAtMs: bundleMadeAtMs }
  }

  async #countQueued(): Promise<number> {
    const keys = new Set<string>()
    for await (const rows of rowPages(this.#driver, {
      table: 'outbox',
      ...ALL_KEYS,
      limit: PAGE
    })) {
      for (const { value } of rows) {
        keys.add(messageKeyOfOutbox(value))
      }
    }
    keys.delete('')
    let count = 0
    for (const row of await this.rows([...keys].map((key) => ({ key })))) {
      const message = await this.#withOutbox(contactOfKey(row.key), row)
      count += stateOf(message) === 'queued' ? 1 : 0
    }
    return count
  }

  /** The rows of messages, as far as there are any. */
  async rows(wanted: readonly { readonly key: string }[]): Promise<readonly Row[]> {
    const { values } = await this.#driver.read(wanted.map(({ key }) => ({ table: 'message', key })))
    return wanted.flatMap(({ key }, index) => {
      const value = values[index]
      return value === undefined ? [] : [{ key, value }]
    })
  }

  /** What is known of an own message that waits for receipts stands in its outbox rows. */
  async #withOutbox(contactId: ContactId, row: Row): Promise<StoredMessage> {
    const message = readMessage(row)
    const devices = this.#driver.machine?.devices(contactId) ?? []
    // Where there is one device, its row is gone once the message is delivered.
    const isSettled = message.deliveredAtMs !== undefined && devices.length < 2
    if (message.kind !== 'sent' || isSettled || devices.length === 0) {
      return message
    }
    const keys = devices.map((device): RowKey => {
      return { table: 'outbox', key: outboxKey(contactId, device, message.sentNumber) }
    })
    return readMessage(row, (await this.#driver.read(keys)).values)
  }
}
