/**
 * What comes through a contact's mailbox, opened and decrypted: who said it is checked, then each part of the machine takes what is
 * its own.
 *
 * ```
 *   received --sender allowed--> its list, its message, its receipts, its words for this home
 *   discarded --unreadable--> shown as such     --duplicate--> receipt owed again     --foreign--> nothing
 * ```
 * Either way the envelope is acknowledged; who deposited a foreign one directly is told so.
 */
import type { Content, DeviceNumber } from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { Inbox } from '../delivery/inbox.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { Repairs } from '../delivery/repairs.ts'
import type { SeenCiphertexts } from '../delivery/seen-ciphertexts.ts'
import type { Withdrawals } from '../delivery/withdrawals.ts'
import type { Direct } from '../direct/direct.ts'
import type { MessageWords } from '../conversation/message-words.ts'
import type { Timers } from '../conversation/timers.ts'
import type { OwnWords } from '../device/own-words.ts'
import type { Account } from './account.ts'
import type { ContactDevices } from './contact-devices.ts'
import { type Contact, type Contacts, isMute } from './contacts.ts'
import type { PeerInput } from './effects.ts'
import type { FirstContact } from './first-contact.ts'
import { skipHeld } from './held-numbers.ts'
import type { RelayBook } from './relay-book.ts'

export interface ReceptionParts {
  readonly account: () => Account
  readonly book: RelayBook
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly repairs: Repairs
  readonly ownAddresses: OwnAddresses
  readonly seen: SeenCiphertexts
  readonly firstContact: FirstContact
  readonly withdrawals: Withdrawals
  readonly direct: Direct
  readonly ownWords: OwnWords
  readonly words: MessageWords
  readonly timers: Timers
}

export class Reception {
  readonly #parts: ReceptionParts

  constructor(parts: ReceptionParts) {
    this.#parts = parts
  }

  received(input: Extract<PeerInput, { type: 'received' }>): void {
    const { account, contacts, devices, direct, inbox, outbox, ownAddresses } = this.#parts
    const { ownWords, repairs, seen } = this.#parts
    const { contactId, device, content, origin } = input
    inbox.ack(origin)
    seen.add(origin)
    if (!devices.isAllowed(contactId, device, content)) {
      return
    }
    if (devices.isLate(contactId, device, content)) {
      ownWords.takeLate(device, input.own)
      return
    }
    devices.takeFrom(contactId, content)
    const contact = contacts.get(contactId)
    if (contact === undefined) {
      return
    }
    // Of a device that is there nobody else speaks.
    const isLost =
      content.was !== undefined && !contacts.devices(contact).includes(content.was.device)
    const former = { name: isLost ? content.was : undefined, isHere: input.isHere }
    const isHeld = content.number > 0 && inbox.isHeld(contactId, device, content.number)
    const isNew =
      content.number === 0 || inbox.take(contactId, device, content, contact.lastOrderMs, former)
    outbox.heard(contactId, device)
    let isProgress = false
    const isOlder = repairs.isOlder(contactId, content.progress)
    for (const word of content.progress) {
      const isOurs = word.device === account().device
      // What is held of another life of this home says nothing of what was said in this one.
      if (isOurs && !isOlder && !repairs.isSayingAnew(contactId)) {
        isProgress = outbox.progressed(contactId, device, word, contact.nextNumber - 1)
        ownAddresses.progressed(contactId, device, word)
        if (skipHeld(contacts, contactId, word)) {
          ownWords.fellBehind()
        }
      }
      ownWords.progressed(contact, device, word)
    }
    if (contact.standing === 'self') {
      ownWords.take(contactId, device, content, { own: input.own, isNew })
    } else {
      this.#heardAddress(contact, device, content)
      if (isNew) {
        this.#heard(contact, device, content)
      }
    }
    repairs.read(contactId, device, content, { isNew, isProgress })
    if (isOlder) {
      repairs.fellBehind(contactId, content.progress, input.unheard ?? [])
    }
    if (isHeld && input.isHere === false && content.body.type === 'text') {
      // Another one has its number: the device is an older one than it was, and is to give it one that is free.
      repairs.unreadable(contact, device, origin, false)
    }
    // Who was accepted by this very content may have a path from now on.
    direct.received({ contactId, device }, content, 'stream' in origin ? origin : undefined)
  }

  /** What came through a request box. */
  requestReceived(input: Extract<PeerInput, { type: 'request-received' }>): void {
    const { firstContact, inbox, seen, words } = this.#parts
    inbox.ack(input.origin)
    seen.add(input.origin)
    firstContact.requestReceived(input)
    words.arrived(input.content.messageId, false)
  }

  discarded(input: Extract<PeerInput, { type: 'discarded' }>): void {
    const { contacts, inbox, repairs, seen } = this.#parts
    const { contactId, device, origin, reason } = input
    if (reason === 'foreign') {
      inbox.drop(origin)
      return
    }
    inbox.ack(origin)
    const contact = contactId === undefined ? undefined : contacts.get(contactId)
    if (contact === undefined || device === undefined || isMute(contact)) {
      return
    }
    if (!contacts.devices(contact).includes(device)) {
      return
    }
    if (reason === 'unreadable') {
      seen.add(origin)
      repairs.unreadable(contact, device, origin, input.isSessionLost === true)
    } else if (reason === 'duplicate') {
      inbox.duplicate(contact.contactId, device)
    }
  }

  /** What of a content is not for the person but for this home. */
  #heard(contact: Contact, device: DeviceNumber, content: Content): void {
    const { book, contacts, firstContact, timers, withdrawals, words } = this.#parts
    const { contactId } = contact
    const { body, messageId, number, sentAtMs } = content
    if (body.type === 'accept') {
      firstContact.answerReceived(contact, device, body)
    } else if (body.type === 'link-used') {
      firstContact.answerReceived(contact, device, 'link-used')
    } else if (body.type === 'withdrawal') {
      withdrawals.take(contactId, device, body)
    } else if (body.type === 'edit' || body.type === 'reaction') {
      words.take({ contactId, isOwn: false, device, number, sentAtMs }, body)
    } else if (body.type === 'timer') {
      timers.take(contactId, body, false)
    } else if (body.type === 'text') {
      words.arrived(messageId, false)
      contacts.said(contactId, sentAtMs, book.networkTimeMs())
    }
  }

  /**
   * A device speaks of its own address only. What it is is told by its version, and not by a number that a copy of the device may have
   * given to something else.
   */
  #heardAddress({ contactId }: Contact, device: DeviceNumber, { body }: Content): void {
    if (body.type === 'address-update' && body.address?.device === device) {
      this.#parts.devices.setAddress(contactId, body.address, false)
    }
  }
}
