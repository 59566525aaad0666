/**
 * How two people come to know each other: the inviter judges requests, the guest follows a link, and both end with an accepted
 * contact, mailboxes for it, and its address.
 *
 * ```
 *   inviter:  request --first, in time--> accepted, mailboxes registered --> accept composed
 *                     --link was used---> refused, told so once -----------> forgotten after a week
 *   guest:    link opened --> requested --accept--> accepted
 *                                       --end-----> failed
 * ```
 */
import {
  type AcceptContent,
  type ContactId,
  contactIds,
  type DeviceNumber,
  type IdentityKey,
  type Invitation
} from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { Inbox } from '../delivery/inbox.ts'
import type { Outbox } from '../delivery/outbox.ts'
import { type ClaimEnd, Claims } from '../link/claims.ts'
import { Invitations } from '../link/invitations.ts'
import type { Account } from './account.ts'
import type { ContactDevices } from './contact-devices.ts'
import { blankContact, type Contact, type Contacts } from './contacts.ts'
import { devicesOf, type KnownDevices, withList } from './device-lists.ts'
import type { PeerInput, PeopleInput, ReceivedRequest } from './effects.ts'
import type { PeerKernel } from './kernel.ts'
import type { RelayBook } from './relay-book.ts'
import type { RelaySession } from './relay-session.ts'

/** Who was refused is forgotten after so long, whether or not they fetched the word of it. */
const REFUSED_KEPT_MS = 7 * 24 * 3_600_000
/** People who are being told that they came too late. Whoever has a used link can pretend to be many. */
const REFUSED_MAX = 32
/** A request is the first message of its conversation. */
const REQUEST_NUMBER = 1
/** An answer that was asked for and did not come is asked for again after so long. */
const ASK_AGAIN_MS = 30_000

export interface FirstContactParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly account: () => Account
  /** 16 bytes that name this start of the client. */
  readonly instance: Uint8Array
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly ownAddresses: OwnAddresses
}

export class FirstContact {
  readonly invitations: Invitations
  readonly claims: Claims
  readonly #parts: FirstContactParts
  /** How often the client was asked for an answer that it has not given. */
  readonly #asked = new Map<ContactId, number>()

  constructor(parts: FirstContactParts) {
    const { kernel, book, account, instance, ownAddresses } = parts
    this.#parts = parts
    this.invitations = new Invitations(kernel, book, account, instance)
    this.claims = new Claims(kernel, book, {
      onClaimed: (contactId, invitation) => {
        this.#claimed(contactId, invitation)
      },
      isRegistered: (contactId) => ownAddresses.isRegistered(contactId),
      onRequested: (contactId) => {
        kernel.notify({ type: 'contact-changed', contactId })
      },
      onEnded: (contactId, end) => {
        this.#claimEnded(contactId, end)
      }
    })
  }

  handle(input: PeopleInput): void {
    const { contacts, ownAddresses } = this.#parts
    switch (input.type) {
      case 'invite':
        this.invitations.create(input.invitation)
        return
      case 'revoke-link':
        this.invitations.revoke(input.invitationId)
        return
      case 'claimables-made':
        this.invitations.claimablesMade(input.invitationId, input.relay, input.claimables)
        return
      case 'open-link':
        this.#openLink(input.contactId, input.link, input.name)
        return
      case 'claimable-opened':
        this.#claimableOpened(input)
        return
      case 'request-composed':
        this.claims.composed(input.contactId, input.ciphertext)
        ownAddresses.told(input.contactId, input.addressVersion, REQUEST_NUMBER)
        return
      case 'rename':
        contacts.change(input.contactId, {
          name: contacts.freeName(input.name, input.contactId)
        })
    }
  }

  /** Goes on where contacts were left: call it once all else is restored. */
  resume(): void {
    const { contacts, kernel } = this.#parts
    for (const contact of contacts.all()) {
      const { contactId, standing, owesAnswer } = contact
      if (standing === 'refused') {
        this.#armForgetting(contact)
      }
      if (owesAnswer) {
        kernel.setTimer(`answer ${contactId}`, 0, () => {
          this.#oweAnswer(contactId)
        })
      }
    }
  }

  ready(session: RelaySession): void {
    this.invitations.ready(session)
    this.claims.ready(session)
  }

  /** Network time may be another than a moment ago. */
  timeChanged(): void {
    this.invitations.timeChanged()
    this.claims.timeChanged()
  }

