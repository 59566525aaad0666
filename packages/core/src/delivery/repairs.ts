/**
 * All that puts right what goes wrong between this device and those of contacts: what cannot be read is asked for, what is asked for
 * is encrypted anew, sessions that do not work are replaced, and gaps are closed or shown.
 *
 * ```
 *   unreadable, gap --> ResendAsks --(sealed)--> their ResendAnswers --> Refills --(encrypted)--> our inbox
 *                  `--> SessionHealth --> the next message begins a session --> Refills
 * ```
 */
import {
  type AddressRecord,
  type ContactId,
  type Content,
  type DeviceNumber,
  LIFETIMES_MS,
  type NodeKey,
  type NumberRange,
  type Progress,
  type ResendRequest,
  type SignedDeviceList
} from '@sealpost/protocol'
import type { Account } from '../peer/account.ts'
import type { Contact, Contacts } from '../peer/contacts.ts'
import type { EnvelopeOrigin, PeerInput, Submission } from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { skipHeld } from '../peer/held-numbers.ts'
import { deviceKey } from '../peer/keys.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import { awakeDevices, isDormant } from './dormancy.ts'
import type { Inbox } from './inbox.ts'
import { takeUnavailable } from './lost-numbers.ts'
import { countNumbers, firstNumbers, withoutRanges } from './number-ranges.ts'
import type { Outbox } from './outbox.ts'
import type { ProgressTable } from './progress.ts'
import { Refills } from './refills.ts'
import { ResendAnswers } from './resend-answers.ts'
import { ResendAsks } from './resend-asks.ts'
import { isBeyondGiven, SaidAnew } from './said-anew.ts'
import type { SeenCiphertexts } from './seen-ciphertexts.ts'
import { SessionHealth } from './session-health.ts'
import { Unreadables } from './unreadables.ts'

/** What comes and cannot be read was said no longer ago than relays keep it. */
const ENVELOPE_MS: number = Math.max(...LIFETIMES_MS)

export interface RepairsParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly contacts: Contacts
  readonly progress: ProgressTable
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly seen: SeenCiphertexts
  readonly account: () => Account
  /** Whether a numbered content told the contact how to reach this device. */
  readonly isAddress: (contactId: ContactId, number: number) => boolean
  /** Whether relays have given all that they held. */
  readonly isCaughtUp: () => boolean
  /** Something that a contact said, and cannot send any more, is not here. */
  readonly onMissing: (contact: Contact) => void
  /** Another own device, which was left out for its silence since then, is heard again. */
  readonly onAwake: (device: DeviceNumber, sinceMs: number) => void
  /** Another own device knows a later state of this home. */
  readonly onBehind: () => void
  /** One of them tells the account's list, since the number at hand is that of a device that was added before. */
  readonly onList: (contactId: ContactId, list: SignedDeviceList) => void
  /** A contact knows a later state, who may have been told another address since. */
  readonly onOlder: (contactId: ContactId) => void
  /** Another own device could not read something that was said since then. */
  readonly onUnread: (device: DeviceNumber, sinceMs: number) => void
}

export class Repairs {
  readonly #parts: RepairsParts
  readonly #health: SessionHealth
  readonly #asks: ResendAsks
  readonly #refills: Refills
  readonly #answers: ResendAnswers
  readonly #unreadables: Unreadables
  readonly #anew: SaidAnew

