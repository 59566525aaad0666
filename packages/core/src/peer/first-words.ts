/**
 * What a person says as they ask somebody: it travels in the request, which no outbox holds, and is a message of the conversation like
 * any other to whoever said it.
 *
 * ```
 *   request composed --> row, queued --a relay has it--> on-relay --accept--> delivered
 * ```
 * A request that leads nowhere leaves the row: whoever knows us some other way lacks that number, asks for it, and is given it.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  type MessageId,
  type RequestId,
  utf8ToBytes
} from '@sealpost/protocol'
import { MessageKind, type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Account } from './account.ts'
import type { Contacts } from './contacts.ts'
import type { PeerKernel } from './kernel.ts'
import { messageKey, numberIndexKey, ownIndexKey } from './keys.ts'

/** A request is the first message of its conversation. */
export const REQUEST_NUMBER = 1

export interface FirstWordsParts {
  readonly kernel: PeerKernel
  readonly account: () => Account
  readonly contacts: Contacts
  readonly progress: ProgressTable
}

/** What was said, and the request that holds it. */
export interface SaidInRequest {
  readonly requestId: RequestId
  readonly text: string
  readonly sentAtMs: number
}

export class FirstWords {
  readonly #parts: FirstWordsParts

  constructor(parts: FirstWordsParts) {
    this.#parts = parts
  }

  /** The request was composed, for the first time. */
  said(contactId: ContactId, { requestId, text, sentAtMs }: SaidInRequest): void {
    const { account, contacts, kernel, progress } = this.#parts
    const contact = contacts.get(contactId)
    if (contact === undefined || text === '') {
      return
    }
    const { device } = account()
    const orderMs = Math.max(kernel.atMs, contact.lastOrderMs, progress.lastOrderMs(contactId))
    const key = messageKey(contactId, orderMs, { device, isOwn: true }, REQUEST_NUMBER)
    // It has the name of its request, whoever reads it and however often.
    const messageId = requestId as string as MessageId
    const row = create(MessageRowSchema, {
      kind: MessageKind.SENT,
      messageId,
      device,
      number: REQUEST_NUMBER,
      text,
      sentAtMs,
      storedAtMs: kernel.atMs
    })
    const value = toBinary(MessageRowSchema, row)
    kernel.write('message', key, value)
    kernel.write('message-index', ownIndexKey(messageId), utf8ToBytes(key))
    kernel.write('message-index', numberIndexKey(contactId, REQUEST_NUMBER), utf8ToBytes(key))
    contacts.change(contactId, { lastOrderMs: orderMs })
    kernel.notify({ type: 'message-changed', contactId, row: { key, value } })
  }

  /** A relay has the request. */
  stored(contactId: ContactId, requestId: RequestId): void {
    this.#change(contactId, requestId, 'on-relay', (row) => {
      const isNews = row.onRelayAtMs === 0
      row.onRelayAtMs ||= this.#parts.kernel.atMs
      return isNews
    })
  }

  /** Whoever was asked has answered, and so has read the request. */
  answered(contactId: ContactId, requestId: RequestId): void {
    this.#change(contactId, requestId, 'delivered', (row) => {
      const isNews = row.deliveredAtMs === 0
      row.deliveredAtMs ||= this.#parts.kernel.atMs
      return isNews
    })
  }

  #change(
    contactId: ContactId,
    requestId: RequestId,
    state: 'on-relay' | 'delivered',
    change: (row: MessageRow) => boolean
  ): void {
    const { kernel } = this.#parts
    const messageId = requestId as string as MessageId
    // By its name: where a contact of before is asked again, their first number is of something else.
    const index = { table: 'message-index' as const, key: ownIndexKey(messageId) }
    kernel.read({ keys: [index] }, ({ values: [found] }) => {
      if (found === undefined) {
        return
      }
      const key = bytesToUtf8(found)
      kernel.read({ keys: [{ table: 'message', key }] }, ({ values: [value] }) => {
        const row = value === undefined ? undefined : fromBinary(MessageRowSchema, value)
        if (row !== undefined && change(row)) {
          kernel.write('message', key, toBinary(MessageRowSchema, row))
          kernel.notify({ type: 'message-state', contactId, messageId, state })
        }
      })
    })
  }
}
