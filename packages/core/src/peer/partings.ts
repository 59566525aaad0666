/**
 * Who is forgotten as if they had never been: with whom nothing came to be.
 *
 * ```
 *   pending --decline-request--> forgotten
 *   failed  --forget-failed----> forgotten, and the mailboxes that were made for them destroyed
 * ```
 */
import type { ContactId, IdentityKey } from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { Claims } from '../link/claims.ts'
import type { ContactDevices } from './contact-devices.ts'
import type { Contact, Contacts } from './contacts.ts'
import type { PeerKernel } from './kernel.ts'
import { sessionKey } from './keys.ts'
import type { Requests } from './requests.ts'

export interface PartingsParts {
  readonly kernel: PeerKernel
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly ownAddresses: OwnAddresses
  readonly claims: Claims
  readonly requests: Requests
  /** The account's other devices are to know. */
  readonly onLeft: (identityKey: IdentityKey, changedAtMs: number) => void
}

export class Partings {
  readonly #parts: PartingsParts

  constructor(parts: PartingsParts) {
    this.#parts = parts
  }

  /** The person declined who asked. */
  decline(contactId: ContactId): void {
    const contact = this.#parts.contacts.get(contactId)
    if (contact?.standing === 'pending') {
      this.#parts.requests.decline(contactId)
      this.#parts.onLeft(contact.identityKey, contact.changedAtMs)
    }
  }

  /** The person gave up whoever's link led nowhere. */
  leaveFailed(contactId: ContactId): void {
    const contact = this.#parts.contacts.get(contactId)
    if (contact?.standing === 'failed') {
      this.#forgetFailed(contact)
      if (contact.identityKey !== '') {
        this.#parts.onLeft(contact.identityKey, contact.changedAtMs)
      }
    }
  }

  /** The person did either on another device. */
  heard(contactId: ContactId): void {
    const { contacts, requests } = this.#parts
    const contact = contacts.get(contactId)
    if (contact?.standing === 'pending') {
      requests.decline(contactId)
    } else if (contact?.standing === 'failed') {
      this.#forgetFailed(contact)
    }
  }

  #forgetFailed(contact: Contact): void {
    const { claims, kernel, ownAddresses } = this.#parts
    const { contactId } = contact
    claims.abandon(contactId)
    ownAddresses.destroy(contactId)
    this.forget(contact)
    kernel.notify({ type: 'contact-changed', contactId })
  }

  /** Erases what is held of somebody, but for what was said. */
  forget(contact: Contact): void {
    const { contacts, devices, kernel } = this.#parts
    const { contactId } = contact
    for (const device of contacts.devices(contact)) {
      devices.forget(contactId, device)
      kernel.erase('session', sessionKey(contact.identityKey, device))
    }
    kernel.cancelAlarm(`forget ${contactId}`)
    kernel.cancelTimer(`answer ${contactId}`)
    contacts.remove(contactId)
  }
}
