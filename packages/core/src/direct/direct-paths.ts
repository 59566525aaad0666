/**
 * Direct paths to contacts' devices: when there is one, to whom, and whose streams they are.
 *
 * ```
 *   closed --somebody may have a path, online--> opening --node key--> open: tells where it is, dials, is dialled
 *      ^                                            |                    |
 *      +---- nobody may any more, offline ----------+--------------------+
 *
 *   a device of a contact:
 *   nothing known --its word--> known --talking, or something to send--> dialing --> ready --deposits--> durable there
 *        ^                       ^  ^                                       |          |
 *        +------- an hour -------+  +------ 30 s .. 10 min -----------------+          |
 *                                   +---------- half an hour without a deposit, lost --+
 *
 *   a stream that came in:  unknown --a word names its node key, a content of its device came--> ready
 *                              `--30 s--> cut
 * ```
 * Where both take offers, one offers instead of dialling: `path-offers.ts`.
 *
 * A path needs both sides' leave: ours is that we tell where we are, and open what comes; theirs is the same. Of two streams
 * between one pair stays the one that the smaller node key dialled: both sides see that alike.
 *
 * Own devices seek each other: what one holds is told once more at every start, and whenever a path to another is lost, and says
 * where this device is. Else two that hand over a history would wait for the relays where one of them was started anew.
 */
import {
  type ContactId,
  type DirectFrame,
  equalSecrets,
  type Here,
  type LiveBody,
  type LiveContent,
  type MailboxId,
  type NodeKey,
  type PathEnd,
  type Settings
} from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { TheirAddress } from '../address/their-address.ts'
import type { OutboxItem } from '../delivery/outbox-item.ts'
import type { Contact, Contacts } from '../peer/contacts.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { DirectOrigin, SealedInner } from './direct-contract.ts'
import { depositOf, directDeposit, liveDeposit } from './direct-deposit.ts'
import { DirectDials, type OwnNode } from './direct-dials.ts'
import { type DirectMailbox, DirectMailboxes } from './direct-mailboxes.ts'
import { type ContactDevice, type DirectOutcome, DirectStream } from './direct-stream.ts'
import { isOfNow } from './live-contents.ts'
import { TheirHeres } from './their-heres.ts'

/** For how long our own word counts: less than the hour that others take, since clocks differ. */
const HERE_TOLD_MS = 50 * 60_000
/** A word that still counts for so long need not be said again. */
const HERE_FRESH_MS = 20 * 60_000
/** Whoever wrote so recently may well write again. */
const TALKING_MS = 10 * 60_000
/** Streams at once, in whatever direction: what the transport takes. */
const STREAMS_MAX = 32
/** A stream that nobody is known to be behind is cut after so long. */
const UNKNOWN_MS = 30_000
/** A stream on which nothing was deposited for so long is ended. */
const IDLE_MS = 30 * 60_000
/** A stream that lasted so long was sound: the next failure is the first again. */
const SOUND_MS = 30_000
/** A transport that cannot be opened, since its port is taken, say, is tried again after so long. */
const REOPEN_MS = 300_000
/** Epochs that are tried, as seen from the present one: clocks differ. */
const EPOCH_SHIFTS = [0, 1, -1] as const

export interface DirectPathsParts {
  readonly kernel: PeerKernel
  readonly contacts: Contacts
  readonly ownAddresses: OwnAddresses
  readonly settings: () => Settings
  readonly networkTimeMs: () => number
  readonly address: (device: ContactDevice) => TheirAddress | undefined
  /** There is a path to a device now. */
  readonly onReady: (device: ContactDevice) => void
  /** There is none any more. */
  readonly onLost: (device: ContactDevice) => void
  /** The next content for this own device says where we are: there should be one. */
  readonly onSought: (device: ContactDevice) => void
  /** As `LiveContents.tellPath`. */
  readonly tellPath: (device: ContactDevice, body: LiveBody) => void
}

/** What of a deposit on a stream says where it is to go. */
export interface DirectDepositName {
  readonly number: number
  readonly mailboxId: MailboxId
  readonly depositToken: Uint8Array
}

