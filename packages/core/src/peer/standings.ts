/**
 * What this person decided about a contact: blocked, verified, the same person under another identity.
 *
 * ```
 *   accepted, failed, pending --block--> blocked --unblock--> as before, at mailboxes and in a session that are made anew
 *   requested ------------------block------^  `-- unblock --> failed
 * ```
 * Blocking destroys their mailboxes at every relay, drops what was on its way to them, and drops what they ask. Nothing of it is
 * told to them.
 */
import type { ContactId } from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Claims } from '../link/claims.ts'
import type { ContactDevices } from './contact-devices.ts'
import type { Contacts } from './contacts.ts'
import { writeNotice } from './conversation-notice.ts'
import { joinShelves } from '../conversation/shelves.ts'
import { isLaterTimer } from '../conversation/timers.ts'
import type { PeerKernel } from './kernel.ts'

export interface StandingsParts {
  readonly kernel: PeerKernel
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly progress: ProgressTable
  readonly ownAddresses: OwnAddresses
  readonly claims: Claims
}

export class Standings {
  readonly #parts: StandingsParts

  constructor(parts: StandingsParts) {
    this.#parts = parts
  }

  block(contactId: ContactId): void {
    const contact = this.#parts.contacts.get(contactId)
    switch (contact?.standing) {
      case 'accepted':
      case 'failed':
      case 'pending':
      case 'requested': {
        const standingBefore = contact.standing === 'requested' ? 'failed' : contact.standing
        this.#leave(contactId, { standing: 'blocked', standingBefore })
        break
      }
      default:
        break
    }
  }

  unblock(contactId: ContactId): void {
    const { contacts, devices, ownAddresses } = this.#parts
    const contact = contacts.get(contactId)
    if (contact?.standing !== 'blocked') {
      return
    }
    const standing = contact.standingBefore ?? 'failed'
    contacts.change(contactId, { standing, standingBefore: undefined })
    if (standing === 'accepted') {
      devices.unmute(contactId)
      this.#reachAnew(contactId)
      ownAddresses.create(contactId)
    }
  }

  /**
   * Until they read where our mailboxes are now, they can tell us nothing, not even that their session is broken, or that they are
   * there at all: so the word of it goes to each of their devices, and begins a session that needs nothing but the device's bundle.
   */
  #reachAnew(contactId: ContactId): void {
    const { contacts, progress } = this.#parts
    const contact = contacts.get(contactId)
    for (const device of contact === undefined ? [] : contacts.devices(contact)) {
      const { repair } = progress.get(contactId, device)
      repair.isSessionBroken = true
      repair.heardAtMs = 0
      progress.save(contactId, device)
    }
  }

  /** The person compared safety numbers, or takes that back. */
  verify(contactId: ContactId, isVerified: boolean): void {
    const { contacts, kernel } = this.#parts
    const contact = contacts.get(contactId)
    if (contact !== undefined) {
      const identityChange = isVerified ? 'none' : contact.identityChange
      contacts.change(contactId, { verifiedAtMs: isVerified ? kernel.atMs : 0, identityChange })
    }
  }

  /** The person has seen that the identity is another. */
  acknowledge(contactId: ContactId): void {
    this.#parts.contacts.change(contactId, { identityChange: 'none' })
  }

  /** Whether the conversation of one contact may go on with another. */
  mayReplace(contactId: ContactId): boolean {
    const standing = this.#parts.contacts.get(contactId)?.standing
    return standing === 'accepted' || standing === 'requested' || standing === 'failed'
  }

  /** The conversation of `before` goes on with `contactId`, who has another identity: loudly. */
  replace(contactId: ContactId, before: ContactId): void {
    const { contacts, kernel, progress } = this.#parts
    const old = contacts.get(before)
    const contact = contacts.get(contactId)
    if (old === undefined || contact === undefined || !this.mayReplace(before)) {
      return
    }
    const wasVerified = old.verifiedAtMs !== 0 || old.identityChange === 'held'
    const oldOrderMs = Math.max(old.lastOrderMs, progress.lastOrderMs(before))
    this.#leave(before, { standing: 'replaced', name: contacts.freeName(`${old.name} before`) })
    contacts.change(contactId, {
      name: old.name,
      replaces: before,
      identityChange: wasVerified ? 'held' : 'unseen',
      timer: isLaterTimer(old.timer, contact.timer) ? old.timer : contact.timer,
      shelf: joinShelves(contact.shelf, old.shelf),
      lastOrderMs: Math.max(contact.lastOrderMs, oldOrderMs)
    })
    const orderMs = Math.max(oldOrderMs, contact.lastOrderMs, progress.lastOrderMs(contactId))
    const device = contact.linkDevice
    writeNotice(kernel, contactId, orderMs, { notice: 'identity-changed', device })
    kernel.notify({ type: 'identity-changed', contactId, wasVerified })
  }

  /** Nothing goes to a contact any more, and nothing can come from them. */
  #leave(
    contactId: ContactId,
    change: Parameters<Contacts['change']>[1] & { readonly standing: 'blocked' | 'replaced' }
  ): void {
    const { claims, contacts, devices, kernel, ownAddresses } = this.#parts
    claims.abandon(contactId)
    ownAddresses.destroy(contactId)
    devices.mute(contactId)
    kernel.cancelTimer(`answer ${contactId}`)
    contacts.change(contactId, { ...change, owesAnswer: false })
  }
}