  /** Mailboxes for a contact are there: an answer or a request that names them may be composed. */
  registered(contactId: ContactId): void {
    this.#oweAnswer(contactId)
    this.claims.compose(contactId)
  }

  /** Whether an answer will soon be composed; not where that has failed. */
  isAnswerDue(contact: Contact): boolean {
    return this.#mayAnswer(contact) && (this.#asked.get(contact.contactId) ?? 0) < 2
  }

  // ---- the inviter's side

  requestReceived(received: ReceivedRequest): void {
    const { contacts } = this.#parts
    const { identityKey, invitationId, content, device, request } = received
    const known = contacts.byIdentity(identityKey)
    this.invitations.wasAsked(invitationId)
    const devices = withList(known ?? listless(device), request.deviceList)
    const isSound =
      request.address.device === device &&
      devices.deviceList !== undefined &&
      devicesOf(devices).includes(device)
    switch (this.invitations.judge(invitationId, identityKey, content.sentAtMs)) {
      case 'accept':
        if (isSound) {
          this.invitations.use(invitationId, identityKey)
          this.#accept(known, received)
        }
        break
      case 'repeat':
        if (known !== undefined && isSound) {
          this.#takeAgain(known, received)
        }
        break
      case 'ask':
      case 'ignore':
        break
      case 'too-late':
        if (known?.standing === 'accepted' || known?.standing === 'requested') {
          if (isSound) {
            this.#takeAgain(known, received)
          }
        } else if (known === undefined && isSound) {
          this.#refuse(received)
        }
    }
  }

