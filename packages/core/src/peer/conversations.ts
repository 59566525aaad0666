/** What a conversation makes of its contact's devices, and of what relays say they store of it. */
import type { ContactId, DeviceNumber } from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { Inbox } from '../delivery/inbox.ts'
import type { OutboxItem } from '../delivery/outbox-item.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Repairs } from '../delivery/repairs.ts'
import { tellTick } from '../delivery/ticks.ts'
import type { ContactDevices } from './contact-devices.ts'
import type { Contacts } from './contacts.ts'
import type { PeerKernel } from './kernel.ts'

export interface ConversationsParts {
  readonly kernel: PeerKernel
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly progress: ProgressTable
  readonly repairs: Repairs
  readonly ownAddresses: OwnAddresses
}

export class Conversations {
  readonly #parts: ConversationsParts

  constructor(parts: ConversationsParts) {
    this.#parts = parts
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
    this.#parts.repairs.added(contactId, added)
    if (removed.length > 0) {
      this.#parts.ownAddresses.deviceRemoved(contactId)
    }
  }

  /** A relay has stored one of our messages for a device. */
  stored(contactId: ContactId, device: DeviceNumber, item: OutboxItem, isTick: boolean): void {
    const { messageId, replicas } = item
    if (messageId === undefined || this.#parts.contacts.get(contactId)?.standing === 'self') {
      return
    }
    const relayCount = replicas.length
    this.#parts.kernel.notify({ type: 'replica-stored', contactId, messageId, relayCount })
    if (isTick) {
      const others = this.#devicesOf(contactId).filter((other) => other !== device)
      tellTick(this.#parts.kernel, contactId, device, others, item)
    }
  }

  /** Whether a device of the contact that can be reached will soon be told what is held of it. */
  isReceiptDue(contactId: ContactId): boolean {
    const { inbox, outbox, progress } = this.#parts
    const owed = progress.owedBy(contactId)
    const isReached = this.#devicesOf(contactId).some((device) => {
      return owed.includes(device) && outbox.address(contactId, device) !== undefined
    })
    return isReached && inbox.isReceiptDue(contactId)
  }

  #devicesOf(contactId: ContactId): readonly DeviceNumber[] {
    const contact = this.#parts.contacts.get(contactId)
    return contact === undefined ? [] : this.#parts.contacts.devices(contact)
  }
}