  constructor(parts: RepairsParts) {
    const { progress, inbox } = parts
    // What was read is nothing that helps here, and not everybody says it.
    const words = (contactId: ContactId): readonly Progress[] =>
      progress.words(contactId, this.#devices(contactId)).map((word) => ({ ...word, readUpTo: 0 }))
    this.#parts = parts
    this.#health = new SessionHealth(parts.kernel, progress)
    this.#unreadables = new Unreadables(parts.kernel, progress)
    this.#asks = new ResendAsks({
      ...parts,
      words,
      isAskable: (contactId, device) => this.#devices(contactId).includes(device),
      onAnswered: (contactId, device) => {
        this.#unreadables.settled(contactId, device)
      }
    })
    const recipients = (contactId: ContactId): readonly DeviceNumber[] =>
      this.#recipients(contactId)
    this.#refills = new Refills({
      ...parts,
      words,
      recipients,
      devices: (contactId) => this.#devices(contactId)
    })
    this.#answers = new ResendAnswers({
      ...parts,
      health: this.#health,
      refills: this.#refills,
      ownDevice: () => parts.account().device,
      lastNumber: (contactId) => this.#lastNumber(contactId),
      isReadSince: (contactId, device, atMs) => this.#asks.isReadSince(contactId, device, atMs),
      tellAgain: (contactId, device) => {
        inbox.tellAgain(contactId, device)
      }
    })
    this.#anew = new SaidAnew({
      ...parts,
      health: this.#health,
      refills: this.#refills,
      asks: this.#asks,
      recipients
    })
  }

  /** Goes on where the last process ended. */
  restore(): void {
    this.#asks.restore()
    this.#refills.restore()
    this.#unreadables.restore()
    this.#anew.restore()
  }

  /** Whether a relay we are connected to is about to get a resend request, or what is encrypted anew. */
  get isBusy(): boolean {
    return this.#asks.isBusy || this.#refills.isBusy
  }

  /** Whether the next message to a device is to begin a session, at `nowMs`. */
  mustReplaceSession(contactId: ContactId, device: DeviceNumber, nowMs: number): boolean {
    return this.#health.mustReplace(contactId, device, nowMs)
  }

  /** Those of a contact's devices that get what is new. */
  recipientDevices(contactId: ContactId, nowMs: number): readonly DeviceNumber[] {
    const contact = this.#parts.contacts.get(contactId)
    const devices = contact === undefined ? [] : this.#parts.contacts.devices(contact)
    return awakeDevices(this.#parts.progress, contactId, devices, nowMs)
  }

  /**
   * Whether nothing is known of where a device is: no relay takes anything for it, or nothing came of it since it was first written to,
   * for as long as makes one dormant. A relay that was not heard to destroy a mailbox takes for it what nobody fetches.
   */
  isNowhere(contactId: ContactId, device: DeviceNumber): boolean {
    const { kernel, outbox, progress } = this.#parts
    const { heardAtMs, unansweredSinceMs } = progress.get(contactId, device).repair
    const isSilent = heardAtMs === 0 && isDormant(unansweredSinceMs, kernel.atMs)
    return isSilent || outbox.address(contactId, device)?.isNowhere === true
  }

  ready(session: RelaySession): void {
    this.#asks.ready(session)
  }

  lost(relay: NodeKey): void {
    this.#asks.lost(relay)
  }

  /**
   * A content of a device was read, and each part has taken what is its own.
   *
   * @param isNew whether it was a message that was not here. @param isProgress whether it says that something of ours arrived.
   */
  read(
    contactId: ContactId,
    device: DeviceNumber,
    content: Content,
    { isNew, isProgress }: { readonly isNew: boolean; readonly isProgress: boolean }
  ): void {
    const { kernel, progress } = this.#parts
    const { heardAtMs } = progress.get(contactId, device).repair
    if (isNew && content.body.type === 'unavailable') {
      const { number, body } = content
      const contact = this.#parts.contacts.get(contactId)
      if (
        takeUnavailable(kernel, progress, contactId, device, { number, body }) &&
        contact !== undefined
      ) {
        this.#parts.onMissing(contact)
      }
    }
    this.#health.read(contactId, device, isProgress)
    if (isNew && content.number > 0) {
      this.#unreadables.taken(contactId, device)
    }
    this.#asks.read(contactId, device, content.sentAtMs)
    const { repair } = progress.get(contactId, device)
    if (repair.isUnfilled) {
      repair.isUnfilled = false
      if (this.#parts.contacts.get(contactId)?.standing !== 'self') {
        this.#fill(contactId, device, content.progress)
      } else {
        progress.save(contactId, device)
        if (isDormant(heardAtMs, kernel.atMs)) {
          this.#parts.onAwake(device, heardAtMs)
        }
      }
    }
    if (content.progress.some((word) => word.device === this.#parts.account().device)) {
      this.#refills.introduced(contactId, device, 0)
    }
    this.#refills.reached(contactId, device)
  }

  /** A relay, or the device itself, stores that number for it. */
  stored(contactId: ContactId, device: DeviceNumber, number: number): void {
    if (this.#parts.isAddress(contactId, number)) {
      this.#refills.introduced(contactId, device, number)
    }
  }

  /** Something that was meant for a conversation could not be read. @param isSessionLost whether there is no session for it. */
  unreadable(
    { contactId, lastOrderMs, standing }: Contact,
    device: DeviceNumber,
    { ciphertextHash }: EnvelopeOrigin,
    isSessionLost: boolean
  ): void {
    const { inbox } = this.#parts
    if (this.#unreadables.hasRoom(contactId, device)) {
      // Nobody reads what own devices say to each other.
      const isShown = standing !== 'self'
      const key = isShown ? inbox.unreadable(contactId, device, lastOrderMs) : ''
      this.#unreadables.noted(contactId, device, key)
    }
    this.#health.unreadable(contactId, device, isSessionLost)
    this.#asks.unreadable(contactId, device, ciphertextHash ?? '')
    this.#beginSoon(contactId, device)
  }

  /** The sooner we write to a device whose words cannot be read, the sooner there is a session. */
  #beginSoon(contactId: ContactId, device: DeviceNumber): void {
    const { inbox, kernel } = this.#parts
    const isWrittenTo = this.#devices(contactId).includes(device)
    if (isWrittenTo && this.#health.isBroken(contactId, device)) {
      const waitMs = this.#health.waitMs(contactId, device)
      if (waitMs === 0) {
        inbox.tellAgain(contactId, device)
      } else {
        kernel.setTimer(`session ${deviceKey(contactId, device)}`, waitMs, () => {
          this.#beginSoon(contactId, device)
        })
      }
    }
  }

  /** A device asks for what it could not read. */
  requested({
    origin,
    contactId,
    device,
    request,
    unheard
  }: Extract<PeerInput, { type: 'resend-requested' }>): void {
    const { account, inbox, seen } = this.#parts
    inbox.ack(origin)
    seen.add(origin)
    const isSelf = this.#parts.contacts.get(contactId)?.standing === 'self'
    if (isSelf && request.deviceList !== undefined) {
      this.#parts.onList(contactId, request.deviceList)
    } else if (this.#devices(contactId).includes(device)) {
      const word = request.progress.find((one) => one.device === account().device)
      if (isSelf) {
        this.#heardFromSibling(contactId, device, request)
      } else if (word !== undefined && unheard !== undefined && unheard.length > 0) {
        this.#begin(contactId, word, unheard)
      }
      this.#answers.requested(contactId, device, request)
    }
  }

  /**
   * Whether words of a contact tell that this home was put back to what it was before: it holds numbers that were never given here.
   */
  isOlder(contactId: ContactId, words: readonly Progress[]): boolean {
    const contact = this.#parts.contacts.get(contactId)
    const word = words.find((one) => one.device === this.#parts.account().device)
    const isTheirs = contact !== undefined && contact.standing !== 'self'
    return isTheirs && word !== undefined && isBeyondGiven(contact, word)
  }

  /** Whether a device's word about our numbers is about those of another life. */
  isSayingAnew(contactId: ContactId): boolean {
    return this.#anew.isUnderWay(contactId)
  }

  /** A device's word told that. @param unheard numbers under which something was said that it may not have. */
  fellBehind(contactId: ContactId, words: readonly Progress[], unheard: readonly number[]): void {
    const word = words.find((one) => one.device === this.#parts.account().device)
    if (word !== undefined) {
      this.#begin(contactId, word, unheard)
    }
  }

  #begin(contactId: ContactId, word: Progress, unheard: readonly number[]): void {
    if (this.#anew.begin(contactId, word, unheard)) {
      this.#parts.onOlder(contactId)
    }
  }

  /** What another own device asks is believed: nobody else knows the key of the seal. */
  #heardFromSibling(contactId: ContactId, device: DeviceNumber, request: ResendRequest): void {
    const { account, contacts, onBehind, onUnread } = this.#parts
    const word = request.progress.find((one) => one.device === account().device)
    if (word !== undefined && skipHeld(contacts, contactId, word)) {
      onBehind()
    }
    if (request.ciphertextHash.length > 0) {
      onUnread(device, request.sentAtMs - ENVELOPE_MS)
    }
  }

  /**
   * Another copy of this home may have gone on in its sessions: whatever is said next begins others. Who was silent here may have heard
   * that copy alone, and not know where this one is: they get what is new, as if they had been heard now.
   */
  replaceSessions(): void {
    const { contacts, kernel, onAwake, progress } = this.#parts
    for (const { contactId, device } of progress.all()) {
      if (this.#devices(contactId).includes(device)) {
        const { repair } = progress.get(contactId, device)
        const { heardAtMs } = repair
        const isSilent = isDormant(heardAtMs, kernel.atMs)
        this.#health.fellBehind(contactId, device)
        repair.heardAtMs = isSilent ? kernel.atMs : heardAtMs
        progress.save(contactId, device)
        if (isSilent && contacts.get(contactId)?.standing === 'self') {
          onAwake(device, heardAtMs)
        }
      }
    }
  }

  /**
   * Another copy of this home gave numbers up to the last of these, of which those given here too stand for something else: what was
   * said here under them is said anew.
   *
   * @returns those given here too.
   */
  clashed(contactId: ContactId, range: NumberRange): readonly NumberRange[] {
    const given = this.#anew.given(contactId, range)
    const { device } = this.#parts.account()
    const word = { device, deliveredUpTo: range.last, deliveredBeyond: [], readUpTo: 0 }
    this.#anew.begin(contactId, word, firstNumbers(given, countNumbers(given)))
    return given
  }

  /** Has messages that are here, and were sent as none of these numbers, sent as them. */
  sendAs(contactId: ContactId, ranges: readonly NumberRange[]): void {
    for (const device of this.#recipients(contactId)) {
      const how = { isAnew: true, isFilling: true, isAsked: false }
      this.#refills.start(contactId, device, { ranges, ...how })
    }
  }

  /** See `ResendAsks.tellList`. */
  tellList(contactId: ContactId, record: AddressRecord): void {
    this.#asks.tellList(contactId, record, this.#parts.account().deviceList)
  }

  /** A device is reached in another way than before. */
  readdressed(contactId: ContactId, device: DeviceNumber): void {
    this.#asks.readdressed(contactId, device)
  }

  /** Something was encrypted for these devices, and is on its way. */
  submitted({ contactId, content, parts }: Submission): void {
    for (const { device, isNewSession } of parts) {
      this.#sent(contactId, device, isNewSession === true, content.number)
    }
    if (content.number > 0) {
      this.#leftOut(
        contactId,
        parts.map(({ device }) => device)
      )
    }
    if (content.body.type === 'unavailable') {
      this.#refills.told(contactId, content.body)
    } else if (content.body.type === 'withdrawal') {
      this.#refills.withdrawn(contactId, content.body.number)
    }
  }

  /** Takes what was encrypted anew. */
  submittedAgain(input: Extract<PeerInput, { type: 'submit-again' }>): void {
    const { contactId, device, items, isNewSession } = input
    if (!this.#devices(contactId).includes(device)) {
      return
    }
    this.#refills.taken(contactId, device, items)
    const numbers = items.map(({ number }) => ({ first: number, last: number }))
    this.#sent(contactId, device, isNewSession, 0, numbers)
  }

  /** A contact has these devices more. */
  added(contactId: ContactId, devices: readonly DeviceNumber[]): void {
    if (this.#lastNumber(contactId) > 0) {
      this.#leaveOut(contactId, devices)
    }
  }

  /** Forgets a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    this.#parts.kernel.cancelTimer(`session ${deviceKey(contactId, device)}`)
    this.#health.forget(contactId, device)
    this.#asks.forget(contactId, device)
    this.#refills.forget(contactId, device)
    this.#answers.forget(contactId, device)
    this.#unreadables.forget(contactId, device)
  }

  /** @param number of what was sent, 0 for none. @param again what else is encrypted in the session. */
  #sent(
    contactId: ContactId,
    device: DeviceNumber,
    isNewSession: boolean,
    number: number,
    again: readonly NumberRange[] = []
  ): void {
    this.#health.sent(contactId, device, isNewSession)
    if (isNewSession) {
      const { theirsDeliveredUpTo } = this.#parts.progress.get(contactId, device)
      const last = number > 0 ? number - 1 : this.#lastNumber(contactId)
      const ranges = withoutRanges([{ first: theirsDeliveredUpTo + 1, last }], again)
      this.#refills.start(contactId, device, {
        ranges,
        isAnew: true,
        isFilling: false,
        isAsked: false
      })
    }
  }

  /**
   * Who did not get a message gets it when it is heard. It is told once what is held of it: where this device was the one that was away,
   * each would wait for the other to say something.
   */
  #leftOut(contactId: ContactId, reached: readonly DeviceNumber[]): void {
    const { inbox, kernel, progress } = this.#parts
    const others = this.#devices(contactId).filter((device) => !reached.includes(device))
    for (const device of others) {
      const { heardAtMs, isUnfilled } = progress.get(contactId, device).repair
      if (!isUnfilled && isDormant(heardAtMs, kernel.atMs)) {
        inbox.tellAgain(contactId, device)
      }
    }
    this.#leaveOut(contactId, others)
  }

  #leaveOut(contactId: ContactId, devices: readonly DeviceNumber[]): void {
    const { progress } = this.#parts
    for (const device of devices) {
      const { repair } = progress.get(contactId, device)
      if (!repair.isUnfilled) {
        repair.isUnfilled = true
        progress.save(contactId, device)
      }
    }
  }

  /** Has a device get whatever it does not say it holds. */
  #fill(contactId: ContactId, device: DeviceNumber, words: readonly Progress[]): void {
    const { account, progress } = this.#parts
    const word = words.find((one) => one.device === account().device)
    const { theirsDeliveredUpTo } = progress.get(contactId, device)
    const upTo = Math.max(theirsDeliveredUpTo, word?.deliveredUpTo ?? 0)
    const ranges = withoutRanges(
      [{ first: upTo + 1, last: this.#lastNumber(contactId) }],
      word?.deliveredBeyond ?? []
    )
    progress.save(contactId, device)
    this.#refills.start(contactId, device, {
      ranges,
      isAnew: false,
      isFilling: true,
      isAsked: false
    })
  }

  /** The devices of those whom we write to. */
  #devices(contactId: ContactId): readonly DeviceNumber[] {
    const { contacts } = this.#parts
    const contact = contacts.get(contactId)
    const isWrittenTo =
      contact !== undefined && ['requested', 'accepted', 'self'].includes(contact.standing)
    return isWrittenTo ? contacts.devices(contact) : []
  }

  #recipients(contactId: ContactId): readonly DeviceNumber[] {
    const { kernel, progress } = this.#parts
    return awakeDevices(progress, contactId, this.#devices(contactId), kernel.atMs)
  }

  #lastNumber(contactId: ContactId): number {
    return (this.#parts.contacts.get(contactId)?.nextNumber ?? 1) - 1
  }
}
