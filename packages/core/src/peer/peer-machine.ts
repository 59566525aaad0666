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
  type AccountState,
  type AddressRecord,
  CONTACT_ADDRESSES_MAX,
  type ContactId,
  type ContactState,
  type Content,
  type DeviceNumber,
  type Here,
  type IdentityKey,
  type MailboxId,
  type NodeKey,
  type NumberRange,
  type Progress
} from '@sealpost/protocol'
import type { Bundles } from '../address/bundles.ts'
import type { OwnAddresses } from '../address/own-addresses.ts'
import { type MailboxRight, rightsAt } from '../address/mailbox-rights.ts'
import type { OwnMailbox } from '../address/own-mailboxes.ts'
import type { Inbox } from '../delivery/inbox.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { Direct, DirectDepositName } from '../direct/direct.ts'
import { isDirectInput } from '../direct/direct-contract.ts'
import type { DirectMailbox } from '../direct/direct-mailboxes.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Repairs } from '../delivery/repairs.ts'
import type { Recalls } from '../delivery/recalls.ts'
import type { MessageWords } from '../conversation/message-words.ts'
import type { Withdrawals } from '../delivery/withdrawals.ts'
import type { ClaimProgress, RequestDraft } from '../link/claim.ts'
import type { OutgoingHistory } from '../device/devices-row.ts'
import type { StopReason } from '../device/siblings.ts'
import type { HistoryProgress, OwnWord } from '../device/device-contract.ts'
import type { OwnLink, RequestBox } from '../link/invitations.ts'
import type { Link } from '../link/link.ts'
import { OneTimePrekeys } from '../link/one-time-prekeys.ts'
import type { Machine } from '../machine.ts'
import type { Account } from './account.ts'
import type { ContactDevices } from './contact-devices.ts'
import { type Contact, type Contacts, isMute } from './contacts.ts'
import type { Conversations } from './conversations.ts'
import type { PeerEffect, PeerInput, ShownMessage } from './effects.ts'
import type { FirstContact } from './first-contact.ts'
import type { PeerKernel } from './kernel.ts'
import type { OwnAccount } from './own-account.ts'
import { makePeerParts, type OwnDevices, type PeerParts } from './peer-parts.ts'
import type { PeerOptions, PeerRows } from './peer-rows.ts'
import type { Reception } from './reception.ts'
import type { RelayBook } from './relay-book.ts'
import { takePush } from './relay-pushes.ts'
import type { RelaySession } from './relay-session.ts'
import { submit, type SubmitParts } from './submissions.ts'

export class PeerMachine implements Machine<PeerInput, PeerEffect> {
  readonly #kernel: PeerKernel
  readonly #account: OwnAccount
  readonly #book: RelayBook
  readonly #contacts: Contacts
  readonly #devices: ContactDevices
  readonly #progress: ProgressTable
  readonly #outbox: Outbox
  readonly #inbox: Inbox
  readonly #repairs: Repairs
  readonly #recalls: Recalls
  readonly #withdrawals: Withdrawals
  readonly #words: MessageWords
  readonly #ownAddresses: OwnAddresses
  readonly #bundles: Bundles
  readonly #direct: Direct
  readonly #firstContact: FirstContact
  readonly #reception: Reception
  readonly #conversations: Conversations
  readonly #submitting: SubmitParts
  readonly #own: OwnDevices
  readonly #pushing: PeerParts

  private constructor(account: Account, options: PeerOptions) {
    const parts = makePeerParts(account, options, {
      onReady: (session) => {
        this.#relayReady(session)
      },
      onHeard: () => {
        this.#timeChanged()
      }
    })
    this.#kernel = parts.kernel
    this.#account = parts.account
    this.#book = parts.book
    this.#contacts = parts.contacts
    this.#devices = parts.devices
    this.#progress = parts.progress
    this.#outbox = parts.outbox
    this.#inbox = parts.inbox
    this.#repairs = parts.repairs
    this.#recalls = parts.recalls
    this.#withdrawals = parts.withdrawals
    this.#words = parts.words
    this.#ownAddresses = parts.ownAddresses
    this.#bundles = parts.bundles
    this.#direct = parts.direct
    this.#firstContact = parts.firstContact
    this.#reception = parts.reception
    this.#conversations = parts.conversations
    this.#submitting = parts.submitting
    this.#own = parts
    this.#pushing = parts
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
    this.#direct.review()
    this.#kernel.fireTimers()
    return this.#kernel.takeEffects()
  }

  deadlineMs(): number | undefined {
    return this.#kernel.deadlineMs()
  }

  // What the client asks synchronously, between inputs.

  get account(): Account {
    return this.#account.now
  }