  /** They know us already: without it their first number would be missing here for ever. */
  #takeAgain({ contactId, lastOrderMs }: Contact, { device, content }: ReceivedRequest): void {
    const { devices, inbox } = this.#parts
    devices.takeFrom(contactId, content)
    inbox.take(contactId, device, content, lastOrderMs)
  }

  #accept(known: Contact | undefined, received: ReceivedRequest): void {
    const { contacts, devices, kernel, inbox, ownAddresses } = this.#parts
    const { identityKey, device, content, request } = received
    const isRefused = known?.standing === 'refused'
    if (isRefused) {
      this.#forget(known)
    }
    const before = isRefused ? undefined : known
    const contactId = before?.contactId ?? contactIds.fromBytes(kernel.random.bytes(16))
    // Where only our request was written and it led nowhere, the numbers begin anew.
    const isUnwritten = before?.standing === 'failed' && before.nextNumber === 2
    const contact = before ?? {
      ...blankContact(contactId, kernel.atMs, 'accepted'),
      identityKey,
      name: contacts.freeName(request.profile.name)
    }
    contacts.put({
      ...contact,
      profileName: request.profile.name,
      standing: 'accepted',
      linkDevice: device,
      nextNumber: isUnwritten ? 1 : contact.nextNumber,
      owesAnswer: true
    })
    if (before?.standing === 'failed') {
      this.claims.answered(contactId, 'accepted')
    }
    devices.take(contactId, request.deviceList)
    devices.setAddress(contactId, request.address, true)
    inbox.take(contactId, device, content, before?.lastOrderMs ?? 0)
    if (!ownAddresses.has(contactId)) {
      ownAddresses.create(contactId)
    }
    this.#oweAnswer(contactId)
    kernel.notify({ type: 'contact-changed', contactId })
  }

  /** Somebody came too late: they are told once, and forgotten. */
  #refuse({ identityKey, device, request }: ReceivedRequest): void {
    const { contacts, devices, kernel } = this.#parts
    const refused = contacts.all().filter(({ standing }) => standing === 'refused')
    if (refused.length >= REFUSED_MAX) {
      return
    }
    const contactId = contactIds.fromBytes(kernel.random.bytes(16))
    const contact: Contact = {
      ...blankContact(contactId, kernel.atMs, 'refused'),
      identityKey,
      name: `refused ${contactId}`,
      deviceList: request.deviceList,
      linkDevice: device,
      owesAnswer: true
    }
    contacts.put(contact)
    devices.setAddress(contactId, request.address, true)
    this.#armForgetting(contact)
    this.#oweAnswer(contactId)
  }

  #armForgetting(contact: Contact): void {
    const { contacts, kernel } = this.#parts
    const { contactId, createdAtMs } = contact
    kernel.setAlarm(`forget ${contactId}`, createdAtMs + REFUSED_KEPT_MS, () => {
      if (contacts.get(contactId)?.standing === 'refused') {
        this.#forget(contact)
      }
    })
  }

  #forget(contact: Contact): void {
    const { contacts, devices, kernel } = this.#parts
    const { contactId } = contact
    for (const device of contacts.devices(contact)) {
      devices.forget(contactId, device)
    }
    kernel.cancelAlarm(`forget ${contactId}`)
    kernel.cancelTimer(`answer ${contactId}`)
    this.#asked.delete(contactId)
    contacts.remove(contactId)
  }

  /** Whether the word that somebody is accepted, or came too late, is owed and can be composed. */
  #mayAnswer({ contactId, owesAnswer, standing }: Contact): boolean {
    const isReady = standing === 'refused' || this.#parts.ownAddresses.isRegistered(contactId)
    return owesAnswer && isReady
  }

  /** Has that word composed, over and over until it is. */
  #oweAnswer(contactId: ContactId): void {
    const { contacts, kernel } = this.#parts
    const name = `answer ${contactId}`
    const contact = contacts.get(contactId)
    if (contact === undefined || !this.#mayAnswer(contact) || kernel.hasTimer(name)) {
      return
    }
    this.#asked.set(contactId, (this.#asked.get(contactId) ?? 0) + 1)
    const answer = contact.standing === 'refused' ? 'link-used' : 'accept'
    kernel.emit({ type: 'compose-answer', contactId, answer })
    kernel.setTimer(name, ASK_AGAIN_MS, () => {
      this.#oweAnswer(contactId)
    })
  }

  /** The client gave an answer. */
  answered(contactId: ContactId): void {
    this.#asked.delete(contactId)
    this.#parts.kernel.cancelTimer(`answer ${contactId}`)
  }

  // ---- the guest's side

  #openLink(contactId: ContactId, link: Uint8Array, name: string): void {
    const { contacts, kernel } = this.#parts
    contacts.put({
      ...blankContact(contactId, kernel.atMs, 'requested'),
      name: name === '' ? '' : contacts.freeName(name),
      // The request itself is number 1.
      nextNumber: 2
    })
    this.claims.open(contactId, link, name)
  }

  #claimableOpened(input: Extract<PeerInput, { type: 'claimable-opened' }>): void {
    const { contactId, relay, invitation, invitationBytes } = input
    const isKnown = invitation !== undefined && this.#isKnown(contactId, invitation.identityKey)
    this.claims.opened(contactId, relay, invitation, invitationBytes, isKnown)
  }

  #isKnown(contactId: ContactId, identityKey: IdentityKey): boolean {
    const known = this.#parts.contacts.byIdentity(identityKey)
    const isAlive = known?.standing === 'requested' || known?.standing === 'accepted'
    return isAlive && known.contactId !== contactId
  }

  #claimed(contactId: ContactId, { identityKey, profile, device }: Invitation): void {
    const { contacts, outbox, ownAddresses } = this.#parts
    const contact = contacts.get(contactId)
    const known = contact?.name ?? ''
    contacts.change(contactId, {
      identityKey,
      linkDevice: device,
      profileName: profile.name,
      name: known === '' ? contacts.freeName(profile.name, contactId) : known
    })
    ownAddresses.create(contactId)
    outbox.open(contactId, device, 1, undefined)
  }

  #claimEnded(contactId: ContactId, end: ClaimEnd): void {
    const { contacts, kernel } = this.#parts
    // Whoever was accepted on another way stays that.
    if (contacts.get(contactId)?.standing === 'requested') {
      contacts.change(contactId, { standing: 'failed' })
      kernel.notify({ type: 'link-failed', contactId, end })
    }
  }

  /** An inviter's answer, whose device list was taken. Any other's, or a second one, means nothing. */
  answerReceived(contact: Contact, device: DeviceNumber, body: AcceptContent | 'link-used'): void {
    const { contactId } = contact
    if (this.claims.progress(contactId) === undefined) {
      return
    }
    if (body === 'link-used') {
      this.claims.answered(contactId, 'link-used')
      return
    }
    if (body.address.device === device && contact.deviceList !== undefined) {
      const profileName = body.profile.name
      const { contacts, devices } = this.#parts
      contacts.change(contactId, { standing: 'accepted', profileName })
      devices.setAddress(contactId, body.address, false)
      this.claims.answered(contactId, 'accepted')
      this.#parts.ownAddresses.contactChanged(contactId)
    }
  }
}

/** What is known of devices before there is a list: one, that a link names or that asks. */
function listless(device: DeviceNumber): KnownDevices {
  return { deviceList: undefined, twinList: undefined, linkDevice: device }
}
