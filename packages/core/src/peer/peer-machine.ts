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
import type {
  AddressRecord,
  ContactId,
  DeviceNumber,
  IdentityKey,
  Invitation,
  MailboxId,
  MailboxPush,
  NodeKey,
  Progress,
  RequestId
} from '@sealpost/protocol'
import { OwnAddresses } from '../address/own-addresses.ts'
import type { OwnMailbox } from '../address/own-mailboxes.ts'
import { TheirAddress } from '../address/their-address.ts'
import { Inbox } from '../delivery/inbox.ts'
import type { OutboxItem } from '../delivery/outbox-item.ts'
import { Outbox } from '../delivery/outbox.ts'
import { ProgressTable } from '../delivery/progress.ts'
import { SeenCiphertexts } from '../delivery/seen-ciphertexts.ts'
import type { ClaimProgress } from '../link/claims.ts'
import type { RequestBox } from '../link/invitations.ts'
import type { Link } from '../link/link.ts'
import type { Machine } from '../machine.ts'
import type { Random } from '../random.ts'
import type { Row } from '../tables.ts'
import type { Account } from './account.ts'
import { type Contact, Contacts } from './contacts.ts'
import type { PeerEffect, PeerInput } from './effects.ts'
import { FirstContact } from './first-contact.ts'
import { PeerKernel } from './kernel.ts'
import { contactOfKey, deviceOfKey } from './keys.ts'
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
  readonly #firstContact: FirstContact

  private constructor(account: Account, { random, atMs }: PeerOptions) {
    const kernel = new PeerKernel(random, atMs)
    const instance = random.bytes(16)
    this.#kernel = kernel
    this.#account = account
    this.#book = new RelayBook(kernel, account.relays, {
      onReady: (session) => {
        this.#relayReady(session)
      },
      onHeard: () => {
        this.#timeChanged()
      },
      onLost: ({ nodeKey }) => {
        this.#inbox.lost(nodeKey)
        this.#outbox.lost(nodeKey)
      }
    })
    this.#contacts = new Contacts(kernel)
    this.#progress = new ProgressTable(kernel)
    this.#outbox = new Outbox(kernel, this.#book, this.#progress, {
      onStored: (contactId, item, isTick) => {
        this.#stored(contactId, item, isTick)
      },
      onProblem: (contactId, problem) => {
        kernel.notify({ type: 'contact-problem', contactId, problem })
      }
    })
    this.#inbox = new Inbox(kernel, this.#book, this.#progress)
    this.#seen = new SeenCiphertexts(kernel)
    this.#ownAddresses = new OwnAddresses(kernel, this.#book, () => this.#account, instance, {
      onRegistered: (contactId) => {
        this.#firstContact.registered(contactId)
      }
    })
    this.#firstContact = new FirstContact({
      kernel,
      book: this.#book,
      account: () => this.#account,
      instance,
      contacts: this.#contacts,
      progress: this.#progress,
      inbox: this.#inbox,
      outbox: this.#outbox,
      ownAddresses: this.#ownAddresses
    })
  }

  /** Builds the machine from its rows. It dials nobody before it is told that it is `online`. */
  static restore(rows: PeerRows, options: PeerOptions): PeerMachine {
    const machine = new PeerMachine(rows.account, options)
    machine.#restore(rows)
    return machine
  }

  handle(input: PeerInput): readonly PeerEffect[] {
    if (input.type === 'clock') {
      this.#book.clockSet(this.#kernel.beginAfterClock(input.atMs))
      this.#timeChanged()
    } else {
      this.#kernel.begin(input.atMs)
      this.#dispatch(input)
    }
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
    return this.#ownAddresses.isDrained(relay) && this.#firstContact.invitations.isDrained(relay)
  }

  /**
   * Whether something is under way that a relay we are connected to will soon have dealt with, or that is about to be sent. What
   * waits for a relay that is not there, that refused, or for a client that failed to compose it, is not under way.
   */
  isBusy(): boolean {
    return (
      this.#book.all().some(({ inFlightCount }) => inFlightCount > 0) ||
      this.#inbox.isGathering ||
      this.#outbox.isBusy ||
      this.#progress.owing().some((key) => this.#isReceiptDue(key)) ||
      this.#contacts.all().some((contact) => this.#firstContact.isAnswerDue(contact))
    )
  }

  /** The mailbox, or the request box, that an envelope came from. */
  mailbox(relay: NodeKey, mailboxId: MailboxId): OwnMailbox | undefined {
    return this.#ownAddresses.find(relay, mailboxId)
  }

  requestBox(relay: NodeKey, mailboxId: MailboxId): RequestBox | undefined {
    return this.#firstContact.invitations.find(relay, mailboxId)
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
    return this.#firstContact.invitations.isPublished(invitationId)
  }

  /** How far the way to a contact has come. */
  linkProgress(contactId: ContactId): ClaimProgress | 'accepted' {
    const isAccepted = this.#contacts.get(contactId)?.standing === 'accepted'
    const progress = isAccepted ? undefined : this.#firstContact.claims.progress(contactId)
    return progress ?? 'accepted'
  }

  /** Whether there is a session to write in. */
  canWriteTo(contactId: ContactId): boolean {
    const progress = this.linkProgress(contactId)
    return progress === 'accepted' || progress === 'composed' || progress === 'requested'
  }

  invitation(
    contactId: ContactId
  ): { readonly invitation: Invitation; readonly requestId: RequestId } | undefined {
    return this.#firstContact.claims.invitation(contactId)
  }

  claimableKey(
    contactId: ContactId,
    relay: NodeKey
  ): { readonly link: Link; readonly key: Uint8Array } | undefined {
    return this.#firstContact.claims.claimableKey(contactId, relay)
  }

  #restore(rows: PeerRows): void {
    // Our own word on our relays comes before anybody else's.
    for (const relay of this.#account.relays) {
      this.#book.want(relay, 'own')
    }
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
    this.#firstContact.invitations.restore(rows.invitations)
    this.#firstContact.claims.restore(rows.claimedLinks)
    for (const key of this.#progress.owing()) {
      this.#inbox.oweReceipt(contactOfKey(key), deviceOfKey(key), 0)
    }
    this.#firstContact.resume()
  }

  #dispatch(input: Exclude<PeerInput, { type: 'clock' }>): void {
    switch (input.type) {
      case 'timeout':
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
        this.#firstContact.invitations.create(input.invitation)
        return
      case 'request-received':
        this.#inbox.ack(input.origin)
        this.#seen.add(input.origin)
        this.#firstContact.requestReceived(input)
        return
      case 'open-link':
        this.#firstContact.openLink(input.contactId, input.link, input.name)
        return
      case 'claimable-opened':
        this.#firstContact.claimableOpened(input)
        return
      case 'request-composed':
        this.#firstContact.claims.composed(input.contactId, input.ciphertext)
        return
      case 'shown':
        for (const { contactId, device, number, messageKey } of input.messages) {
          this.#inbox.shown(contactId, device, number, messageKey)
        }
        return
      case 'rename': {
        const name = this.#contacts.freeName(input.name, input.contactId)
        this.#contacts.change(input.contactId, { name })
      }
    }
  }

  #relayReady(session: RelaySession): void {
    this.#ownAddresses.ready(session)
    this.#firstContact.ready(session)
    this.#outbox.ready(session)
    this.#timeChanged()
  }

  /** Clocks say something else than a moment ago: what waits for a date may be due. */
  #timeChanged(): void {
    this.#ownAddresses.timeChanged()
    this.#firstContact.timeChanged()
  }

  #pushed(relay: NodeKey, push: MailboxPush | undefined): void {
    switch (push?.type) {
      case undefined:
      case 'deliver':
        // A delivery is opened by the client first.
        return
      case 'drained':
        this.#ownAddresses.drained(relay, push.mailboxId)
        this.#firstContact.invitations.drained(relay, push.mailboxId)
        this.#kernel.notify({ type: 'drained', relay })
        return
      case 'superseded':
        if (this.#isOwn(relay, push.mailboxId)) {
          this.#kernel.notify({ type: 'superseded' })
        }
        return
      case 'going-away':
        this.#book.get(relay)?.goingAway(push.retryAfterMs)
    }
  }

  #isOwn(relay: NodeKey, mailboxId: MailboxId): boolean {
    const mailbox = this.mailbox(relay, mailboxId) ?? this.requestBox(relay, mailboxId)
    return mailbox !== undefined
  }

  #submit(input: Extract<PeerInput, { type: 'submit' }>): void {
    const { contactId, device, content, revision } = input
    const contact = this.#contacts.get(contactId)
    if (contact === undefined) {
      return
    }
    if (content.number === 0) {
      submitReceipt(this.#kernel, this.#outbox, input)
    } else {
      const { lastOrderMs } = this.#progress.get(contactId, device)
      const parts = { kernel: this.#kernel, outbox: this.#outbox, account: this.#account }
      const changed = submitMessage(parts, contact, lastOrderMs, input)
      this.#contacts.put(changed)
      if (contact.owesAnswer && !changed.owesAnswer) {
        this.#firstContact.answered(contactId)
      }
    }
    this.#inbox.receiptTold(contactId, device, revision)
  }

  #received(input: Extract<PeerInput, { type: 'received' }>): void {
    const { contactId, device, content, origin } = input
    const contact = this.#contacts.get(contactId)
    this.#inbox.ack(origin)
    this.#seen.add(origin)
    if (contact === undefined) {
      return
    }
    const isNew =
      content.number === 0 || this.#inbox.take(contactId, device, content, contact.lastOrderMs)
    this.#outbox.heard(contactId, device)
    for (const word of content.progress) {
      if (word.device === this.#account.device) {
        this.#outbox.progressed(contactId, device, word, contact.nextNumber - 1)
      }
    }
    if (isNew && content.body.type === 'accept') {
      this.#firstContact.answerReceived(contact, device, content.body)
    } else if (isNew && content.body.type === 'link-used') {
      this.#firstContact.answerReceived(contact, device, 'link-used')
    }
  }

  #discarded({
    contactId,
    device,
    origin,
    reason
  }: Extract<PeerInput, { type: 'discarded' }>): void {
    this.#inbox.ack(origin)
    const contact = contactId === undefined ? undefined : this.#contacts.get(contactId)
    if (contact === undefined || device === undefined) {
      return
    }
    if (reason === 'unreadable') {
      this.#seen.add(origin)
      this.#inbox.unreadable(contact.contactId, device, contact.lastOrderMs)
    } else if (reason === 'duplicate') {
      this.#inbox.duplicate(contact.contactId, device)
    }
  }

  #stored(contactId: ContactId, { messageId, replicas }: OutboxItem, isTick: boolean): void {
    if (messageId === undefined) {
      return
    }
    const relayCount = replicas.length
    this.#kernel.notify({ type: 'replica-stored', contactId, messageId, relayCount })
    if (isTick) {
      this.#kernel.notify({ type: 'message-state', contactId, messageId, state: 'on-relay' })
    }
  }

  #isReceiptDue(key: string): boolean {
    const address = this.#outbox.address(contactOfKey(key), deviceOfKey(key))
    return address !== undefined && this.#inbox.isReceiptDue(key)
  }
}
