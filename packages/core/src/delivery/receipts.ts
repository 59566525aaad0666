/**
 * What devices say they hold of our messages. Their outbox rows go, and the messages' rows learn what became of them.
 *
 * ```
 *   word --> ranges of numbers --> page of outbox rows --> their messages --> rows erased, messages delivered --> next page
 * ```
 * Worked off in pages, each one transaction: what a device holds counts once its rows are gone. What it said is written down with
 * the word itself, which does not come again, so that a crash between two pages leaves none behind.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  type DeviceNumber,
  type MessageId,
  type NumberRange,
  type Progress
} from '@sealpost/protocol'
import { type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import { deviceKey, keysUnder, numberIndexKey, numberOfOutboxKey, outboxKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { sentNumberOf } from '../peer/messages.ts'
import type { RowKey } from '../tables.ts'
import { hasNumber, joinRanges } from './number-ranges.ts'
import { earlierOf, isEarlierTick, OutboxItem } from './outbox-item.ts'
import type { ProgressTable } from './progress.ts'

/** Rows of one transaction. */
const PAGE = 64

export interface ReceiptsEvents {
  /** Their rows are gone. */
  readonly erased: (contactId: ContactId, device: DeviceNumber, numbers: readonly number[]) => void
  /** Whether a number may have left since this process began. */
  readonly mayHaveLeft: (contactId: ContactId, device: DeviceNumber, number: number) => boolean
}

/** What one word makes to do. */
interface Job {
  readonly contactId: ContactId
  readonly device: DeviceNumber
  /** Numbers that are held beyond the first gap. */
  readonly beyond: readonly NumberRange[]
  /** What is left of them, and before them what is held up to the first gap. */
  readonly ranges: readonly (NumberRange & { readonly isBeyond: boolean })[]
}

export class Receipts {
  readonly #kernel: PeerKernel
  readonly #progress: ProgressTable
  readonly #events: ReceiptsEvents
  /** What lay beyond the first gap of the last word that was worked off, as keys of `deviceKey`: each word repeats it. */
  readonly #beyond = new Map<string, readonly NumberRange[]>()

  /** What devices said they hold, of which not all rows may be gone yet; as keys of `deviceKey`. */
  readonly #claimed = new Map<string, readonly NumberRange[]>()

  constructor(kernel: PeerKernel, progress: ProgressTable, events: ReceiptsEvents) {
    this.#kernel = kernel
    this.#progress = progress
    this.#events = events
  }

  /** Takes a device's word; `lastNumber` is our last, beyond which it can hold nothing. @returns whether it holds more than it said before. */
  take(contactId: ContactId, device: DeviceNumber, word: Progress, lastNumber: number): boolean {
    const { theirsDeliveredUpTo, theirsReadUpTo } = this.#progress.get(contactId, device)
    const upTo = Math.min(word.deliveredUpTo, lastNumber)
    const readUpTo = Math.min(word.readUpTo, upTo)
    const beyond = word.deliveredBeyond
      .filter(({ first }) => first <= lastNumber)
      .map(({ first, last }) => ({ first, last: Math.min(last, lastNumber) }))
    const known = this.#beyond.get(deviceKey(contactId, device)) ?? []
    const ranges = [
      { first: theirsDeliveredUpTo + 1, last: upTo, isBeyond: false },
      ...beyond.map((range) => ({ ...without(range, known), isBeyond: true }))
    ].filter(({ first, last }) => first <= last)
    this.#note(contactId, device, upTo, readUpTo)
    if (ranges.length > 0) {
      const key = deviceKey(contactId, device)
      const claimed = [{ first: 1, last: upTo }, ...beyond]
      this.#claimed.set(key, joinRanges(this.#claimed.get(key) ?? [], claimed))
      this.#delivered({ contactId, device, beyond, ranges })
    }
    if (readUpTo > theirsReadUpTo) {
      this.#readFrom(contactId, device, theirsReadUpTo + 1, readUpTo)
    }
    return ranges.length > 0
  }

  /**
   * A device took a number from a relay. What it had said of it, and what looked as if nothing of it had left this home, since a crash
   * hid the answers of relays, counts from here on: it does not say so again.
   */
  fetched(contactId: ContactId, device: DeviceNumber, number: number): void {
    const { theirsDeliveredUpTo, toldDeliveredUpTo } = this.#progress.get(contactId, device)
    if (theirsDeliveredUpTo < number && number <= toldDeliveredUpTo) {
      const beyond = this.#beyond.get(deviceKey(contactId, device)) ?? []
      const range = { first: theirsDeliveredUpTo + 1, last: toldDeliveredUpTo, isBeyond: false }
      this.#delivered({ contactId, device, beyond, ranges: [range] })
    }
  }