  /** Network time at `atMs`, the client's time now: between two inputs the machine's own stands still. */
  networkTimeMs(atMs: number): number {
    return this.#book.networkTimeMs(atMs)
  }

  /** When the bundle that contacts start sessions from was made, in network time. */
  get bundleMadeAtMs(): number {
    return this.#bundles.madeAtMs
  }

  contact(contactId: ContactId): Contact | undefined {
    return this.#contacts.get(contactId)
  }

  contactOf(identityKey: IdentityKey): Contact | undefined {
    return this.#contacts.byIdentity(identityKey)
  }

  /** Everybody but the account's own devices; who was refused too. */
  contacts(): readonly Contact[] {
    return this.#contacts.all().filter(({ standing }) => standing !== 'self')
  }

  /** The account's own other devices, as a contact; undefined where there were never any. */
  self(): Contact | undefined {
    return this.#contacts.self()
  }

  /** How the account's devices reach each other, this one last: what a device that is restored from a backup begins with. */
  ownDeviceAddresses(): readonly AddressRecord[] {
    const contactId = this.self()?.contactId ?? ('' as ContactId)
    const known = this.devices(contactId).map((device) => this.theirAddress(contactId, device))
    const all = [...known, this.ownAddress(contactId)].filter((address) => address !== undefined)
    return all.slice(-CONTACT_ADDRESSES_MAX)
  }

  /** Why nothing leaves this device any more; undefined where all is well. */
  get stopped(): StopReason | undefined {
    return this.#own.siblings.stopped
  }

  /** How the copy of this home that goes on in its place is reached by the device that this one becomes. */
  formerAddress(): AddressRecord | undefined {
    return this.#own.siblings.formerAddress()
  }

  /** What our own other devices are to be told next. */
  ownWord(): OwnWord | undefined {
    return this.#own.sync.next()
  }

  /** What a transfer of history tells a sibling of the account, and of a contact. */
  accountState(): AccountState {
    return this.#own.sync.accountState()
  }

  contactState(contactId: ContactId): ContactState | undefined {
    return this.#own.sync.states.word(contactId, true)
  }

  /** History on its way to or from our own other devices. */
  transfers(): readonly HistoryProgress[] {
    return this.#own.transfers.all()
  }

  /** Transfers of which another part may be made. */
  dueTransfers(): readonly OutgoingHistory[] {
    return this.#own.transfers.due()
  }

  /** The devices of a contact that a content for it goes to, ascending; none for a contact that is not there. */
  devices(contactId: ContactId): readonly DeviceNumber[] {
    const contact = this.#contacts.get(contactId)
    return contact === undefined ? [] : this.#contacts.devices(contact)
  }

  /** Those of them that get what is new: dormant ones do not. At `nowMs`, the client's time now. */
  recipientDevices(contactId: ContactId, nowMs: number): readonly DeviceNumber[] {
    return this.#repairs.recipientDevices(contactId, nowMs)
  }

  /** Whether what is encrypted next for a device is to begin a session, at `nowMs`. */
  mustReplaceSession(contactId: ContactId, device: DeviceNumber, nowMs: number): boolean {
    return this.#repairs.mustReplaceSession(contactId, device, nowMs)
  }

  /** Those of them that were not told yet what we hold. */
  receiptDevices(contactId: ContactId): readonly DeviceNumber[] {
    const owed = this.#progress.owedBy(contactId)
    return this.devices(contactId).filter((device) => owed.includes(device))
  }

  /**
   * Whether a content that was decrypted counts: its device is listed, or it brings a list, its signature checked, that makes it so,
   * and nobody blocked it. Of one that is discarded as foreign no decryption may be kept: it comes again, and may count by then.
   */
  isSenderAllowed(contactId: ContactId, device: DeviceNumber, content: Content): boolean {
    return this.#devices.isAllowed(contactId, device, content)
  }

