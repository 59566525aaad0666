/**
 * What is said between this home and its contacts: what was encrypted goes into the outbox, what was decrypted into the
 * conversation, and words that are for this home rather than its person to whom they concern.
 */
import type { ContactId, ContentBody, DeviceNumber } from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { Inbox } from '../delivery/inbox.ts'
import type { OutboxItem } from '../delivery/outbox-item.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Recalls } from '../delivery/recalls.ts'
import type { SeenCiphertexts } from '../delivery/seen-ciphertexts.ts'
import { tellTick } from '../delivery/ticks.ts'
import type { Withdrawals } from '../delivery/withdrawals.ts'
import type { ContactDevices } from './contact-devices.ts'
import type { Contact, Contacts } from './contacts.ts'
import type { PeerInput, Submission } from './effects.ts'
import type { FirstContact } from './first-contact.ts'
import type { PeerKernel } from './kernel.ts'
import type { OwnAccount } from './own-account.ts'
import { submitMessage, submitReceipt } from './submissions.ts'

export interface ConversationsParts {
  readonly kernel: PeerKernel
  readonly account: OwnAccount
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly progress: ProgressTable
  readonly outbox: Outbox
  readonly inbox: Inbox
  readonly recalls: Recalls
  readonly withdrawals: Withdrawals
  readonly seen: SeenCiphertexts
  readonly ownAddresses: OwnAddresses
  readonly firstContact: FirstContact
}

export class Conversations {
  readonly #parts: ConversationsParts

  constructor(parts: ConversationsParts) {
    this.#parts = parts
  }

  /** Takes what was encrypted for the devices of a contact. */
  submit(given: Submission): void {
    const { contactId, content } = given
    const contact = this.#parts.contacts.get(contactId)
    if (contact === undefined) {
      return
    }
    // A device may have left while its ciphertext was made.
    const devices = this.#parts.contacts.devices(contact)
    const parts = given.parts.filter(({ device }) => devices.includes(device))
    const submission = { ...given, parts }
    if (content.number === 0) {
      submitReceipt(this.#parts.kernel, this.#parts.outbox, submission)
    } else {
      const theirOrderMs = this.#parts.progress.lastOrderMs(contactId)
      const home = {
        kernel: this.#parts.kernel,
        outbox: this.#parts.outbox,
        account: this.#parts.account.now
      }
      const changed = submitMessage(home, contact, theirOrderMs, submission)
      this.#parts.contacts.put(changed)
      if (contact.owesAnswer && !changed.owesAnswer) {
        this.#parts.firstContact.answered(contactId)
      }
      this.#parts.ownAddresses.toldIn(contactId, content)
      if (content.body.type === 'withdrawal') {
        this.#parts.recalls.begin(contactId, content.body)
      }
    }
    this.#parts.inbox.receiptTold(contactId, parts)
  }

  /** Takes what was opened and decrypted. */
  received(input: Extract<PeerInput, { type: 'received' }>): void {
    const { contactId, device, content, origin } = input
    this.#parts.inbox.ack(origin)
    this.#parts.seen.add(origin)
    const known = this.#parts.contacts.get(contactId)
    if (known === undefined || !this.#parts.devices.isAllowed(known, device, content)) {
      return
    }
    this.#parts.devices.takeFrom(contactId, content)
    const contact = this.#parts.contacts.get(contactId)
    if (contact === undefined) {
      return
    }
    const isNew =
      content.number === 0 ||
      this.#parts.inbox.take(contactId, device, content, contact.lastOrderMs)
    this.#parts.outbox.heard(contactId, device)
    for (const word of content.progress) {
      if (word.device === this.#parts.account.now.device) {
        this.#parts.outbox.progressed(contactId, device, word, contact.nextNumber - 1)
        this.#parts.ownAddresses.progressed(contactId, device, word)
      }
    }
    if (isNew) {
      this.#receivedWord(contact, device, content.body)
    }
  }

  /** What of a content is not for the person but for this home. */
  #receivedWord(contact: Contact, device: DeviceNumber, body: ContentBody): void {
    if (body.type === 'accept') {
      this.#parts.firstContact.answerReceived(contact, device, body)
    } else if (body.type === 'link-used') {
      this.#parts.firstContact.answerReceived(contact, device, 'link-used')
    } else if (body.type === 'withdrawal') {
      this.#parts.withdrawals.take(contact.contactId, device, body)
    } else if (body.type === 'address-update' && body.address?.device === device) {
      // A device speaks of its own address only.
      this.#parts.devices.setAddress(contact.contactId, body.address, false)
    }
  }

  /** A contact has other devices than a moment ago. */
  devicesChanged(
    contactId: ContactId,
    added: readonly DeviceNumber[],
    removed: readonly DeviceNumber[]
  ): void {
    for (const device of removed) {
      this.#parts.devices.forget(contactId, device)
    }
    const lastNumber = (this.#parts.contacts.get(contactId)?.nextNumber ?? 1) - 1
    for (const device of added) {
      this.#parts.outbox.open(contactId, device, lastNumber, undefined)
    }
    if (removed.length > 0) {
      this.#parts.ownAddresses.deviceRemoved(contactId)
    }
  }

  /** Takes the word that an envelope held nothing to read. */
  discarded({
    contactId,
    device,
    origin,
    reason
  }: Extract<PeerInput, { type: 'discarded' }>): void {
    this.#parts.inbox.ack(origin)
    const contact = contactId === undefined ? undefined : this.#parts.contacts.get(contactId)
    const isListed =
      device !== undefined &&
      contact !== undefined &&
      this.#parts.contacts.devices(contact).includes(device)
    if (!isListed) {
      return
    }
    if (reason === 'unreadable') {
      this.#parts.seen.add(origin)
      this.#parts.inbox.unreadable(contact.contactId, device, contact.lastOrderMs)
    } else if (reason === 'duplicate') {
      this.#parts.inbox.duplicate(contact.contactId, device)
    }
  }

  /** A relay has stored one of our messages for a device. */
  stored(contactId: ContactId, device: DeviceNumber, item: OutboxItem, isTick: boolean): void {
    const { messageId, replicas } = item
    if (messageId === undefined) {
      return
    }
    const relayCount = replicas.length
    this.#parts.kernel.notify({ type: 'replica-stored', contactId, messageId, relayCount })
    if (isTick) {
      const others = this.#devicesOf(contactId).filter((other) => other !== device)
      tellTick(this.#parts.kernel, contactId, device, others, item)
    }
  }

  #devicesOf(contactId: ContactId): readonly DeviceNumber[] {
    const contact = this.#parts.contacts.get(contactId)
    return contact === undefined ? [] : this.#parts.contacts.devices(contact)
  }
}
