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
  type ContentBody,
  type DeviceNumber,
  type IdentityKey,
  type Invitation
} from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { Inbox } from '../delivery/inbox.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { ClaimEnd, OpenedLink } from '../link/claim.ts'
import { Claims } from '../link/claims.ts'
import { Invitations } from '../link/invitations.ts'
import { MergedLinks } from '../link/merged-links.ts'
import type { Account } from './account.ts'
import type { ContactDevices } from './contact-devices.ts'
import {
  blankContact,
  type Contact,
  type Contacts,
  isMute,
  type PendingRequest
} from './contacts.ts'
import { devicesOf, listless, withList } from './device-lists.ts'
import type { PeerInput, PeopleInput, ReceivedRequest } from './effects.ts'
import { FirstWords, REQUEST_NUMBER } from './first-words.ts'
import type { PeerKernel } from './kernel.ts'
import { sessionKey } from './keys.ts'
import { Partings } from './partings.ts'
import type { PeerRows } from './peer-rows.ts'
import { RefusedGuests } from './refused-guests.ts'
import type { RelayBook } from './relay-book.ts'
import type { RelaySession } from './relay-session.ts'
import { requestOf, Requests } from './requests.ts'
import { Standings } from './standings.ts'

/** An answer that was asked for and did not come is asked for again after so long. */
const ASK_AGAIN_MS = 30_000

export interface FirstContactParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly account: () => Account
  /** 16 bytes that name this start of the client. */
  readonly instance: Uint8Array
  readonly contacts: Contacts
  readonly progress: ProgressTable
  readonly devices: ContactDevices
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly ownAddresses: OwnAddresses
  /** The person left somebody with whom nothing came to be, about whom something was decided then: the account's other devices are to know. */
  readonly onLeft: (identityKey: IdentityKey, changedAtMs: number) => void
  /** And of a link. */
  readonly onLinkChanged: (invitationId: string) => void
}

export class FirstContact {
  readonly invitations: Invitations
  readonly claims: Claims
  readonly requests: Requests
  readonly standings: Standings
  readonly partings: Partings
  readonly #parts: FirstContactParts
  readonly merged: MergedLinks
  readonly #refused: RefusedGuests
  readonly #words: FirstWords
  /** How often the client was asked for an answer that it has not given. */
  readonly #asked = new Map<ContactId, number>()

