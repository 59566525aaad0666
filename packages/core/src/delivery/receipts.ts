/**
 * What devices say they hold of our messages. Their outbox rows go, and the messages' rows learn what became of them.
 *
 * Worked off in pages, each one transaction: what a device was said to hold is only remembered once its rows are gone, so
 * that a crash between two pages leaves none behind.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  type DeviceNumber,
  type MessageId,
  type Progress
} from '@sealpost/protocol'
import { type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import { numberIndexKey, numberOfOutboxKey, outboxKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RowKey } from '../tables.ts'
import { OutboxItem } from './outbox-item.ts'
import type { ProgressTable } from './progress.ts'

const PAGE = 64

type Erased = (contactId: ContactId, device: DeviceNumber, numbers: readonly number[]) => void

export class Receipts {
  readonly #kernel: PeerKernel
  readonly #progress: ProgressTable
  readonly #erased: Erased

  constructor(kernel: PeerKernel, progress: ProgressTable, erased: Erased) {
    this.#kernel = kernel
    this.#progress = progress
    this.#erased = erased
  }

  /** Takes a device's word; `lastNumber` is our last, beyond which it can hold nothing. */
  take(contactId: ContactId, device: DeviceNumber, word: Progress, lastNumber: number): void {
    const progress = this.#progress.get(contactId, device)
    const upTo = Math.min(word.deliveredUpTo, lastNumber)
    const last = Math.min(Math.max(upTo, word.deliveredBeyond.at(-1)?.last ?? 0), lastNumber)
    const readUpTo = Math.min(word.readUpTo, upTo)
    if (last > progress.theirsDeliveredUpTo) {
      this.#deliveredFrom(
        contactId,
        device,
        { ...word, deliveredUpTo: upTo },
        progress.theirsDeliveredUpTo + 1,
        last
      )
    }
    if (readUpTo > progress.theirsReadUpTo) {
      this.#readFrom(contactId, device, progress.theirsReadUpTo + 1, readUpTo)
    }
  }

  #deliveredFrom(
    contactId: ContactId,
    device: DeviceNumber,
    word: Progress,
    first: number,
    last: number
  ): void {
    const range = {
      table: 'outbox' as const,
      from: outboxKey(contactId, device, first),
      to: outboxKey(contactId, device, last + 1),
      limit: PAGE
    }
    this.#kernel.read({ range }, ({ rows, isEnd }) => {
      const reached = isEnd ? last : numberOfOutboxKey(rows.at(-1)?.key ?? '')
      const items = rows
        .map(({ value }) => OutboxItem.ofRow(value))
        .filter(({ number }) => isHeld(word, number))
      const keys = items
        .filter(({ messageKey }) => messageKey !== '')
        .map(({ messageKey }): RowKey => ({ table: 'message', key: messageKey }))
      this.#kernel.read({ keys }, ({ values }) => {
        this.#delivered(contactId, device, items, keys, values)
        const progress = this.#progress.get(contactId, device)
        const heldUpTo = Math.min(reached, word.deliveredUpTo)
        if (heldUpTo > progress.theirsDeliveredUpTo) {
          progress.theirsDeliveredUpTo = heldUpTo
          this.#progress.save(contactId, device)
        }
        this.#erased(
          contactId,
          device,
          items.map(({ number }) => number)
        )
        if (reached < last) {
          this.#deliveredFrom(contactId, device, word, reached + 1, last)
        }
      })
    })
  }

  #delivered(
    contactId: ContactId,
    device: DeviceNumber,
    items: readonly OutboxItem[],
    keys: readonly RowKey[],
    values: readonly (Uint8Array | undefined)[]
  ): void {
    const byKey = new Map(items.map((item) => [item.messageKey, item]))
    for (const [index, { key }] of keys.entries()) {
      const value = values[index]
      const item = byKey.get(key)
      if (value === undefined || item === undefined) {
        continue
      }
      const row = fromBinary(MessageRowSchema, value)
      if (row.deliveredAtMs === 0) {
        row.replicas = [...item.replicas]
        row.onRelayAtMs = item.onRelayAtMs
        row.deliveredAtMs = this.#kernel.atMs
        this.#write(contactId, key, row, 'delivered')
      }
    }
    for (const { number } of items) {
      this.#kernel.erase('outbox', outboxKey(contactId, device, number))
    }
  }

  #readFrom(contactId: ContactId, device: DeviceNumber, first: number, last: number): void {
    const reached = Math.min(last, first + PAGE - 1)
    const indexKeys = Array.from({ length: reached - first + 1 }, (_, at): RowKey => {
      return { table: 'message-index', key: numberIndexKey(contactId, device, first + at) }
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

function isHeld(word: Progress, number: number): boolean {
  return (
    number <= word.deliveredUpTo ||
    word.deliveredBeyond.some(({ first, last }) => first <= number && number <= last)
  )
}
