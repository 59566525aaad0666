/**
 * Messages that another own device sent: they stand in the conversation as ours, and what the contact says it holds of that device's
 * messages is shown on them.
 *
 * ```
 *   sent-copy --not here--> row, as far delivered as the contact has said      word about a sibling --> rows it concerns
 *             --here------> nothing
 *   edit, reaction --> message-words.ts
 *   withdrawal --here--> text gone    --not here--> noted until the copy comes (withdrawn-copies.ts)
 * ```
 * Such a word is written down before it is shown, page by page: it does not come again. Rows are looked for up to the highest number
 * that is here and no further, whatever the contact claims.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  type DeviceNumber,
  type MessageId,
  type Progress,
  type TextContent,
  utf8ToBytes
} from '@sealpost/protocol'
import { MessageKind, type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import { textFields, withdrawRow } from '../conversation/message-rows.ts'
import type { MessageWords } from '../conversation/message-words.ts'
import type { Timers } from '../conversation/timers.ts'
import { type DeviceProgress, type ProgressTable, siblingRow } from '../delivery/progress.ts'
import type { Contacts } from '../peer/contacts.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { contactOfKey, deviceKey, messageKey, ownIndexKey, siblingIndexKey } from '../peer/keys.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { Row, RowKey } from '../tables.ts'
import type { Sync } from './sync.ts'
import type { WithdrawnCopies } from './withdrawn-copies.ts'
import type { ReceivedCopy } from './device-contract.ts'

/** Rows that a word concerns, in one transaction. */
const PAGE = 64

export interface CopiesParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly contacts: Contacts
  readonly progress: ProgressTable
  readonly sync: Sync
  readonly withdrawn: WithdrawnCopies
  readonly words: MessageWords
  readonly timers: Timers
}

export class Copies {
  readonly #parts: CopiesParts
  /** Of whose messages to whom something is shown, as keys of `deviceKey`. */
  readonly #running = new Set<string>()

  constructor(parts: CopiesParts) {
    this.#parts = parts
  }