  constructor(parts: FirstContactParts) {
    const { kernel, book, onLinkChanged, ownAddresses } = parts
    this.#parts = parts
    this.merged = new MergedLinks(kernel)
    this.#words = new FirstWords(parts)
    this.invitations = new Invitations({ ...parts, onChanged: onLinkChanged })
    this.claims = new Claims(kernel, book, {
      onClaimed: (contactId, invitation) => {
        this.#claimed(contactId, invitation)
      },
      isRegistered: (contactId) => ownAddresses.isRegistered(contactId),
      onRequested: (contactId, requestId) => {
        this.#words.stored(contactId, requestId)
        kernel.notify({ type: 'contact-changed', contactId })
      },
      onEnded: (contactId, end) => {
        this.#claimEnded(contactId, end)
      }
    })
    this.standings = new Standings({ ...parts, claims: this.claims })
    const forget = (contact: Contact): void => {
      this.#forget(contact)
    }
    this.requests = new Requests({ ...parts, forget })
    this.partings = new Partings({ ...parts, claims: this.claims, requests: this.requests })
    this.#refused = new RefusedGuests({
      ...parts,
      forget,
      oweAnswer: (contactId) => {
        this.#oweAnswer(contactId)
      }
    })
  }

  restore(rows: Pick<PeerRows, 'invitations' | 'claimedLinks' | 'declinedRequests'>): void {
    this.invitations.restore(rows.invitations)
    this.claims.restore(rows.claimedLinks)
    this.merged.restore(rows.claimedLinks)
    this.requests.restore(rows.declinedRequests)
  }

  handle(input: PeopleInput): void {
    const { contacts } = this.#parts
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
        this.#openLink(input.contactId, input)
        return
      case 'claimable-opened':
        this.#claimableOpened(input)
        return
      case 'request-composed':
        this.#composed(input)
        return
      case 'accept-request':
        this.#acceptRequest(input.contactId, input.name, input.replaces)
        return
      case 'decline-request':
        this.partings.decline(input.contactId)
        return
      case 'forget-failed':
        this.partings.leaveFailed(input.contactId)
        return
      case 'block':
        this.standings.block(input.contactId)
        return
      case 'unblock':
        this.standings.unblock(input.contactId)
        return
      case 'verify':
        this.standings.verify(input.contactId, input.isVerified)
        return
      case 'acknowledge-identity':
        this.standings.acknowledge(input.contactId)
        return
      case 'rename':
        contacts.change(input.contactId, {
          name: contacts.freeName(input.name, input.contactId)
        })
    }
  }

  /** Goes on where contacts were left: call it once all else is restored. */
  resume(): void {
    const { contacts, kernel, ownAddresses } = this.#parts
    for (const contact of contacts.all()) {
      const { contactId, standing, owesAnswer } = contact
      if (standing === 'refused') {
        this.#refused.arm(contact)
      }
      if (this.claims.textFor(contactId) !== '') {
        kernel.setTimer(`text ${contactId}`, 0, () => {
          this.#sayText(contactId)
        })
      }
      if (standing === 'accepted' && ownAddresses.isBlank(contactId)) {
        // A device that just joined its account: nobody can reach it, and they do not know of it, before they have its address.
        kernel.setTimer(`join ${contactId}`, 0, () => {
          if (ownAddresses.isBlank(contactId)) {
            ownAddresses.create(contactId)
          }
        })
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
    if (known?.standing === 'blocked') {
      return
    }
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
        if (isSound) {
          this.#askedBy(known, received)
        }
        break
      case 'ignore':
        this.#ignore(known, received)
        break
      case 'too-late':
        if (known?.standing === 'accepted' || known?.standing === 'requested') {
          if (isSound) {
            this.#takeAgain(known, received)
          }
        } else if (known === undefined && isSound) {
          this.#refused.refuse(received)
        }
    }
  }

  /** Somebody comes through a public address. */
  #askedBy(known: Contact | undefined, received: ReceivedRequest): void {
    if (this.requests.isDeclined(received.request.requestId)) {
      this.#ignore(known, received)
      return
    }
    switch (known?.standing) {
      case 'accepted':
      case 'requested':
      case 'failed':
        // We asked them, or know them: what they want is what we have.
        this.#accept(known, received)
        break
      case 'refused':
        this.#forget(known)
        this.requests.ask(undefined, received)
        break
      case 'pending':
        this.requests.ask(known, received)
        break
      default:
        this.requests.ask(undefined, received)
    }
  }

  /** Nobody is told of it, and nothing of it is kept. */
  #ignore(known: Contact | undefined, { identityKey, device }: ReceivedRequest): void {
    if (known === undefined) {
      this.#parts.kernel.erase('session', sessionKey(identityKey, device))
    }
  }

  /** They know us already: without it their first number would be missing here for ever. */
  #takeAgain({ contactId, lastOrderMs }: Contact, { device, content }: ReceivedRequest): void {
    const { devices, inbox } = this.#parts
    devices.takeFrom(contactId, content)
    if (content.number > 0) {
      inbox.take(contactId, device, content, lastOrderMs)
    }
  }

  #accept(known: Contact | undefined, received: ReceivedRequest): void {
    const { contacts, devices, kernel, inbox, outbox, ownAddresses } = this.#parts
    const { identityKey, device, content, request } = received
    const isRefused = known?.standing === 'refused'
    if (isRefused) {
      this.#forget(known)
    }
    const before = isRefused || known?.standing === 'replaced' ? undefined : known
    const contactId = before?.contactId ?? contactIds.fromBytes(kernel.random.bytes(16))
    // Where only our request was written, without words, and it led nowhere, the numbers begin anew.
    const isUnwritten =
      before?.standing === 'failed' && before.nextNumber === 2 && before.lastOrderMs === 0
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
      // Other own devices hear of it, whose it is to show as much.
      request: requestOf(received, kernel.atMs),
      owesAnswer: true
    })
    devices.unmute(contactId)
    if (before?.standing === 'failed') {
      this.claims.answered(contactId, 'accepted')
    }
    devices.take(contactId, request.deviceList)
    // What a contact asked long ago may come late, and tell an address that is gone.
    const isLate =
      before?.standing === 'accepted' &&
      (outbox.address(contactId, device)?.record.version ?? 0) > request.address.version
    devices.setAddress(contactId, request.address, !isLate)
    if (content.number > 0) {
      inbox.take(contactId, device, content, before?.lastOrderMs ?? 0)
    }
    if (!ownAddresses.has(contactId)) {
      ownAddresses.create(contactId)
    }
    this.#oweAnswer(contactId)
    kernel.notify({ type: 'contact-changed', contactId })
  }

  /** The person accepts who asked. */
  #acceptRequest(contactId: ContactId, name: string, replaces: ContactId | undefined): void {
    const { contacts, kernel } = this.#parts
    const contact = contacts.get(contactId)
    const request = contact?.request
    if (contact?.standing !== 'pending' || request === undefined) {
      return
    }
    const named = name === '' ? contact.name : contacts.freeName(name, contactId)
    contacts.put({ ...contact, name: named, owesAnswer: true })
    this.#let(contactId, request, replaces)
    this.#oweAnswer(contactId)
    kernel.notify({ type: 'contact-changed', contactId })
  }

  /** The person accepted them on another own device, which answers them. */
  acceptedElsewhere(contactId: ContactId): void {
    const contact = this.#parts.contacts.get(contactId)
    if (contact?.standing === 'pending' && contact.request !== undefined) {
      this.#let(contactId, contact.request, undefined)
    }
  }

  /** Who asked is accepted: what they asked is the first that they said. */
  #let(contactId: ContactId, request: PendingRequest, replaces: ContactId | undefined): void {
    const { contacts, devices, ownAddresses } = this.#parts
    contacts.change(contactId, { standing: 'accepted' })
    devices.unmute(contactId)
    if (replaces !== undefined) {
      this.standings.replace(contactId, replaces)
    }
    this.heardRequest(contactId, request)
    ownAddresses.create(contactId)
  }

  /** What somebody who is accepted asked is the first that they said; where it is here already, nothing happens. */
  heardRequest(contactId: ContactId, request: PendingRequest): void {
    const { contacts, inbox } = this.#parts
    const { device, number, messageId, sentAtMs, text } = request
    if (number > 0 && !inbox.isHeld(contactId, device, number)) {
      const lastOrderMs = contacts.get(contactId)?.lastOrderMs ?? 0
      const body: ContentBody = text === '' ? { type: 'receipt' } : { type: 'text', text }
      const content = { number, messageId, sentAtMs, progress: [], body }
      inbox.take(contactId, device, content, lastOrderMs)
    }
  }

  #forget(contact: Contact): void {
    this.#asked.delete(contact.contactId)
    this.partings.forget(contact)
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
    if (
      contact === undefined ||
      isMute(contact) ||
      !this.#mayAnswer(contact) ||
      kernel.hasTimer(name)
    ) {
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

  #openLink(contactId: ContactId, opened: OpenedLink): void {
    const { contacts, kernel } = this.#parts
    const { name } = opened
    contacts.put({
      ...blankContact(contactId, kernel.atMs, 'requested'),
      name: name === '' ? '' : contacts.freeName(name),
      // The request itself is number 1.
      nextNumber: 2
    })
    this.claims.open(contactId, opened)
  }

  #claimableOpened(input: Extract<PeerInput, { type: 'claimable-opened' }>): void {
    const { contactId, relay, invitation, invitationBytes } = input
    if (!this.claims.opened(contactId, relay, invitation) || invitation === undefined) {
      return
    }
    const known = this.#parts.contacts.byIdentity(invitation.identityKey)
    const other = known?.contactId === contactId ? undefined : known
    switch (other?.standing) {
      case 'blocked':
        this.claims.blocked(contactId)
        return
      case 'pending':
      case 'accepted':
      case 'requested': {
        const isPending = other.standing === 'pending'
        if (isPending) {
          // They asked us, and now we ask them: that is a yes. What is to be said to them is said all the same.
          this.#acceptRequest(other.contactId, '', undefined)
        }
        if (!isPending || this.claims.hasText(contactId)) {
          this.claims.move(contactId, other.contactId, other.standing !== 'requested')
          this.#merge(contactId, other)
          this.claims.take(other.contactId, relay, invitation, invitationBytes)
          this.#sayText(other.contactId)
        } else {
          this.#merge(contactId, other)
        }
        return
      }
      default:
        this.claims.take(contactId, relay, invitation, invitationBytes)
    }
  }

  /** What was made for a link goes; who it leads to is here already. */
  #merge(contactId: ContactId, { contactId: into }: Contact): void {
    const { contacts, kernel } = this.#parts
    this.claims.abandon(contactId)
    contacts.merge(contactId, into)
    this.merged.merged(contactId, into)
    kernel.notify({ type: 'contact-merged', contactId, into })
    kernel.notify({ type: 'contact-changed', contactId: into })
  }

  /** Has said, as a message, what was to go with a request to somebody who knows us. */
  #sayText(contactId: ContactId): void {
    const { kernel } = this.#parts
    const text = this.claims.textFor(contactId)
    if (text !== '') {
      kernel.emit({ type: 'compose-text', contactId, text })
      kernel.setTimer(`text ${contactId}`, ASK_AGAIN_MS, () => {
        this.#sayText(contactId)
      })
    }
  }

  /** A text was queued. */
  textSubmitted(contactId: ContactId, text: string): void {
    if (text === this.claims.textFor(contactId)) {
      this.#parts.kernel.cancelTimer(`text ${contactId}`)
      this.claims.textSent(contactId)
    }
  }

  #composed(input: Extract<PeerInput, { type: 'request-composed' }>): void {
    const { contactId, ciphertext, addressVersion, sentAtMs } = input
    const draft = this.claims.invitation(contactId)
    this.claims.composed(contactId, ciphertext)
    if (!this.claims.isRenewal(contactId)) {
      this.#parts.ownAddresses.told(contactId, addressVersion, REQUEST_NUMBER)
    }
    if (draft?.number === REQUEST_NUMBER && !draft.isAgain) {
      this.#words.said(contactId, { ...draft, sentAtMs })
    }
  }

  #claimed(contactId: ContactId, { identityKey, profile, device }: Invitation): void {
    const { contacts, outbox, ownAddresses } = this.#parts
    const contact = contacts.get(contactId)
    const known = contact?.name ?? ''
    if (contact?.standing === 'accepted') {
      if (!ownAddresses.has(contactId)) {
        ownAddresses.create(contactId)
      }
      return
    }
    contacts.change(contactId, {
      identityKey,
      linkDevice: device,
      profileName: profile.name,
      name: known === '' ? contacts.freeName(profile.name, contactId) : known
    })
    if (!ownAddresses.has(contactId)) {
      ownAddresses.create(contactId)
      outbox.open(contactId, device, 1, undefined)
    }
  }

  #claimEnded(contactId: ContactId, end: ClaimEnd): void {
    const { contacts, kernel } = this.#parts
    // Whoever was accepted on another way stays that.
    if (contacts.get(contactId)?.standing === 'requested') {
      contacts.change(contactId, { standing: 'failed' })
      kernel.notify({ type: 'link-failed', contactId, end })
    } else {
      kernel.erase('claimed-link', contactId)
    }
  }

  /** An inviter's answer, whose device list was taken. Any other's, or a second one, means nothing. */
  answerReceived(contact: Contact, device: DeviceNumber, body: AcceptContent | 'link-used'): void {
    const { contactId } = contact
    if (this.claims.progress(contactId) === undefined) {
      const isUnknown = this.#parts.devices.address(contactId, device) === undefined
      if (body !== 'link-used' && isUnknown && body.address.device === device) {
        // Two of their devices answered.
        this.#parts.devices.setAddress(contactId, body.address, false)
      }
      return
    }
    if (body === 'link-used') {
      this.claims.answered(contactId, 'link-used')
      return
    }
    if (body.address.device === device && contact.deviceList !== undefined) {
      const profileName = body.profile.name
      const { contacts, devices } = this.#parts
      const replaces = this.claims.replaces(contactId)
      contacts.change(contactId, { standing: 'accepted', profileName })
      devices.setAddress(contactId, body.address, false)
      if (replaces !== undefined && replaces !== contactId) {
        this.standings.replace(contactId, replaces)
      }
      const requestId = this.claims.answered(contactId, 'accepted')
      if (requestId !== undefined) {
        this.#words.answered(contactId, requestId)
      }
      this.#parts.ownAddresses.contactChanged(contactId)
    }
  }
}