  /** What was said about messages: whether it is on their rows yet, and how many were deleted. */
  get words(): Pick<MessageWords, 'isUnderWay' | 'deletedCount' | 'isFading'> {
    return this.#words
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
      this.#direct.isBusy ||
      this.#repairs.isBusy ||
      this.#ownAddresses.isBusy ||
      this.#own.sync.isBusy ||
      this.#progress.owing().some((contactId) => this.#conversations.isReceiptDue(contactId)) ||
      this.#contacts.all().some((contact) => this.#firstContact.isAnswerDue(contact))
    )
  }

  /** Where an envelope came from. */
  mailbox(relay: NodeKey, mailboxId: MailboxId): OwnMailbox | undefined {
    return this.#ownAddresses.find(relay, mailboxId)
  }
  requestBox(relay: NodeKey, mailboxId: MailboxId): RequestBox | undefined {
    return this.#firstContact.invitations.find(relay, mailboxId)
  }

  /** All our mailboxes at a relay, each with what proves that it is ours. */
  rightsAt(relay: NodeKey): readonly MailboxRight[] {
    const links = this.#firstContact.invitations
    return rightsAt(this.account, relay, this.#ownAddresses.at(relay), links.boxesAt(relay))
  }

  isHeld(contactId: ContactId, device: DeviceNumber, number: number): boolean {
    return this.#inbox.isHeld(contactId, device, number)
  }

  /** Whether words of a contact tell that this home was put back to what it was before. */
  isOlder(contactId: ContactId, words: readonly Progress[]): boolean {
    return this.#repairs.isOlder(contactId, words)
  }

  /** What rides on the next content for a contact, a word for each device of which something is held; and which revisions these are. */
  progress(contactId: ContactId): {
    readonly words: readonly Progress[]
    readonly revisions: ReadonlyMap<DeviceNumber, number>
  } {
    const devices = this.devices(contactId)
    const { isReadShown } = this.account.settings
    return {
      words: this.#progress
        .words(contactId, devices)
        .map((word) => (isReadShown ? word : { ...word, readUpTo: 0 })),
      revisions: new Map(
        devices.map((device) => [device, this.#progress.get(contactId, device).revision])
      )
    }
  }

  /** The gaps in what is held of a device's messages. */
  gaps(contactId: ContactId, device: DeviceNumber): readonly NumberRange[] {
    return this.#progress.get(contactId, device).held.gaps()
  }

  /** How many messages of a contact are known to be missing, also of devices that left. */
  missingCount(contactId: ContactId): number {
    return this.#progress.missingCount(contactId)
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

  /** Whether a relay has mailboxes of ours, or is to have them: our own, and those that we left and contacts may still use. */
  isServed(relay: NodeKey): boolean {
    return this.#ownAddresses.isServed(relay)
  }

  /** Whether some relay has mailboxes of ours for a contact: an address that names it may be given out. */
  isReachableBy(contactId: ContactId): boolean {
    return this.#ownAddresses.isRegistered(contactId)
  }

  theirAddress(contactId: ContactId, device: DeviceNumber): AddressRecord | undefined {
    return this.#outbox.address(contactId, device)?.record
  }

  /** Whether a device is not where this one knows it to be, as far as that shows: see `Repairs.isNowhere`. */
  isNowhere(contactId: ContactId, device: DeviceNumber): boolean {
    return this.#repairs.isNowhere(contactId, device)
  }

  /** What the next content tells a contact of where this device is; undefined where it knows, or may not. */
  here(contactId: ContactId): Here | undefined {
    return this.#direct.here(contactId)
  }

  /** The mailbox that a deposit on a direct stream is for, once the frame was handed in. */
  directMailbox(stream: number, deposit: DirectDepositName): DirectMailbox | undefined {
    return this.#direct.mailbox(stream, deposit)
  }

  /** Whether there is a direct path to a device. */
  hasPath(contactId: ContactId, device: DeviceNumber): boolean {
    return this.#direct.isReady({ contactId, device })
  }

  /** Whether some device of the contact said that it is there. */
  isPresent(contactId: ContactId): boolean {
    return this.#direct.isPresent(contactId)
  }

  /** Whether some relay answers for a link that this home made. */
  isPublished(invitationId: string): boolean {
    return this.#firstContact.invitations.isPublished(invitationId)
  }

  /** The links that this home made and has not closed yet. */
  links(): readonly OwnLink[] {
    return this.#firstContact.invitations.all()
  }

  /** How far the way to a contact has come. */
  linkProgress(contactId: ContactId): ClaimProgress | 'accepted' {
    const { claims } = this.#firstContact
    const isAccepted = this.contact(contactId)?.standing === 'accepted'
    const isOver = isAccepted && !claims.isRenewal(contactId)
    return (isOver ? undefined : claims.progress(contactId)) ?? 'accepted'
  }

  /** The contact that a link turned out to lead to, where that was here already. */
  mergedInto(contactId: ContactId): ContactId | undefined {
    return this.#firstContact.merged.get(contactId)
  }

  /** The contact that waits for an answer to this very link. */
  contactOfLink(linkBytes: Uint8Array): ContactId | undefined {
    return this.#firstContact.claims.find(linkBytes)
  }

  /** Whether the conversation of one contact may go on with another. */
  mayReplace(contactId: ContactId): boolean {
    return this.#firstContact.standings.mayReplace(contactId)
  }

  /** Whether there is a session to write in. */
  canWriteTo(contactId: ContactId): boolean {
    const progress = this.linkProgress(contactId)
    const isAsked = progress === 'accepted' || progress === 'composed' || progress === 'requested'
    return isAsked || this.contact(contactId)?.standing === 'accepted'
  }

  invitation(contactId: ContactId): RequestDraft | undefined {
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
    for (const relay of this.#account.now.relays) {
      this.#book.want(relay, 'own')
    }
    this.#bundles.restore(rows.bundles)
    this.#book.restore(rows.knownRelays)
    this.#contacts.restore(rows.contacts)
    this.#own.state.restore(rows.devices)
    this.#progress.restore(rows.progress)
    this.#ownAddresses.restore(rows.ownAddresses)
    this.#outbox.restoreReceipts(rows.receipts)
    this.#devices.restore(rows.theirAddresses, (contactId, device) => {
      return this.#own.siblings.isLeaving(contactId, device)
    })
    this.#recalls.restore(rows.recalls)
    this.#withdrawals.restore(rows.withdrawals)
    this.#own.withdrawn.restore(rows.withdrawals)
    this.#words.restore(rows.pendingWords)
    this.#firstContact.restore(rows)
    for (const contactId of this.#progress.owing()) {
      const contact = this.#contacts.get(contactId)
      if (contact !== undefined && !isMute(contact)) {
        this.#inbox.oweReceipt(contactId, 0)
      }
    }
    this.#repairs.restore()
    this.#firstContact.resume()
    this.#own.siblings.resume()
    this.#own.sync.resume()
    this.#own.missedHistory.resume()
    this.#own.copies.resume()
    new OneTimePrekeys(this.#kernel, this.#book).start()
  }

  #dispatch(input: Exclude<PeerInput, { type: 'clock' }>): void {
    if (isDirectInput(input)) {
      this.#direct.handle(input)
      this.#own.ownWords.settled(input)
      return
    }
    switch (input.type) {
      case 'timeout':
        return
      case 'records':
        this.#kernel.answerRead(input.id, input)
        return
      case 'online':
      case 'offline':
        this.#setOnline(input.type === 'online' && this.#own.siblings.stopped === undefined)
        return
      case 'relay-connected':
        this.#book.get(input.relay)?.connected()
        return
      case 'relay-failed':
      case 'relay-closed':
        this.#book.get(input.relay)?.lost()
        return
      case 'relay-frame':
        takePush(this.#pushing, input.relay, this.#book.get(input.relay)?.frame(input.frame))
        return
      case 'submit':
        this.#submit(input)
        return
      case 'device-list-signed':
      case 'expect-device':
      case 'hand-over':
      case 'rename-device':
      case 'star':
        this.#own.ownWords.handle(input)
        return
      case 'received':
        this.#reception.received(input)
        return
      case 'discarded':
        this.#reception.discarded(input)
        return
      case 'submit-again':
        this.#repairs.submittedAgain(input)
        return
      case 'resend-requested':
        this.#repairs.requested(input)
        return
      case 'request-received':
        this.#reception.requestReceived(input)
        return
      case 'relays-changed':
        this.#ownAddresses.moveTo(input.relays, input.abandoned)
        return
      case 'notice-dismissed':
        this.#book.dismissNotice(input.relay, input.id)
        return
      case 'bundle-made':
        this.#bundles.replace(input.bundle)
        return
      case 'shown':
        this.#shown(input.messages)
        return
      case 'keep':
        this.#contacts.keep(input.contactId, input.wish, this.#book.networkTimeMs())
        return
      default:
        this.#firstContact.handle(input)
    }
  }

  #submit(input: Extract<PeerInput, { type: 'submit' }>): void {
    for (const submission of input.submissions) {
      submit(this.#submitting, submission)
    }
    this.#own.ownWords.submitted(input)
  }

  #shown(messages: readonly ShownMessage[]): void {
    this.#words.fading.shown(messages)
    for (const { contactId, device, number, messageKey } of messages) {
      this.#inbox.shown(contactId, device, number, messageKey)
      this.#own.sync.wasRead(contactId, device, number)
    }
  }

  #setOnline(isOnline: boolean): void {
    if (isOnline) {
      this.#book.setOnline(true)
      this.#direct.setOnline(true)
    } else {
      // Contacts hear that we go while relays can still be reached.
      this.#direct.setOnline(false)
      this.#book.setOnline(false)
    }
  }

  #relayReady(session: RelaySession): void {
    this.#ownAddresses.ready(session)
    this.#firstContact.ready(session)
    this.#outbox.ready(session)
    this.#direct.relayReady(session)
    this.#repairs.ready(session)
    this.#recalls.ready(session)
    this.#timeChanged()
  }

  /** Clocks say something else than a moment ago: what waits for a date may be due. */
  #timeChanged(): void {
    this.#ownAddresses.timeChanged()
    this.#bundles.timeChanged()
    this.#firstContact.timeChanged()
  }
}
