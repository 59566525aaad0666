/**
 * Everything a client decides: who its contacts are, what is on its way to them and from them, and which relays it talks to.
 *
 * ```
 *   submit --------> Outbox --deposit--> relay          relay --deliver--> (client: open, decrypt) --received--> Inbox
 *                      ^                                                                                          |
 *                      +-- receipts --------------------------------------------------------------- progress -----+
 *   invite --------> Invitations --claimables, request box--> relay
 *   open-link -----> Claims --claim, request--> relay          both end in an accepted contact with an address each way
 * ```
 * The client around it does what is asynchronous: it seals and opens, encrypts and decrypts in one lane for each contact,
 * and hands in what came of it together with the writes of the session, as one batch.
 */
import {
  type AddressRecord,
  type ContactId,
  contactIds,
  type DeviceNumber,
  type IdentityKey,
  type Invitation,
  type MailboxId,
  type MailboxPush,
  type NodeKey,
  type Progress,
  type RequestId
} from '@sealpost/protocol'
import { OwnAddresses, type OwnMailbox } from '../address/own-addresses.ts'
import { TheirAddress } from '../address/their-address.ts'
import { Inbox } from '../delivery/inbox.ts'
import { Outbox } from '../delivery/outbox.ts'
import { ProgressTable } from '../delivery/progress.ts'
import { SeenCiphertexts } from '../delivery/seen-ciphertexts.ts'
import { type ClaimEnd, type ClaimProgress, Claims } from '../link/claims.ts'
import { Invitations, type RequestBox } from '../link/invitations.ts'
import type { Link } from '../link/link.ts'
import type { Machine } from '../machine.ts'
import type { Random } from '../random.ts'
import type { Row } from '../tables.ts'
import type { Account } from './account.ts'
import { type Contact, Contacts, devicesOf } from './contacts.ts'
import type { EnvelopeOrigin, PeerEffect, PeerInput, ReceivedRequest } from './effects.ts'
import { PeerKernel } from './kernel.ts'
import { contactOfKey, deviceKey, deviceOfKey } from './keys.ts'
import { RelayBook } from './relay-book.ts'
import type { RelaySession } from './relay-session.ts'
import { submitMessage, submitReceipt } from './submissions.ts'

/** The rows that a machine is restored from; all other tables stay on disk. */
export interface PeerRows {
  readonly account: Account
  readonly knownRelays: readonly Row[]
  readonly contacts: readonly Row[]
  readonly ownAddresses: readonly Row[]
  readonly theirAddresses: readonly Row[]
  readonly progress: readonly Row[]
  readonly receipts: readonly Row[]
  readonly invitations: readonly Row[]
  readonly claimedLinks: readonly Row[]
}

export interface PeerOptions {
  readonly random: Random
  readonly atMs: number
}

/** Who was refused is forgotten after so long, whether or not they fetched the word of it. */
const REFUSED_KEPT_MS = 7 * 24 * 3_600_000

export class PeerMachine implements Machine<PeerInput, PeerEffect> {
  readonly #kernel: PeerKernel
  readonly #account: Account
  readonly #book: RelayBook
  readonly #contacts: Contacts
  readonly #progress: ProgressTable
  readonly #outbox: Outbox
  readonly #inbox: Inbox
  readonly #seen: SeenCiphertexts
  readonly #ownAddresses: OwnAddresses
  readonly #invitations: Invitations
  readonly #claims: Claims