  /** Takes a copy that `device` sent. */
  take(device: DeviceNumber, { identityKey, content, message }: ReceivedCopy): void {
    const contact = this.#parts.sync.states.contactFor(identityKey)
    const { body, messageId, number } = content
    if (contact === undefined || messageId === undefined) {
      return
    }
    const { contactId } = contact
    if (body.type === 'withdrawal' && message === undefined) {
      this.#parts.withdrawn.note(contactId, device, body.number)
    } else if (body.type === 'withdrawal' && message !== undefined) {
      this.#withdraw(contactId, message)
    } else if (body.type === 'text' && message === undefined) {
      this.#write(contactId, device, {
        number,
        messageId,
        body,
        sentAtMs: content.sentAtMs
      })
      this.#parts.words.arrived(messageId, true)
    } else if (body.type === 'timer') {
      this.#parts.timers.take(contactId, body, true)
    } else if (body.type === 'edit' || body.type === 'reaction') {
      const { sentAtMs } = content
      this.#parts.words.take({ contactId, isOwn: true, device, number, sentAtMs }, body)
    }
  }

  #write(
    contactId: ContactId,
    device: DeviceNumber,
    said: {
      readonly number: number
      readonly messageId: MessageId
      readonly body: TextContent
      readonly sentAtMs: number
    }
  ): void {
    const { book, contacts, kernel, progress, withdrawn, words } = this.#parts
    const { messageId, number, sentAtMs } = said
    const withdrawnAtMs = withdrawn.take(contactId, device, number)
    const lastOrderMs = contacts.get(contactId)?.lastOrderMs ?? 0
    const orderMs = Math.max(kernel.atMs, lastOrderMs + 1, progress.lastOrderMs(contactId) + 1)
    const key = messageKey(contactId, orderMs, { device, isOwn: true }, number)
    const told = progress.get(contactId, siblingRow(device))
    const row = create(MessageRowSchema, {
      kind: MessageKind.SENT,
      messageId,
      device,
      number,
      ...(withdrawnAtMs === undefined ? textFields(said.body) : {}),
      sentAtMs,
      withdrawnAtMs: withdrawnAtMs ?? 0,
      storedAtMs: kernel.atMs,
      deliveredAtMs: number <= told.toldDeliveredUpTo ? kernel.atMs : 0,
      readAtMs: number <= told.toldReadUpTo ? kernel.atMs : 0,
      isCopy: true
    })
    const sinceMs = kernel.atMs - Math.max(0, book.networkTimeMs() - sentAtMs)
    // One whose time is over counts as one that was here.
    if (words.fading.begin(key, row, sinceMs) !== 'over') {
      const value = toBinary(MessageRowSchema, row)
      kernel.write('message', key, value)
      kernel.notify({ type: 'message-received', contactId, row: { key, value } })
    }
    kernel.write('message-index', ownIndexKey(messageId), utf8ToBytes(key))
    kernel.write('message-index', siblingIndexKey(contactId, device, number), utf8ToBytes(key))
    told.lastCopyNumber = Math.max(told.lastCopyNumber, number)
    progress.save(contactId, siblingRow(device))
    contacts.change(contactId, { lastOrderMs: orderMs })
  }

  /** Whichever own device it is that wrote it: one may send on what another wrote. */
  #withdraw(contactId: ContactId, message: Row): void {
    const row = fromBinary(MessageRowSchema, message.value)
    const isOurs = row.kind === MessageKind.SENT && contactOfKey(message.key) === contactId
    if (!isOurs || row.withdrawnAtMs !== 0) {
      return
    }
    const { kernel } = this.#parts
    withdrawRow(row, kernel.atMs)
    const value = toBinary(MessageRowSchema, row)
    kernel.write('message', message.key, value)
    kernel.erase('star', message.key)
    kernel.notify({ type: 'message-changed', contactId, row: { key: message.key, value } })
  }

  /** A contact's device said what it holds of a sibling's messages. */
  progressed(contactId: ContactId, word: Progress): void {
    const known = this.#parts.progress.get(contactId, siblingRow(word.device))
    const { toldDeliveredUpTo, toldReadUpTo } = known
    if (word.deliveredUpTo > toldDeliveredUpTo || word.readUpTo > toldReadUpTo) {
      known.toldDeliveredUpTo = Math.max(word.deliveredUpTo, toldDeliveredUpTo)
      known.toldReadUpTo = Math.max(word.readUpTo, toldReadUpTo)
      this.#parts.progress.save(contactId, siblingRow(word.device))
      this.#begin(contactId, word.device)
    }
  }

  /** Goes on with what a crash left of the words that were taken. */
  resume(): void {
    const { contacts, kernel, progress } = this.#parts
    kernel.setTimer('what contacts say of copies', 0, () => {
      for (const { contactId, device } of progress.siblings()) {
        if (contacts.get(contactId) !== undefined) {
          this.#begin(contactId, device)
        }
      }
    })
  }

  #begin(contactId: ContactId, device: DeviceNumber): void {
    const name = deviceKey(contactId, device)
    if (!this.#running.has(name)) {
      this.#running.add(name)
      this.#show(name, contactId, device)
    }
  }

  /** Shows the next page of what was told, until nothing is left: a copy that comes later is written as far delivered as it is. */
  #show(name: string, contactId: ContactId, device: DeviceNumber): void {
    const { kernel, progress } = this.#parts
    const known = progress.get(contactId, siblingRow(device))
    const { theirsDeliveredUpTo, theirsReadUpTo } = known
    const deliveredUpTo = Math.min(known.toldDeliveredUpTo, known.lastCopyNumber)
    const readUpTo = Math.min(known.toldReadUpTo, known.lastCopyNumber)
    const wanted = Math.max(deliveredUpTo, readUpTo)
    const first =
      1 +
      Math.min(
        readUpTo > theirsReadUpTo ? theirsReadUpTo : wanted,
        deliveredUpTo > theirsDeliveredUpTo ? theirsDeliveredUpTo : wanted
      )
    if (first > wanted) {
      this.#running.delete(name)
      return
    }
    const last = Math.min(wanted, first + PAGE - 1)
    const indexes = Array.from({ length: last - first + 1 }, (_, at): RowKey => {
      return { table: 'message-index', key: siblingIndexKey(contactId, device, first + at) }
    })
    kernel.read({ keys: indexes }, ({ values: found }) => {
      const keys = found
        .filter((value) => value !== undefined)
        .map((value): RowKey => ({ table: 'message', key: bytesToUtf8(value) }))
      kernel.read({ keys }, ({ values }) => {
        for (const [index, { key }] of keys.entries()) {
          const value = values[index]
          if (value !== undefined) {
            this.#tell(contactId, key, fromBinary(MessageRowSchema, value), known)
          }
        }
        known.theirsDeliveredUpTo = Math.max(theirsDeliveredUpTo, Math.min(last, deliveredUpTo))
        known.theirsReadUpTo = Math.max(theirsReadUpTo, Math.min(last, readUpTo))
        progress.save(contactId, siblingRow(device))
        this.#show(name, contactId, device)
      })
    })
  }

  #tell(contactId: ContactId, key: string, row: MessageRow, told: DeviceProgress): void {
    const { kernel } = this.#parts
    const isDelivered = row.deliveredAtMs === 0 && row.number <= told.toldDeliveredUpTo
    const isRead = row.readAtMs === 0 && row.number <= told.toldReadUpTo
    if (isDelivered || isRead) {
      row.deliveredAtMs = row.deliveredAtMs === 0 ? kernel.atMs : row.deliveredAtMs
      row.readAtMs = isRead ? kernel.atMs : row.readAtMs
      kernel.write('message', key, toBinary(MessageRowSchema, row))
      kernel.notify({
        type: 'message-state',
        contactId,
        messageId: row.messageId as MessageId,
        state: isRead ? 'read' : 'delivered'
      })
    }
  }
}