export class DirectPaths {
  readonly #parts: DirectPathsParts
  readonly #heres = new TheirHeres()
  readonly #mailboxes: DirectMailboxes
  readonly #streams = new Map<number, DirectStream>()
  readonly #dials: DirectDials
  /** Until when what we told contacts counts, in network time: only they may know our node key. */
  readonly #told = new Map<ContactId, number>()
  #phase: 'closed' | 'opening' | 'open' = 'closed'
  #own: OwnNode | undefined
  #isOnline = false

  constructor(parts: DirectPathsParts) {
    this.#parts = parts
    this.#mailboxes = new DirectMailboxes(parts.ownAddresses)
    this.#dials = new DirectDials(parts.kernel, parts.tellPath)
  }

  // ---- leave

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    this.review()
  }

  /** Contacts or settings changed: ends what has no leave any more, and opens or closes the transport. */
  review(): void {
    const { kernel, contacts } = this.#parts
    for (const stream of this.#streams.values()) {
      if (stream.owner !== undefined && !this.#mayReach(stream.owner.contactId)) {
        this.#cut(stream)
      }
    }
    this.#dials.review(({ contactId }) => this.#mayReach(contactId))
    for (const contactId of this.#told.keys()) {
      if (!this.#mayReach(contactId)) {
        this.#told.delete(contactId)
        this.#heres.forget(contactId)
      }
    }
    // Own devices that do not exist yet reach nothing.
    const isWanted =
      this.#isOnline &&
      contacts.all().some((contact) => {
        return this.#isAllowed(contact) && contacts.devices(contact).length > 0
      })
    if (isWanted && this.#phase === 'closed' && !kernel.hasTimer('open direct')) {
      this.#open()
    } else if (!isWanted && this.#phase !== 'closed') {
      this.#close()
    }
  }

  /** The transport is open. */
  opened(own: OwnNode): void {
    if (this.#phase === 'opening') {
      this.#phase = 'open'
      this.#own = own
      this.#mailboxes.setNodeKey(own.nodeKey)
      this.#armIdleCheck()
      const self = this.#parts.contacts.self()
      if (self !== undefined) {
        for (const device of this.#parts.contacts.devices(self)) {
          this.#seek({ contactId: self.contactId, device })
        }
      }
    }
  }

  /** Another own device is to learn where we are, though there may be nothing to say: it may have forgotten, or never known. */
  #seek(device: ContactDevice): void {
    if (this.#own !== undefined && this.#mayReach(device.contactId)) {
      this.#told.delete(device.contactId)
      this.#parts.onSought(device)
    }
  }

  /** The transport cannot be opened. */
  openFailed(): void {
    if (this.#phase === 'opening') {
      this.#phase = 'closed'
      this.#parts.kernel.setTimer('open direct', REOPEN_MS, () => {
        this.review()
      })
    }
  }

  #open(): void {
    this.#phase = 'opening'
    this.#parts.kernel.emit({ type: 'open-direct' })
  }

  #close(): void {
    const { kernel } = this.#parts
    this.#phase = 'closed'
    this.#own = undefined
    this.#mailboxes.setNodeKey(undefined)
    this.#told.clear()
    this.#dials.clear()
    kernel.cancelTimer('direct idle')
    kernel.emit({ type: 'close-direct' })
    for (const { id } of [...this.#streams.values()]) {
      this.closed(id)
    }
  }

  #isAllowed({ standing, direct }: Contact): boolean {
    const isKnown = standing === 'accepted' || standing === 'self'
    return isKnown && (direct === 'default' ? this.#parts.settings().isDirect : direct === 'on')
  }

  #mayReach(contactId: ContactId): boolean {
    const contact = this.#parts.contacts.get(contactId)
    return contact !== undefined && this.#isAllowed(contact)
  }

  // ---- where devices are

  /** What the next content tells a contact of where this device is; undefined where it knows, or may not. */
  here(contactId: ContactId): Here | undefined {
    if (this.#own === undefined || !this.#mayReach(contactId)) {
      return undefined
    }
    const networkTimeMs = this.#parts.networkTimeMs()
    const isFresh = (this.#told.get(contactId) ?? 0) > networkTimeMs + HERE_FRESH_MS
    return isFresh ? undefined : { ...this.#own, validUntilMs: networkTimeMs + HERE_TOLD_MS }
  }

  /** A content that says so is on its way to a contact, durably. */
  told(contactId: ContactId, { validUntilMs }: Here): void {
    this.#told.set(contactId, validUntilMs)
  }

  /** A device said where it is, in a content of that time. */
  heard(device: ContactDevice, here: Here, sentAtMs: number): void {
    const now = this.#parts.networkTimeMs()
    if (!this.#mayReach(device.contactId)) {
      return
    }
    const before = this.#heres.of(device, now)
    if (!this.#heres.take(device, here, now)) {
      return
    }
    if (before?.nodeKey !== here.nodeKey) {
      // It was started anew, and has forgotten what we told it.
      this.#told.delete(device.contactId)
    }
    for (const stream of this.#streams.values()) {
      if (stream.owner === undefined && stream.nodeKey === here.nodeKey) {
        this.#identify(stream, device)
      }
    }
    if (now - sentAtMs <= TALKING_MS) {
      this.want(device)
    }
  }

  /** There is something to send to a device: dials it where it is known to be. */
  want(device: ContactDevice): void {
    const own = this.#own
    const here = this.#heres.of(device, this.#parts.networkTimeMs())
    if (own === undefined || here === undefined || here.nodeKey === own.nodeKey) {
      return
    }
    const isPossible = this.#mayReach(device.contactId) && this.#hasRoom
    if (isPossible && this.#streamTo(device) === undefined) {
      this.#dials.try(device, here, own)
    }
  }

  get #hasRoom(): boolean {
    return this.#streams.size + this.#dials.count < STREAMS_MAX
  }

  // ---- offers, where neither can be dialled

  /** A device offers a path, or answers our offer of one. */
  pathWord(device: ContactDevice, { sentAtMs, body }: LiveContent): void {
    const { contacts, networkTimeMs } = this.#parts
    const contact = contacts.get(device.contactId)
    const isTheirs = contact !== undefined && contacts.devices(contact).includes(device.device)
    const mayBe = isTheirs && this.#isAllowed(contact) && isOfNow(sentAtMs, networkTimeMs())
    if (this.#own === undefined || !mayBe) {
      return
    }
    if (body.type === 'path-answer') {
      this.#dials.answered(device, body)
    } else if (body.type === 'path-offer' && this.#hasRoom) {
      this.#dials.offered(device, body, this.#own)
    }
  }

  /** As `PathOffers.made`. */
  pathMade(attempt: number, end: PathEnd): void {
    this.#dials.pathMade(attempt, end)
  }

  /** As `PathOffers.failed`. */
  pathFailed(attempt: number): void {
    this.#dials.pathFailed(attempt)
  }

  // ---- streams

  connected(init: {
    readonly id: number
    readonly nodeKey: NodeKey
    readonly isDialled: boolean
  }): void {
    const { kernel } = this.#parts
    const { nodeKey, isDialled } = init
    const sought = this.#dials.connected(nodeKey, isDialled)
    const told = isDialled ? undefined : this.#heres.ownerOf(nodeKey, this.#parts.networkTimeMs())
    const owner = sought ?? told
    const isUnasked = isDialled && owner === undefined
    if (this.#own === undefined || isUnasked || this.#streams.size >= STREAMS_MAX) {
      kernel.emit({ type: 'cut-direct', stream: init.id })
      return
    }
    const stream = new DirectStream(kernel, init)
    this.#streams.set(stream.id, stream)
    if (owner !== undefined) {
      this.#identify(stream, owner)
    } else {
      kernel.setTimer(unknownTimer(stream), UNKNOWN_MS, () => {
        this.#cut(stream)
      })
    }
    this.#settleTwins(stream)
  }

  dialFailed(nodeKey: NodeKey): void {
    this.#dials.dialFailed(nodeKey)
  }

  closed(id: number): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) {
      return
    }
    this.#streams.delete(id)
    this.#parts.kernel.cancelTimer(unknownTimer(stream))
    const { owner, nodeKey } = stream
    const isAnotherLeft = owner !== undefined && this.#streamTo(owner) !== undefined
    if (this.#parts.kernel.steadyMs - stream.openedAtMs >= SOUND_MS) {
      this.#dials.sound(nodeKey)
    } else if (stream.isDialled && !isAnotherLeft) {
      this.#dials.failed(nodeKey)
    }
    stream.over()
    if (owner !== undefined && !isAnotherLeft) {
      this.#parts.onLost(owner)
      if (owner.contactId === this.#parts.contacts.self()?.contactId) {
        this.#seek(owner)
      }
    }
  }

  frame(id: number, frame: DirectFrame): void {
    const stream = this.#streams.get(id)
    if (stream !== undefined && !stream.frame(frame)) {
      this.#cut(stream)
    }
  }

  /** Whether there is a path to a device. */
  isReady(device: ContactDevice): boolean {
    return this.#streamTo(device) !== undefined
  }

  /** Whether there is a path to some device of a contact. */
  hasPath(contactId: ContactId): boolean {
    return [...this.#streams.values()].some(({ owner }) => owner?.contactId === contactId)
  }

  /** Whether a deposit, or an answer to one, is under way. */
  get isBusy(): boolean {
    return [...this.#streams.values()].some(({ isBusy }) => isBusy)
  }

  // ---- deposits of ours

  /**
   * Deposits on the path to a device, if there is one with room. Of those that are denied it tries the epochs beside the present.
   *
   * @param answered called once, unless this returns false, and not within this call.
   */
  deposit(
    device: ContactDevice,
    item: OutboxItem,
    answered: (outcome: DirectOutcome) => void
  ): boolean {
    const stream = this.#streamTo(device)
    const address = this.#parts.address(device)
    if (stream === undefined || stream.isDeaf || address === undefined) {
      return false
    }
    return this.#depositAt(stream, { address, item, shifts: shiftsFrom(stream), answered })
  }

  /** Deposits live content on the path to a device, if there is one. */
  depositLive(device: ContactDevice, inner: SealedInner): boolean {
    const { kernel, address, networkTimeMs } = this.#parts
    const stream = this.#streamTo(device)
    const epoch = (address(device)?.presentEpoch(networkTimeMs()) ?? 0) + (stream?.shift ?? 0)
    const secrets = stream && address(device)?.secretsAt(stream.nodeKey, epoch)
    if (stream === undefined || secrets === undefined) {
      return false
    }
    const deposit = liveDeposit(kernel.random, secrets, inner)
    stream.depositLive((number) => directDeposit(stream, number, deposit))
    return true
  }

  #depositAt(
    stream: DirectStream,
    asked: {
      readonly address: TheirAddress
      readonly item: OutboxItem
      readonly shifts: readonly number[]
      readonly answered: (outcome: DirectOutcome) => void
    }
  ): boolean {
    const { address, item, shifts, answered } = asked
    const [shift = 0, ...others] = shifts
    const epoch = address.presentEpoch(this.#parts.networkTimeMs()) + shift
    const secrets = address.secretsAt(stream.nodeKey, epoch)
    const next = { address, item, shifts: others, answered }
    if (secrets === undefined) {
      return others.length > 0 && this.#depositAt(stream, next)
    }
    const deposit = depositOf(item, stream.nodeKey, secrets)
    return stream.deposit(
      (number) => directDeposit(stream, number, deposit),
      (outcome) => {
        if (outcome === 'stored') {
          stream.shift = shift
        } else if (outcome === 'denied' && others.length > 0 && this.#depositAt(stream, next)) {
          return
        } else if (outcome === 'denied') {
          // They gave no leave, or know of no seed that we do: the relays may know better.
          stream.isDeaf = true
        }
        answered(outcome)
      }
    )
  }

  // ---- deposits of theirs

  /** The mailbox that a deposit on a stream is for; undefined where it is for none, or is not taken now. */
  mailbox(id: number, deposit: DirectDepositName): DirectMailbox | undefined {
    const stream = this.#streams.get(id)
    if (stream?.isTaken(deposit.number) !== true) {
      return undefined
    }
    const owner = stream.owner?.contactId
    const told = [...this.#told.keys()]
    const candidates = owner === undefined ? told : [owner, ...told]
    const allowed = candidates.filter((contactId) => this.#mayReach(contactId))
    const mailbox = this.#mailboxes.find(deposit.mailboxId, allowed)
    const isRight =
      mailbox !== undefined && equalSecrets(mailbox.depositToken, deposit.depositToken)
    return isRight ? mailbox : undefined
  }

  /** A device's own content came on a stream: that is who is behind it. */
  proved({ stream: id }: DirectOrigin, device: ContactDevice): void {
    const stream = this.#streams.get(id)
    const owner = stream?.owner
    if (
      stream === undefined ||
      (owner?.contactId === device.contactId && owner.device === device.device)
    ) {
      return
    }
    stream.owner = undefined
    if (owner !== undefined && this.#streamTo(owner) === undefined) {
      this.#parts.onLost(owner)
    }
    this.#identify(stream, device)
  }

  /** A deposit is dealt with, in the batch of the input at hand. */
  ack({ stream, number }: DirectOrigin): void {
    this.#streams.get(stream)?.stored(number)
  }

  /** The live content of a deposit was looked at. */
  tookLive({ stream, number }: Pick<DirectOrigin, 'stream' | 'number'>): void {
    this.#streams.get(stream)?.forgetLive(number)
  }

  /** A deposit is nothing to us. */
  deny({ stream: id, number }: DirectOrigin): void {
    const stream = this.#streams.get(id)
    if (stream?.denied(number) === false) {
      this.#cut(stream)
    }
  }

  // ---- within

  #streamTo({ contactId, device }: ContactDevice): DirectStream | undefined {
    if (!this.#mayReach(contactId)) {
      return undefined
    }
    for (const stream of this.#streams.values()) {
      if (stream.owner?.contactId === contactId && stream.owner.device === device) {
        return stream
      }
    }
    return undefined
  }

  #identify(stream: DirectStream, owner: ContactDevice): void {
    if (!this.#mayReach(owner.contactId)) {
      return
    }
    const isNew = this.#streamTo(owner) === undefined
    stream.owner = owner
    this.#parts.kernel.cancelTimer(unknownTimer(stream))
    if (isNew) {
      this.#parts.onReady(owner)
    }
  }

  /** Ends all but one of the streams to one node, and those to what a device was before it was started anew. */
  #settleTwins(latest: DirectStream): void {
    for (const stream of [...this.#streams.values()]) {
      if (stream.nodeKey !== latest.nodeKey && isOneDevice(stream.owner, latest.owner)) {
        this.#cut(stream)
      } else if (stream !== latest && stream.nodeKey === latest.nodeKey) {
        const [first, second] = [this.#diallerOf(stream), this.#diallerOf(latest)]
        // Who dials again knows of no stream any more.
        if (first >= second) {
          this.#cut(stream)
        } else {
          this.#cut(latest)
          return
        }
      }
    }
  }

  #diallerOf({ isDialled, nodeKey }: DirectStream): NodeKey {
    return isDialled ? (this.#own?.nodeKey ?? nodeKey) : nodeKey
  }

  /** Ends a stream. It counts as gone at once, whatever the other side still says. */
  #cut(stream: DirectStream): void {
    this.#parts.kernel.emit({ type: 'cut-direct', stream: stream.id })
    this.closed(stream.id)
  }

  #armIdleCheck(): void {
    const { kernel } = this.#parts
    kernel.setTimer('direct idle', IDLE_MS / 6, () => {
      this.#armIdleCheck()
      for (const stream of [...this.#streams.values()]) {
        if (!stream.isBusy && kernel.steadyMs - stream.usedAtMs >= IDLE_MS) {
          this.#cut(stream)
        }
      }
    })
  }
}

function isOneDevice(one: ContactDevice | undefined, other: ContactDevice | undefined): boolean {
  return one !== undefined && one.contactId === other?.contactId && one.device === other.device
}

function unknownTimer({ id }: DirectStream): string {
  return `direct ${String(id)} unknown`
}

/** What worked last comes first. */
function shiftsFrom({ shift }: DirectStream): readonly number[] {
  return [shift, ...EPOCH_SHIFTS.filter((other) => other !== shift)]
}