  private constructor(account: Account, { random, atMs }: PeerOptions) {
    const kernel = new PeerKernel(random, atMs)
    const instance = random.bytes(16)
    this.#kernel = kernel
    this.#account = account
    this.#book = new RelayBook(kernel, {
      onReady: (session) => {
        this.#relayReady(session)
      },
      onLost: (session) => {
        this.#inbox.lost(session.nodeKey)
        this.#claims.lost()
      }
    })
    this.#contacts = new Contacts(kernel)
    this.#progress = new ProgressTable(kernel)
    this.#outbox = new Outbox(kernel, this.#book, this.#progress, {
      onStored: (contactId, item, isTick) => {
        if (item.messageId !== undefined) {
          const { messageId } = item
          kernel.notify({
            type: 'replica-stored',
            contactId,
            messageId,
            relayCount: item.replicas.length
          })
          if (isTick) {
            kernel.notify({ type: 'message-state', contactId, messageId, state: 'on-relay' })
          }
        }
      },
      onProblem: (contactId, problem) => {
        kernel.notify({ type: 'contact-problem', contactId, problem })
      }
    })
    this.#inbox = new Inbox(kernel, this.#book, this.#progress)
    this.#seen = new SeenCiphertexts(kernel)
    this.#ownAddresses = new OwnAddresses(kernel, this.#book, () => this.#account, instance, {
      onRegistered: (contactId) => {
        this.#mailboxesRegistered(contactId)
      }
    })
    this.#invitations = new Invitations(kernel, this.#book, () => this.#account, instance)
    this.#claims = new Claims(kernel, this.#book, {
      onClaimed: (contactId, invitation) => {
        this.#claimed(contactId, invitation)
      },
      onRequested: (contactId) => {
        kernel.notify({ type: 'contact-changed', contactId })
      },
      onEnded: (contactId, end) => {
        this.#claimEnded(contactId, end)
      }
    })
  }

  /** Builds the machine from its rows. It dials nobody before it is told that it is `online`. */
  static restore(rows: PeerRows, options: PeerOptions): PeerMachine {
    const machine = new PeerMachine(rows.account, options)
    machine.#restore(rows)
    return machine
  }

  handle(input: PeerInput): readonly PeerEffect[] {
    this.#kernel.begin(input.atMs)
    this.#dispatch(input)
    this.#kernel.fireTimers()
    return this.#kernel.takeEffects()
  }

  deadlineMs(): number | undefined {
    return this.#kernel.deadlineMs()
  }

  // What the client asks synchronously, between inputs.

  get account(): Account {
    return this.#account
  }

  /** Network time at `atMs`, the client's time now: between two inputs the machine's own stands still. */
  networkTimeMs(atMs: number): number {
    return this.#book.networkTimeMs(atMs)
  }

  contact(contactId: ContactId): Contact | undefined {
    return this.#contacts.get(contactId)
  }

  contactOf(identityKey: IdentityKey): Contact | undefined {
    return this.#contacts.byIdentity(identityKey)
  }

  contacts(): readonly Contact[] {
    return this.#contacts.all()
  }

  relays(): readonly RelaySession[] {
    return this.#book.all()
  }

  /** Whether everything that a relay held for us when it was asked has been fetched and acknowledged. */
  isDrained(relay: NodeKey): boolean {
    return this.#ownAddresses.isDrained(relay) && this.#invitations.isDrained(relay)
  }

  /** Whether something is under way that a relay we are connected to will soon have dealt with, or that is about to be sent. */
  isBusy(): boolean {
    return (
      this.#book.all().some(({ inFlightCount }) => inFlightCount > 0) ||
      this.#inbox.isGathering ||
      this.#outbox.isBusy ||
      this.#progress
        .owing()
        .some((key) => this.#outbox.address(contactOfKey(key), deviceOfKey(key)) !== undefined) ||
      this.#contacts
        .all()
        .some(
          ({ owesAnswer, contactId }) => owesAnswer && this.#ownAddresses.isRegistered(contactId)
        )
    )
  }

  /** The mailbox, or the request box, that an envelope came from. */
  mailbox(relay: NodeKey, mailboxId: MailboxId): OwnMailbox | undefined {
    return this.#ownAddresses.find(relay, mailboxId)
  }

  requestBox(relay: NodeKey, mailboxId: MailboxId): RequestBox | undefined {
    return this.#invitations.find(relay, mailboxId)
  }

  isHeld(contactId: ContactId, device: DeviceNumber, number: number): boolean {
    return this.#inbox.isHeld(contactId, device, number)
  }

  /** What rides on the next content for a device, and which revision that is. */
  progress(
    contactId: ContactId,
    device: DeviceNumber
  ): { readonly words: readonly Progress[]; readonly revision: number } {
    const word = this.#progress.word(contactId, device)
    return {
      words: word === undefined ? [] : [word],
      revision: this.#progress.get(contactId, device).revision
    }
  }

  /** The gaps in what is held of a device's messages. */
  gaps(
    contactId: ContactId,
    device: DeviceNumber
  ): readonly { readonly first: number; readonly last: number }[] {
    return this.#progress.get(contactId, device).held.gaps()
  }

  /** What that device said it has read of ours, and holds. */
  theirProgress(
    contactId: ContactId,
    device: DeviceNumber
  ): { readonly deliveredUpTo: number; readonly readUpTo: number } {
    const { theirsDeliveredUpTo, theirsReadUpTo } = this.#progress.get(contactId, device)
    return { deliveredUpTo: theirsDeliveredUpTo, readUpTo: theirsReadUpTo }
  }

  /** Which of their numbers were shown. */
  readUpTo(contactId: ContactId, device: DeviceNumber): number {
    return this.#progress.get(contactId, device).readUpTo
  }

  /** How a contact reaches this device; undefined before mailboxes were made for it. */
  ownAddress(contactId: ContactId): AddressRecord | undefined {
    return this.#ownAddresses.record(contactId)
  }

  theirAddress(contactId: ContactId, device: DeviceNumber): AddressRecord | undefined {
    return this.#outbox.address(contactId, device)?.record
  }

  /** Whether some relay answers for a link that this home made. */
  isPublished(invitationId: string): boolean {
    return this.#invitations.isPublished(invitationId)
  }

  /** How far the way to a contact has come. */
  linkProgress(contactId: ContactId): ClaimProgress | 'accepted' {
    return this.#claims.progress(contactId) ?? 'accepted'
  }

  /** Whether there is a session to write in. */
  canWriteTo(contactId: ContactId): boolean {
    const progress = this.linkProgress(contactId)
    return progress === 'accepted' || progress === 'composed' || progress === 'requested'
  }

  invitation(
    contactId: ContactId
  ): { readonly invitation: Invitation; readonly requestId: RequestId } | undefined {
    return this.#claims.invitation(contactId)
  }

  claimableKey(
    contactId: ContactId,
    relay: NodeKey
  ): { readonly link: Link; readonly key: Uint8Array } | undefined {
    return this.#claims.claimableKey(contactId, relay)
  }

  #restore(rows: PeerRows): void {
    this.#book.restore(rows.knownRelays)
    this.#contacts.restore(rows.contacts)
    this.#progress.restore(rows.progress)
    this.#ownAddresses.restore(rows.ownAddresses)
    this.#outbox.restoreReceipts(rows.receipts)
    for (const { key, value } of rows.theirAddresses) {
      const contact = this.#contacts.get(contactOfKey(key))
      if (contact !== undefined) {
        const address = TheirAddress.restore(contact.contactId, value)
        this.#outbox.open(contact.contactId, deviceOfKey(key), contact.nextNumber - 1, address)
      }
    }
    this.#invitations.restore(rows.invitations)
    this.#claims.restore(rows.claimedLinks)
    for (const relay of this.#account.relays) {
      this.#book.want(relay, 'own')
    }
    for (const key of this.#progress.owing()) {
      this.#inbox.oweReceipt(contactOfKey(key), deviceOfKey(key), 0)
    }
    for (const contact of this.#contacts.all()) {
      this.#armForgetting(contact)
    }
  }

  #dispatch(input: PeerInput): void {
    switch (input.type) {
      case 'timeout':
      case 'clock':
        return
      case 'records':
        this.#kernel.answerRead(input.id, input)
        return
      case 'online':
        this.#book.setOnline(true)
        return
      case 'offline':
        this.#book.setOnline(false)
        return
      case 'relay-connected':
        this.#book.get(input.relay)?.connected()
        return
      case 'relay-failed':
      case 'relay-closed':
        this.#book.get(input.relay)?.lost()
        return
      case 'relay-frame':
        this.#pushed(input.relay, this.#book.get(input.relay)?.frame(input.frame))
        return
      case 'submit':
        this.#submit(input)
        return
      case 'received':
        this.#received(input)
        return
      case 'discarded':
        this.#discarded(input)
        return
      case 'invite':
        this.#invitations.create(input.invitation)
        return
      case 'request-received':
        this.#requestReceived(input.origin, input)
        return
      case 'open-link':
        this.#openLink(input.contactId, input.link, input.name)
        return
      case 'claimable-opened': {
        const isKnown =
          input.invitation !== undefined &&
          this.#isKnown(input.contactId, input.invitation.identityKey)
        this.#claims.opened(
          input.contactId,
          input.relay,
          input.invitation,
          input.invitationBytes,
          isKnown
        )
        return
      }
      case 'request-composed':
        this.#requestComposed(input)
        return
      case 'shown':
        for (const { contactId, device, number, messageKey } of input.messages) {
          this.#inbox.shown(contactId, device, number, messageKey)
        }
        return
      case 'rename':
        this.#change(input.contactId, {
          name: this.#contacts.freeName(input.name, input.contactId)
        })
    }
  }

  #relayReady(session: RelaySession): void {
    this.#ownAddresses.ready(session)
    this.#invitations.ready(session)
    this.#claims.ready(session)
    this.#outbox.ready(session)
  }

  #pushed(relay: NodeKey, push: MailboxPush | undefined): void {
    switch (push?.type) {
      case 'drained':
        this.#ownAddresses.drained(relay, push.mailboxId)
        this.#invitations.drained(relay, push.mailboxId)
        this.#kernel.notify({ type: 'drained', relay })
        return
      case 'superseded':
        this.#kernel.notify({ type: 'superseded' })
        return
      case 'going-away':
        this.#book.get(relay)?.pauseUntil(this.#kernel.atMs + push.retryAfterMs)
        return
      case 'deliver':
      case undefined:
        return
    }
  }

  #submit(input: Extract<PeerInput, { type: 'submit' }>): void {
    const contact = this.#contacts.get(input.contactId)
    if (contact === undefined) {
      return
    }
    if (input.content.number === 0) {
      submitReceipt(this.#kernel, this.#outbox, input)
    } else {
      this.#contacts.put(
        submitMessage(this.#kernel, this.#outbox, contact, this.#account.device, input)
      )
    }
    this.#inbox.receiptTold(input.contactId, input.device, input.revision)
  }

  #received(input: Extract<PeerInput, { type: 'received' }>): void {
    const { contactId, device, content, origin } = input
    const contact = this.#contacts.get(contactId)
    this.#inbox.ack(origin)
    this.#seen.add(origin)
    if (contact === undefined) {
      return
    }
    const isNew = content.number === 0 || this.#inbox.take(contactId, device, content)
    for (const word of content.progress) {
      if (word.device === this.#account.device) {
        this.#outbox.progressed(contactId, device, word)
      }
    }
    if (isNew && content.body.type === 'accept') {
      this.#accepted(contact, device, content.body)
    } else if (isNew && content.body.type === 'link-used') {
      this.#claims.answered(contactId, 'link-used')
    }
  }

  #discarded(input: Extract<PeerInput, { type: 'discarded' }>): void {
    this.#inbox.ack(input.origin)
    const { contactId, device } = input
    if (contactId === undefined || device === undefined) {
      return
    }
    if (input.reason === 'unreadable') {
      this.#seen.add(input.origin)
      this.#inbox.unreadable(contactId, device)
    } else if (
      input.reason === 'duplicate' &&
      this.#progress.get(contactId, device).held.last > 0
    ) {
      this.#inbox.oweReceipt(contactId, device, 1_000)
    }
  }

  // ---- the inviter's side

  #requestReceived(origin: EnvelopeOrigin, received: ReceivedRequest): void {
    this.#inbox.ack(origin)
    this.#seen.add(origin)
    const { identityKey, invitationId, content } = received
    const known = this.#contacts.byIdentity(identityKey)
    switch (this.#invitations.judge(invitationId, identityKey, content.sentAtMs)) {
      case 'repeat':
        if (known !== undefined) {
          this.#inbox.take(known.contactId, received.device, content)
        }
        return
      case 'accept':
        this.#invitations.use(invitationId, identityKey)
        this.#acceptRequest(known, received)
        return
      case 'too-late':
        if (known === undefined) {
          this.#refuseRequest(received)
        }
    }
  }

  #acceptRequest(
    known: Contact | undefined,
    { identityKey, device, content, request }: ReceivedRequest
  ): void {
    const contactId = known?.contactId ?? contactIds.fromBytes(this.#kernel.random.bytes(16))
    this.#contacts.put({
      contactId,
      identityKey,
      name: known?.name ?? this.#contacts.freeName(request.profile.name),
      profileName: request.profile.name,
      standing: 'accepted',
      createdAtMs: known?.createdAtMs ?? this.#kernel.atMs,
      deviceList: request.deviceList,
      nextNumber: known?.nextNumber ?? 1,
      lastOrderMs: known?.lastOrderMs ?? 0,
      owesAnswer: true
    })
    this.#setAddress(contactId, request.address)
    this.#inbox.take(contactId, device, content)
    if (!this.#ownAddresses.has(contactId)) {
      this.#ownAddresses.create(contactId)
    } else if (this.#ownAddresses.isRegistered(contactId)) {
      this.#mailboxesRegistered(contactId)
    }
    this.#kernel.notify({ type: 'contact-changed', contactId })
  }

  /** Somebody came too late: they are told once, and forgotten. */
  #refuseRequest({ identityKey, request }: ReceivedRequest): void {
    const contactId = contactIds.fromBytes(this.#kernel.random.bytes(16))
    const contact: Contact = {
      contactId,
      identityKey,
      name: `refused ${contactId}`,
      profileName: '',
      standing: 'refused',
      createdAtMs: this.#kernel.atMs,
      deviceList: request.deviceList,
      nextNumber: 1,
      lastOrderMs: 0,
      owesAnswer: true
    }
    this.#contacts.put(contact)
    this.#setAddress(contactId, request.address)
    this.#armForgetting(contact)
    this.#kernel.emit({ type: 'compose-answer', contactId, answer: 'link-used' })
  }

  #armForgetting(contact: Contact): void {
    if (contact.standing !== 'refused') {
      return
    }
    const { contactId } = contact
    this.#kernel.setTimer(`forget ${contactId}`, contact.createdAtMs + REFUSED_KEPT_MS, () => {
      for (const device of devicesOf(contact)) {
        this.#outbox.close(contactId, device)
        this.#outbox.forget(contactId, device)
        this.#kernel.erase('their-address', deviceKey(contactId, device))
        this.#kernel.erase('progress', deviceKey(contactId, device))
      }
      this.#contacts.remove(contactId)
    })
  }

  // ---- the guest's side

  #openLink(contactId: ContactId, link: Uint8Array, name: string): void {
    this.#contacts.put({
      contactId,
      identityKey: '' as IdentityKey,
      name: name === '' ? '' : this.#contacts.freeName(name),
      profileName: '',
      standing: 'requested',
      createdAtMs: this.#kernel.atMs,
      deviceList: undefined,
      // The request itself is number 1.
      nextNumber: 2,
      lastOrderMs: 0,
      owesAnswer: false
    })
    this.#claims.open(contactId, link, name)
  }

  #isKnown(contactId: ContactId, identityKey: IdentityKey): boolean {
    const known = this.#contacts.byIdentity(identityKey)
    return (
      known !== undefined &&
      known.contactId !== contactId &&
      known.standing !== 'refused' &&
      known.standing !== 'failed'
    )
  }

  #claimed(contactId: ContactId, invitation: Invitation): void {
    const contact = this.#contacts.get(contactId)
    const profileName = invitation.profile.name
    this.#change(contactId, {
      identityKey: invitation.identityKey,
      profileName,
      name:
        contact?.name === ''
          ? this.#contacts.freeName(profileName, contactId)
          : (contact?.name ?? '')
    })
    this.#ownAddresses.create(contactId)
    this.#outbox.open(contactId, invitation.device, 1, undefined)
  }

  #requestComposed(input: Extract<PeerInput, { type: 'request-composed' }>): void {
    this.#claims.composed(input.contactId, input.ciphertext)
  }

  #claimEnded(contactId: ContactId, end: ClaimEnd): void {
    this.#change(contactId, { standing: 'failed' })
    this.#kernel.notify({ type: 'link-failed', contactId, end })
  }

  #accepted(
    contact: Contact,
    device: DeviceNumber,
    accept: {
      readonly address: AddressRecord
      readonly deviceList: Contact['deviceList'] & object
      readonly profile: { readonly name: string }
    }
  ): void {
    if (accept.address.device !== device) {
      return
    }
    this.#change(contact.contactId, {
      standing: 'accepted',
      deviceList: accept.deviceList,
      profileName: accept.profile.name
    })
    this.#setAddress(contact.contactId, accept.address)
    this.#claims.answered(contact.contactId, 'accepted')
  }

  // ---- both

  /** Mailboxes for a contact are there: an answer or a request that names them may be composed. */
  #mailboxesRegistered(contactId: ContactId): void {
    const contact = this.#contacts.get(contactId)
    if (contact?.owesAnswer === true && contact.standing === 'accepted') {
      this.#kernel.emit({ type: 'compose-answer', contactId, answer: 'accept' })
    }
    this.#claims.composeWhenReady(contactId, true)
  }

  #setAddress(contactId: ContactId, record: AddressRecord): void {
    const known = this.#outbox.address(contactId, record.device)
    if (known !== undefined && known.record.version >= record.version) {
      return
    }
    const address = new TheirAddress(contactId, record)
    this.#kernel.write('their-address', deviceKey(contactId, record.device), address.encode())
    const lastNumber = (this.#contacts.get(contactId)?.nextNumber ?? 1) - 1
    this.#outbox.open(contactId, record.device, lastNumber, address)
  }

  #change(contactId: ContactId, change: Partial<Contact>): void {
    const contact = this.#contacts.get(contactId)
    if (contact !== undefined) {
      this.#contacts.put({ ...contact, ...change })
      this.#kernel.notify({ type: 'contact-changed', contactId })
    }
  }
}
