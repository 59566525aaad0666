/**
 * Messages that a contact took back after they had arrived, or before: the text goes, and the number counts as held, so that no
 * gap is left where it never came.
 *
 * ```
 *   withdrawal arrives --> noted, its number held --> its message's row read --> text gone, note gone
 * ```
 * The note is in the batch of the withdrawal: a crash before the text is gone repeats the rest.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  type DeviceNumber,
  DEVICES_MAX,
  type MessageId
} from '@sealpost/protocol'
import { MessageKind, MessageRowSchema, WithdrawalRowSchema } from '@sealpost/protocol/home'
import type { MessageWords } from '../conversation/message-words.ts'
import { withdrawRow } from '../conversation/message-rows.ts'
import {
  contactOfKey,
  deviceOfKey,
  numberOfOutboxKey,
  outboxKey,
  receivedIndexKey
} from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { Row } from '../tables.ts'
import type { ProgressTable } from './progress.ts'

export class Withdrawals {
  readonly #kernel: PeerKernel
  readonly #progress: ProgressTable
  readonly #words: MessageWords

  constructor(kernel: PeerKernel, progress: ProgressTable, words: MessageWords) {
    this.#kernel = kernel
    this.#progress = progress
    this.#words = words
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows.filter((row) => deviceOfKey(row.key) <= DEVICES_MAX)) {
      const { messageId } = fromBinary(WithdrawalRowSchema, value)
      this.#kernel.setTimer(`withdrawal ${key}`, 0, () => {
        this.#erase(key, messageId as MessageId)
      })
    }
  }

  /** A device took one of its own messages back. */
  take(
    contactId: ContactId,
    device: DeviceNumber,
    withdrawn: { readonly messageId: MessageId; readonly number: number }
  ): void {
    const { messageId, number } = withdrawn
    const progress = this.#progress.get(contactId, device)
    if (progress.held.canAdd(number)) {
      progress.held.add(number, progress.held.orderOfNext(number) ?? progress.lastOrderMs)
      progress.revision += 1
      this.#progress.save(contactId, device)
    }
    const key = outboxKey(contactId, device, number)
    const row = create(WithdrawalRowSchema, { messageId })
    this.#kernel.write('withdrawal', key, toBinary(WithdrawalRowSchema, row))
    this.#erase(key, messageId)
  }

  #erase(key: string, messageId: MessageId): void {
    const index = { table: 'message-index' as const, key: receivedIndexKey(messageId) }
    this.#kernel.read({ keys: [index] }, ({ values: [found] }) => {
      if (found === undefined) {
        // Should another device send it in this one's place, it is known, and not shown.
        this.#kernel.write('message-index', index.key, new Uint8Array(0))
        // Nor is there anything left that could be said about it.
        this.#words.arrived(messageId, false)
      }
      const messageKey = found === undefined ? '' : bytesToUtf8(found)
      const keys = [{ table: 'message' as const, key: messageKey }]
      this.#kernel.read({ keys }, ({ values: [value] }) => {
        this.#kernel.erase('withdrawal', key)
        if (value !== undefined && contactOfKey(messageKey) === contactOfKey(key)) {
          this.#eraseText(key, messageKey, value)
        }
      })
    })
  }

  /** One that another device of the contact sent may be taken back by the device that took its place. */
  #eraseText(key: string, messageKey: string, value: Uint8Array): void {
    const row = fromBinary(MessageRowSchema, value)
    const isOther = row.device === deviceOfKey(key) && row.number !== numberOfOutboxKey(key)
    if (row.kind !== MessageKind.RECEIVED || isOther || row.withdrawnAtMs !== 0) {
      return
    }
    withdrawRow(row, this.#kernel.atMs)
    const changed = toBinary(MessageRowSchema, row)
    this.#kernel.write('message', messageKey, changed)
    this.#kernel.erase('unread', messageKey)
    this.#kernel.erase('star', messageKey)
    this.#kernel.notify({
      type: 'message-changed',
      contactId: contactOfKey(messageKey),
      row: { key: messageKey, value: changed }
    })
  }
}
