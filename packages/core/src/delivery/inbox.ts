/**
 * What arrives: numbered contents become rows once, in their sender's order; every envelope is acknowledged once what became
 * of it is in the same batch; receipts are owed until they are told.
 *
 * One numbered content:
 * ```
 *   arrived --number held--> duplicate --+
 *      |                                 +--> acknowledged, receipt owed --told--> done
 *      +--not held--> written, shown ----+
 * ```
 */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  ACKS_MAX,
  type ContactId,
  type Content,
  type DeviceNumber,
  type EnvelopeId,
  type FormerName,
  type MailboxId,
  type NodeKey,
  type TextContent,
  utf8ToBytes
} from '@sealpost/protocol'
import { MessageKind, type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import { textFields } from '../conversation/message-rows.ts'
import type { DirectOrigin } from '../direct/direct-contract.ts'
import type { EnvelopeOrigin, RelayOrigin } from '../peer/effects.ts'
import { deviceKey, messageKey, receivedIndexKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { ProgressTable } from './progress.ts'

/** Acks of one mailbox gather for so long, so that a burst is acknowledged in few frames. */
const ACK_GATHER_MS = 2
/** Half the credit of a stream: acknowledged at once, so that delivery never waits for the timer. */
const ACK_COUNT = 32
/** A receipt waits so long for more to tell. */
const RECEIPT_GATHER_MS = 40
/** A receipt that could not be composed is tried again after so long. */
const RECEIPT_RETRY_MS = 30_000
/** A replica of what was taken before is no sign of a lost receipt for so long after one was told: relays are not equally fast. */
const RECEIPT_FRESH_MS = 60_000
/** A receipt that may have been lost is not urgent. */
const RECEIPT_AGAIN_MS = 1_000

/** A row of `unread` says all by being there. */
const UNREAD: Uint8Array = Uint8Array.of(1)

/** What is said about a deposit on a direct stream. */
export interface DirectAnswers {
  readonly ack: (origin: DirectOrigin) => void
  readonly deny: (origin: DirectOrigin) => void
}

export interface InboxRules {
  /** Whether nothing is said to a contact. */
  readonly isMute: (contactId: ContactId) => boolean
  /** A message that was read on another own device by then is about to be written. @returns whether its time is over. */
  readonly isOver: (messageKey: string, row: MessageRow, readAtMs: number) => boolean
}

export class Inbox {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #progress: ProgressTable
  readonly #acks = new Map<
    string,
    { readonly relay: NodeKey; readonly mailboxId: MailboxId; ids: EnvelopeId[] }
  >()
  /** How often receipts were asked for since one was last told. */
  readonly #asked = new Map<ContactId, number>()
  /** When one was last told, in steady time, as keys of `deviceKey`. */
  readonly #toldAtMs = new Map<string, number>()
  readonly #direct: DirectAnswers
  readonly #rules: InboxRules

  constructor(
    kernel: PeerKernel,
    book: RelayBook,
    progress: ProgressTable,
    direct: DirectAnswers,
    rules: InboxRules
  ) {
    this.#kernel = kernel
    this.#book = book
    this.#progress = progress
    this.#direct = direct
    this.#rules = rules
  }

  /** Whether a number of a device is held already. */
  isHeld(contactId: ContactId, device: DeviceNumber, number: number): boolean {
    return this.#progress.get(contactId, device).held.has(number)
  }

  /**
   * Takes a numbered content.
   *
   * @param ownOrderMs where our own last message stands: what is shown already stays above.
   * @param former what it was when a device that is lost sent it, and whether it came from that.
   * @returns whether it is new; a duplicate is owed a receipt again, since the last one may be lost.
   */
  take(
    contactId: ContactId,
    device: DeviceNumber,
    content: Content,
    ownOrderMs: number,
    former: { readonly name?: FormerName | undefined; readonly isHere?: boolean | undefined } = {}
  ): boolean {
    const progress = this.#progress.get(contactId, device)
    const isNew = progress.held.canAdd(content.number)
    if (isNew) {
      const gapMs = this.#fillGap(contactId, former.name)
      const orderMs =
        gapMs ??
        progress.held.orderOfNext(content.number) ??
        this.#nextOrderMs(contactId, device, ownOrderMs)
      progress.held.add(content.number, orderMs)
      progress.lastOrderMs = Math.max(progress.lastOrderMs, orderMs)
      const said = former.isHere === true ? undefined : saidBy(content)
      if (said !== undefined) {
        // In a gap it stands among those of the device that left it, and so under its name.
        const name = gapMs === undefined ? undefined : former.name
        this.#writeMessage(contactId, name ?? { device, number: content.number }, content, {
          said,
          orderMs,
          readAtMs: content.number <= progress.markedUpTo ? progress.markedAtMs : undefined
        })
      }
    }
    progress.revision += 1
    this.#progress.save(contactId, device)
    this.oweReceipt(contactId, RECEIPT_GATHER_MS)
    return isNew
  }

  /** A ciphertext came that was decrypted before: its sender may have missed the receipt. */
  duplicate(contactId: ContactId, device: DeviceNumber): void {
    const progress = this.#progress.get(contactId, device)
    const toldAtMs = this.#toldAtMs.get(deviceKey(contactId, device))
    const isFresh = toldAtMs !== undefined && this.#kernel.steadyMs - toldAtMs < RECEIPT_FRESH_MS
    if (progress.held.last === 0 || isFresh) {
      return
    }
    if (progress.revision === progress.receiptedRevision) {
      progress.revision += 1
      this.#progress.save(contactId, device)
    }
    this.oweReceipt(contactId, RECEIPT_AGAIN_MS)
  }

  /** Has a device told once more what is held of it, whether or not that is news. */
  tellAgain(contactId: ContactId, device: DeviceNumber): void {
    const progress = this.#progress.get(contactId, device)
    if (progress.revision === progress.receiptedRevision) {
      progress.revision += 1
      this.#progress.save(contactId, device)
    }
    this.oweReceipt(contactId, RECEIPT_GATHER_MS)
  }

  /**
   * Notes that something for this conversation could not be read; `ownOrderMs` as in `take`.
   *
   * @returns the key of the row that says so.
   */
  unreadable(contactId: ContactId, device: DeviceNumber, ownOrderMs: number): string {
    const orderMs = this.#nextOrderMs(contactId, device, ownOrderMs)
    const key = messageKey(contactId, orderMs, { device, isOwn: false }, 0)
    const row = create(MessageRowSchema, {
      kind: MessageKind.UNREADABLE,
      device,
      sentAtMs: this.#kernel.atMs,
      storedAtMs: this.#kernel.atMs
    })
    this.#writeUnread(contactId, key, row)
    return key
  }

  /** Notes that a message was shown: it is unread no more, and the sender may learn of it. */
  shown(contactId: ContactId, device: DeviceNumber, number: number, key: string): void {
    this.#kernel.erase('unread', key)
    const progress = this.#progress.get(contactId, device)
    const upTo = Math.min(number, progress.held.upTo)
    if (upTo > progress.readUpTo) {
      progress.readUpTo = upTo
      progress.revision += 1
      this.#progress.save(contactId, device)
      this.oweReceipt(contactId, RECEIPT_GATHER_MS)
    }
  }

  /** Has a receipt composed before long, for all devices of the contact that are owed one. */
  oweReceipt(contactId: ContactId, inMs: number): void {
    const name = `receipt ${contactId}`
    if (
      this.#rules.isMute(contactId) ||
      (this.#kernel.timerInMs(name) ?? Number.POSITIVE_INFINITY) <= inMs
    ) {
      return
    }
    this.#kernel.setTimer(name, inMs, () => {
      if (this.#progress.owedBy(contactId).length > 0) {
        this.#asked.set(contactId, (this.#asked.get(contactId) ?? 0) + 1)
        this.#kernel.emit({ type: 'compose-receipt', contactId })
        this.oweReceipt(contactId, RECEIPT_RETRY_MS)
      }
    })
  }

  /** Whether a receipt for a contact will soon be told; not where composing it has failed. */
  isReceiptDue(contactId: ContactId): boolean {
    return this.#kernel.hasTimer(`receipt ${contactId}`) && (this.#asked.get(contactId) ?? 0) < 2
  }

  /** Something that tells devices our progress as of these revisions is on its way, durably. */
  receiptTold(
    contactId: ContactId,
    told: readonly { readonly device: DeviceNumber; readonly revision: number }[]
  ): void {
    for (const { device, revision } of told) {
      const progress = this.#progress.get(contactId, device)
      if (revision > progress.receiptedRevision) {
        progress.receiptedRevision = revision
        this.#progress.save(contactId, device)
      }
      this.#toldAtMs.set(deviceKey(contactId, device), this.#kernel.steadyMs)
    }
    this.#asked.delete(contactId)
    this.#kernel.cancelTimer(`receipt ${contactId}`)
    if (this.#progress.owedBy(contactId).length > 0) {
      this.oweReceipt(contactId, RECEIPT_GATHER_MS)
    }
  }

  /** Forgets a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    this.#toldAtMs.delete(deviceKey(contactId, device))
    if (this.#progress.owedBy(contactId).length === 0) {
      this.#asked.delete(contactId)
      this.#kernel.cancelTimer(`receipt ${contactId}`)
    }
  }

  /** Has an envelope taken away that is for nobody here. Who deposited it directly is told so. */
  drop(origin: EnvelopeOrigin): void {
    if ('stream' in origin) {
      this.#direct.deny(origin)
    } else {
      this.ack(origin)
    }
  }

  /** Acknowledges an envelope. It leaves after the batch of the input at hand. */
  ack(origin: EnvelopeOrigin): void {
    if ('stream' in origin) {
      this.#direct.ack(origin)
    } else {
      this.#ackAtRelay(origin)
    }
  }

  #ackAtRelay({ relay, mailboxId, envelopeId }: RelayOrigin): void {
    const name = `ack ${relay} ${mailboxId}`
    let gathered = this.#acks.get(name)
    if (gathered === undefined) {
      gathered = { relay, mailboxId, ids: [] }
      this.#acks.set(name, gathered)
    }
    gathered.ids.push(envelopeId)
    if (gathered.ids.length >= ACK_COUNT) {
      this.#sendAcks(name)
    } else if (!this.#kernel.hasTimer(name)) {
      this.#kernel.setTimer(name, ACK_GATHER_MS, () => {
        this.#sendAcks(name)
      })
    }
  }

  /** Whether acknowledgements wait to be sent. */
  get isGathering(): boolean {
    return this.#acks.size > 0
  }

  /** A relay delivers again what was not acknowledged on a connection that is gone. */
  lost(relay: NodeKey): void {
    for (const [name, gathered] of this.#acks) {
      if (gathered.relay === relay) {
        this.#acks.delete(name)
        this.#kernel.cancelTimer(name)
      }
    }
  }

  /** Below all that is shown already; `ownOrderMs` as in `take`. */
  #nextOrderMs(contactId: ContactId, device: DeviceNumber, ownOrderMs: number): number {
    const theirsMs = this.#progress.nextOrderMs(contactId, device)
    return Math.max(this.#kernel.atMs, theirsMs, ownOrderMs + 1)
  }

  #sendAcks(name: string): void {
    const gathered = this.#acks.get(name)
    this.#acks.delete(name)
    this.#kernel.cancelTimer(name)
    if (gathered === undefined) {
      return
    }
    const envelopeIds = gathered.ids.slice(0, ACKS_MAX)
    // An ack that is lost is made again when the envelope is delivered again.
    this.#book
      .get(gathered.relay)
      ?.request({ type: 'ack', mailboxId: gathered.mailboxId, envelopeIds }, () => undefined)
  }

  /** Where a message goes that fills a gap; undefined for one that does not. */
  #fillGap(contactId: ContactId, name: FormerName | undefined): number | undefined {
    return name && this.#progress.fillGap(contactId, name.device, name.number)
  }

  #writeMessage(
    contactId: ContactId,
    { device, number }: FormerName,
    { messageId, sentAtMs }: Content,
    shown: {
      readonly said: Said
      readonly orderMs: number
      readonly readAtMs: number | undefined
    }
  ): void {
    const { said, orderMs, readAtMs } = shown
    const key = messageKey(contactId, orderMs, { device, isOwn: false }, number)
    const row = create(MessageRowSchema, {
      kind: MessageKind.RECEIVED,
      messageId: messageId ?? '',
      device,
      number,
      ...textFields(said),
      sentAtMs,
      storedAtMs: this.#kernel.atMs
    })
    if (messageId !== undefined) {
      this.#kernel.write('message-index', receivedIndexKey(messageId), utf8ToBytes(key))
    }
    if (readAtMs === undefined || !this.#rules.isOver(key, row, readAtMs)) {
      this.#writeUnread(contactId, key, row, readAtMs !== undefined)
    }
  }

  #writeUnread(contactId: ContactId, key: string, row: MessageRow, isRead = false): void {
    const value = toBinary(MessageRowSchema, row)
    this.#kernel.write('message', key, value)
    if (!isRead) {
      this.#kernel.write('unread', key, UNREAD)
    }
    this.#kernel.notify({ type: 'message-received', contactId, row: { key, value } })
  }
}

/** What is shown as a message. */
type Said = Pick<TextContent, 'text' | 'reply' | 'isForwarded' | 'fadeAfterS'>

/** What of a content is shown as a message. */
function saidBy(content: Content): Said | undefined {
  switch (content.body.type) {
    case 'text':
      return content.body
    case 'request':
      return content.body.text === '' ? undefined : { text: content.body.text }
    default:
      return undefined
  }
}