  /** Goes on with what a crash left of the words that were taken. */
  resume(): void {
    for (const { contactId, device } of this.#progress.all()) {
      const progress = this.#progress.get(contactId, device)
      const { theirsDeliveredUpTo, theirsReadUpTo, toldDeliveredUpTo, toldReadUpTo } = progress
      if (toldDeliveredUpTo > theirsDeliveredUpTo) {
        const range = { first: theirsDeliveredUpTo + 1, last: toldDeliveredUpTo, isBeyond: false }
        this.#claimed.set(deviceKey(contactId, device), [{ first: 1, last: toldDeliveredUpTo }])
        this.#delivered({ contactId, device, beyond: [], ranges: [range] })
      }
      if (toldReadUpTo > theirsReadUpTo) {
        this.#readFrom(contactId, device, theirsReadUpTo + 1, toldReadUpTo)
      }
    }
  }

  #note(contactId: ContactId, device: DeviceNumber, upTo: number, readUpTo: number): void {
    const progress = this.#progress.get(contactId, device)
    if (upTo > progress.toldDeliveredUpTo || readUpTo > progress.toldReadUpTo) {
      progress.toldDeliveredUpTo = Math.max(progress.toldDeliveredUpTo, upTo)
      progress.toldReadUpTo = Math.max(progress.toldReadUpTo, readUpTo)
      this.#progress.save(contactId, device)
    }
  }

  /** Whether a device said that it holds a number: nothing of it may be put back into the outbox. */
  isClaimed(contactId: ContactId, device: DeviceNumber, number: number): boolean {
    const claimed = this.#claimed.get(deviceKey(contactId, device)) ?? []
    const { theirsDeliveredUpTo } = this.#progress.get(contactId, device)
    return number <= theirsDeliveredUpTo || hasNumber(claimed, number)
  }

  /** A device seems to have lost what it held from a number on: its word counts anew. Saved with what else that changes. */
  doubt(contactId: ContactId, device: DeviceNumber, first: number): void {
    const key = deviceKey(contactId, device)
    const progress = this.#progress.get(contactId, device)
    progress.theirsDeliveredUpTo = Math.min(progress.theirsDeliveredUpTo, first - 1)
    progress.toldDeliveredUpTo = Math.min(progress.toldDeliveredUpTo, first - 1)
    const before = [{ first: 1, last: progress.theirsDeliveredUpTo }]
    this.#claimed.set(key, joinRanges(before, []))
    this.#beyond.delete(key)
  }

  /** Forgets a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    this.#beyond.delete(deviceKey(contactId, device))
    this.#claimed.delete(deviceKey(contactId, device))
  }

  /** Erases all rows of a device that left, page by page; the messages keep what relays had answered. */
  leave(contactId: ContactId, device: DeviceNumber, then: () => void): void {
    const bounds = keysUnder(deviceKey(contactId, device))
    this.#kernel.read({ range: { table: 'outbox', ...bounds, limit: PAGE } }, (records) => {
      const items = records.rows.map(({ value }) => OutboxItem.ofRow(value))
      this.#withMessages(items, (keys, values) => {
        this.#tell(contactId, items, keys, values, false)
        this.#erase(contactId, device, items)
        if (records.isEnd) {
          then()
        } else {
          this.leave(contactId, device, then)
        }
      })
    })
  }

  /** Works off the first page of the first range that is left. */
  #delivered(job: Job): void {
    const { contactId, device } = job
    const [current, ...others] = job.ranges
    if (current === undefined) {
      this.#beyond.set(deviceKey(contactId, device), job.beyond)
      return
    }
    const range = {
      table: 'outbox' as const,
      from: outboxKey(contactId, device, current.first),
      to: outboxKey(contactId, device, current.last + 1),
      limit: PAGE
    }
    this.#kernel.read({ range }, ({ rows, isEnd }) => {
      const lastRow = rows.at(-1)
      const items = rows.map(({ value }) => OutboxItem.ofRow(value))
      const unsent = items.find((item) => this.#isUnsent(job, item))
      if (unsent !== undefined) {
        this.#delivered(upToUnsent(job, unsent.number))
        return
      }
      const reached = isEnd || lastRow === undefined ? current.last : numberOfOutboxKey(lastRow.key)
      const left = reached < current.last ? [{ ...current, first: reached + 1 }, ...others] : others
      this.#withMessages(items, (keys, values) => {
        this.#tell(contactId, items, keys, values, true)
        this.#erase(contactId, device, items)
        if (!current.isBeyond) {
          this.#remember(contactId, device, reached)
        }
        this.#delivered({ ...job, ranges: left })
      })
    })
  }

  /**
   * Whether no relay can have it, nor the device: what that holds under the number came of another life of this home. It goes out, and
   * the device says what becomes of it.
   */
  #isUnsent({ contactId, device }: Job, item: OutboxItem): boolean {
    const isKnown = item.onRelayAtMs !== 0 || item.directAtMs !== 0 || item.replicas.length > 0
    return !isKnown && !this.#events.mayHaveLeft(contactId, device, item.number)
  }

  /** Reads the messages' rows of what is shown. */
  #withMessages(
    items: readonly OutboxItem[],
    then: (keys: readonly RowKey[], values: readonly (Uint8Array | undefined)[]) => void
  ): void {
    const keys = items
      .filter(({ messageKey }) => messageKey !== '')
      .map(({ messageKey }): RowKey => ({ table: 'message', key: messageKey }))
    if (keys.length === 0) {
      then([], [])
    } else {
      this.#kernel.read({ keys }, ({ values }) => {
        then(keys, values)
      })
    }
  }

  /**
   * The messages' rows learn it. Of several devices the first one to have a message makes it delivered, and the one whose relays
   * answered first made the tick.
   */
  #tell(
    contactId: ContactId,
    items: readonly OutboxItem[],
    keys: readonly RowKey[],
    values: readonly (Uint8Array | undefined)[],
    isDelivered: boolean
  ): void {
    const byKey = new Map(items.map((item) => [item.messageKey, item]))
    for (const [index, { key }] of keys.entries()) {
      const value = values[index]
      const item = byKey.get(key)
      if (value === undefined || item === undefined) {
        continue
      }
      const row = fromBinary(MessageRowSchema, value)
      if (sentNumberOf(row) !== item.number) {
        // It is said anew under another number.
        continue
      }
      const directAtMs = earlierOf(item.directAtMs, row.directAtMs)
      const isEarlier = isEarlierTick(item, row)
      const isTick = isEarlier || directAtMs !== row.directAtMs
      row.directAtMs = directAtMs
      if (isEarlier) {
        row.replicas = item.shownReplicas
        row.onRelayAtMs = item.onRelayAtMs
      }
      if (isDelivered) {
        row.ciphertextHashes = [...row.ciphertextHashes, item.ciphertextHash]
      }
      if (isDelivered && row.deliveredAtMs === 0) {
        row.deliveredAtMs = this.#kernel.atMs
        this.#write(contactId, key, row, 'delivered')
      } else if (isDelivered || isTick) {
        this.#kernel.write('message', key, toBinary(MessageRowSchema, row))
      }
    }
  }

  #erase(contactId: ContactId, device: DeviceNumber, items: readonly OutboxItem[]): void {
    const numbers = items.map(({ number }) => number)
    for (const number of numbers) {
      this.#kernel.erase('outbox', outboxKey(contactId, device, number))
    }
    this.#events.erased(contactId, device, numbers)
  }

  #remember(contactId: ContactId, device: DeviceNumber, upTo: number): void {
    const progress = this.#progress.get(contactId, device)
    if (upTo > progress.theirsDeliveredUpTo) {
      progress.theirsDeliveredUpTo = upTo
      this.#progress.save(contactId, device)
      this.#events.erased(contactId, device, [])
    }
  }

  #readFrom(contactId: ContactId, device: DeviceNumber, first: number, last: number): void {
    const reached = Math.min(last, first + PAGE - 1)
    const indexKeys = Array.from({ length: reached - first + 1 }, (_, at): RowKey => {
      return { table: 'message-index', key: numberIndexKey(contactId, first + at) }
    })
    this.#kernel.read({ keys: indexKeys }, ({ values: found }) => {
      const keys = found
        .filter((value) => value !== undefined)
        .map((value): RowKey => ({ table: 'message', key: bytesToUtf8(value) }))
      this.#kernel.read({ keys }, ({ values }) => {
        for (const [index, { key }] of keys.entries()) {
          const value = values[index]
          const row = value === undefined ? undefined : fromBinary(MessageRowSchema, value)
          if (row?.readAtMs === 0) {
            row.readAtMs = this.#kernel.atMs
            this.#write(contactId, key, row, 'read')
          }
        }
        const progress = this.#progress.get(contactId, device)
        progress.theirsReadUpTo = Math.max(progress.theirsReadUpTo, reached)
        this.#progress.save(contactId, device)
        if (reached < last) {
          this.#readFrom(contactId, device, reached + 1, last)
        }
      })
    })
  }

  #write(contactId: ContactId, key: string, row: MessageRow, state: 'delivered' | 'read'): void {
    this.#kernel.write('message', key, toBinary(MessageRowSchema, row))
    this.#kernel.notify({
      type: 'message-state',
      contactId,
      messageId: row.messageId as MessageId,
      state
    })
  }
}

/** What is left of a job where its present range counts up to a number only: the rest once it was fetched, or with the next word. */
function upToUnsent(job: Job, number: number): Job {
  const beyond = job.beyond.filter(({ first, last }) => number < first || last < number)
  const [current, ...others] = job.ranges
  const isEmpty = current === undefined || current.first === number
  return {
    ...job,
    beyond,
    ranges: isEmpty ? others : [{ ...current, last: number - 1 }, ...others]
  }
}

/** What of a range was not told before: most words repeat the last one, or make its last range longer. */
function without(range: NumberRange, known: readonly NumberRange[]): NumberRange {
  const before = known.find(({ first, last }) => first <= range.first && range.first <= last)
  return before === undefined ? range : { first: before.last + 1, last: range.last }
}
