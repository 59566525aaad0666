/**
 * What the account's own devices say to each other, and what is said of one of them by others: each word to the part that it is
 * for. From anybody but the contact `self` these words mean nothing.
 */
import { fromBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  contactIds,
  type Content,
  type DeletedMessage,
  type DeviceNumber,
  isOwnDeviceBody,
  LIFETIMES_MS,
  type Progress,
  type SignedDeviceList
} from '@sealpost/protocol'
import { MessageRowSchema } from '@sealpost/protocol/home'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Repairs } from '../delivery/repairs.ts'
import type { Invitations } from '../link/invitations.ts'
import type { ContactDevices } from '../peer/contact-devices.ts'
import type { MessageWords } from '../conversation/message-words.ts'
import type { Contact, Contacts } from '../peer/contacts.ts'
import type {
  DeletedRows,
  OwnDeviceInput,
  PeerInput,
  ReceivedOwn,
  Submission
} from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { OwnAccount } from '../peer/own-account.ts'
import type { Copies } from './copies.ts'
import { importHistory } from './history-import.ts'
import type { Siblings } from './siblings.ts'
import type { ChosenStar } from './star-words.ts'
import { ALL_SINCE_MS, type Sync } from './sync.ts'
import type { Transfers } from './transfers.ts'
import type { WithdrawnCopies } from './withdrawn-copies.ts'

/** A device that was left out may have missed what was said for so long before: clocks differ. */
const MISSED_MS = 3_600_000
/**
 * A device that joined has the history of who let it in, and may have missed what was on its way to that one: relays keep it for so
 * long.
 */
const MISSED_BY_NEW_MS: number = Math.max(...LIFETIMES_MS)
/** What is taken of what a device sent that was removed since. */
const LATE: ReadonlySet<string> = new Set(['text', 'withdrawal', 'timer'])
/** A session that does not work is replaced before long: until then no history can be read either. */
const GIVE_EVERY_MS = 3_600_000

export interface OwnWordsParts {
  readonly kernel: PeerKernel
  readonly account: OwnAccount
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly progress: ProgressTable
  readonly invitations: Invitations
  readonly ownAddresses: Pick<OwnAddresses, 'outrunCopy'>
  readonly repairs: Pick<Repairs, 'clashed' | 'replaceSessions' | 'sendAs' | 'tellList'>
  readonly siblings: Siblings
  readonly sync: Sync
  readonly copies: Copies
  readonly withdrawn: WithdrawnCopies
  readonly transfers: Transfers
  readonly words: MessageWords
}

export class OwnWords {
  readonly #parts: OwnWordsParts
  /** When a device that could not read something was last given history, in steady time. */
  readonly #givenAtMs = new Map<DeviceNumber, number>()

  constructor(parts: OwnWordsParts) {
    this.#parts = parts
  }

  handle(input: OwnDeviceInput): void {
    const { siblings, sync, transfers } = this.#parts
    switch (input.type) {
      case 'device-list-signed': {
        const { deviceList, granted } = input
        const isTaken = siblings.signed(deviceList, granted !== undefined)
        if (isTaken && granted !== undefined) {
          transfers.begin(granted, 0)
        } else if (isTaken) {
          // Two lists are one: who is named by either may have said so far only here how it is reached.
          sync.siblingsChanged()
        }
        return
      }
      case 'hand-over':
        this.#parts.kernel.end()
        return
      case 'expect-device':
        siblings.expect(input.isGiven)
        return
      case 'rename-device':
        sync.renameDevice(input.device, input.name)
        return
      case 'star':
        this.#starHere(input.chosen)
    }
  }

  /** What the person chose for all conversations holds on all devices. */
  settled({ type }: PeerInput): void {
    if (type === 'change-settings') {
      this.#parts.sync.accountChanged()
    }
  }

  /** What a submission for our own devices settles. */
  submitted(input: Extract<PeerInput, { type: 'submit' }>): void {
    const { invitations, siblings, sync, transfers } = this.#parts
    const { submissions, told, deviceList, historyStep, deleted } = input
    if (told !== undefined) {
      sync.told(told)
    }
    if (deviceList !== undefined && siblings.signed(deviceList, false)) {
      invitations.devicesChanged(
        siblings.list.devices.map(({ number }) => number),
        true
      )
    }
    if (historyStep !== undefined) {
      transfers.submitted(submissions[0]?.content.number ?? 0, historyStep)
    }
    if (deleted !== undefined) {
      this.#deleteHere(deleted, submissions[0])
    }
  }

  #deleteHere({ messages, messageKeys }: DeletedRows, told: Submission | undefined): void {
    const { account, kernel, words } = this.#parts
    const word = { device: account.now.device, number: told?.content.number ?? 0 }
    // Whom nobody else is told of needs no name that lasts: its row is erased at once.
    const selfId = told?.contactId ?? contactIds.fromBytes(kernel.random.bytes(16))
    words.delete(messages, selfId, word)
    for (const key of messageKeys) {
      words.erase(key)
    }
  }

  #starHere(chosen: ChosenStar): void {
    const { account, kernel, sync, words } = this.#parts
    // Whoever is told of it is told by another word: the note needs no name that lasts.
    const noteId = contactIds.fromBytes(kernel.random.bytes(16))
    words.star([chosen], noteId, { device: account.now.device, number: 0 })
    if (!sync.starred(chosen)) {
      this.#giveAll()
    }
  }

  /** A device told what it holds of another own device's messages, or one of ours what it holds of this one's. */
  progressed(contact: Contact, device: DeviceNumber, word: Progress): void {
    const { account, contacts, copies, transfers } = this.#parts
    const self = contacts.self()
    const isOfThis = word.device === account.now.device
    if (contact.standing === 'self') {
      if (isOfThis) {
        transfers.progressed(device, word)
      }
    } else if (self !== undefined && contacts.devices(self).includes(word.device)) {
      copies.progressed(contact.contactId, word)
    }
  }

  /**
   * Takes what another own device says, beside its progress and the list that it brings. Two copies of a home give the same numbers
   * to what each says: what means the same however often it comes is taken also under a number that is held.
   *
   * @param how.isNew whether nothing came under its number before.
   */
  take(
    contactId: ContactId,
    device: DeviceNumber,
    content: Content,
    { own, isNew }: { readonly own?: ReceivedOwn | undefined; readonly isNew: boolean }
  ): void {
    const { copies, devices, repairs, siblings, sync, transfers } = this.#parts
    const { body, number } = content
    if (body.type === 'address-update' && body.address?.device === device) {
      if (siblings.isTaken(body.address)) {
        repairs.tellList(contactId, body.address)
      } else {
        devices.setAddress(contactId, body.address, false)
      }
    } else if (own?.type === 'copy') {
      copies.take(device, own)
    } else if (own?.type === 'history' && body.type === 'history-part') {
      const messageCount = importHistory(this.#parts, own)
      if (isNew) {
        transfers.took(device, body, messageCount)
      }
    } else if (body.type === 'link-state') {
      sync.takeLink(body.link, own?.type === 'link' ? own.requestKey : undefined)
    } else if (body.type === 'deletion') {
      this.#parts.words.delete(this.#known(body.messages), contactId, { device, number })
    } else if (body.type === 'stars') {
      this.#parts.words.star(this.#known(body.messages), contactId, { device, number })
    } else if (isOwnDeviceBody(body)) {
      this.#takeState(device, content, isNew)
    }
  }

  /** Messages of contacts that are known here, as another own device names them. */
  #known<Named extends DeletedMessage>(
    messages: readonly Named[]
  ): readonly (Named & { readonly contactId: ContactId })[] {
    return messages.flatMap((named) => {
      const contactId = this.#parts.contacts.byIdentity(named.identityKey)?.contactId
      return contactId === undefined ? [] : [{ ...named, contactId }]
    })
  }

  /**
   * Takes what a device sent that was removed since: nobody else hands over what it said last. It makes no contacts any more, and takes
   * back nothing but what it wrote itself. How long messages stay is what the contact was told. What it said about messages, edits,
   * reactions and deletions, is not taken: these may be about what other devices wrote.
   */
  takeLate(device: DeviceNumber, own: ReceivedOwn | undefined): void {
    const { contacts, copies } = this.#parts
    if (own?.type !== 'copy' || contacts.byIdentity(own.identityKey) === undefined) {
      return
    }
    const { content, message } = own
    if (!LATE.has(content.body.type)) {
      return
    }
    if (message === undefined || fromBinary(MessageRowSchema, message.value).device === device) {
      copies.take(device, own)
    }
  }

  #takeState(device: DeviceNumber, { body, sentAtMs }: Content, isNew: boolean): void {
    const { sync, transfers } = this.#parts
    if (body.type === 'contact-state') {
      sync.states.take(body.contact)
    } else if (body.type === 'account-state') {
      sync.takeAccount(body.account)
    } else if (body.type === 'read-marks') {
      sync.takeReadMarks(body.marks, sentAtMs)
    } else if (body.type === 'history-request' && isNew) {
      transfers.begin(device, body.sinceMs, body.transferId)
      if (body.sinceMs === ALL_SINCE_MS) {
        this.#outrunCopy()
      }
    }
  }

  /**
   * Who does not know since when it differs may have been a copy of this home, and have told addresses of its own as this device's, of which only later ones
   * than the last are taken, in sessions that nobody can read any more what is said in here.
   */
  #outrunCopy(): void {
    const { ownAddresses, repairs } = this.#parts
    repairs.replaceSessions()
    ownAddresses.outrunCopy()
  }

  /** Another own device was left out since then, for its silence, and is heard again: it gets the history of that time. */
  awake(device: DeviceNumber, sinceMs: number): void {
    const { sync, transfers } = this.#parts
    transfers.begin(device, Math.max(1, sinceMs - MISSED_MS))
    sync.siblingReached()
  }

  /**
   * This home turned out to be an older one than its siblings know: each is given what is here, since what was said under numbers that
   * they hold was taken for something else, and asked for what is there.
   */
  fellBehind(): void {
    this.#giveAll()
    this.#parts.sync.historyMissed(ALL_SINCE_MS)
  }

  /** Every other own device is given all that is here. */
  #giveAll(): void {
    const { contacts, transfers } = this.#parts
    const self = contacts.self()
    for (const device of self === undefined ? [] : contacts.devices(self)) {
      transfers.begin(device, 0)
    }
  }

  /**
   * Another own device could not read something that was said since then. Where another copy of this home said something else under its
   * number, the device seems to hold it, and nothing asks for it by that: it gets the history of that time.
   */
  unread(device: DeviceNumber, sinceMs: number): void {
    const { kernel, transfers } = this.#parts
    const lastMs = this.#givenAtMs.get(device)
    if (lastMs === undefined || kernel.steadyMs - lastMs >= GIVE_EVERY_MS) {
      this.#givenAtMs.set(device, kernel.steadyMs)
      transfers.begin(device, Math.max(1, sinceMs))
    }
  }

  /** The account's own list came from another own device, which signed it. */
  takeList(list: SignedDeviceList): void {
    this.#parts.siblings.take(list)
  }

  /** A device can be reached in another way than a moment ago. A sibling that was not yet is given what it may have missed. */
  addressChanged(contactId: ContactId, device: DeviceNumber, isFirst: boolean): void {
    const { contacts, siblings, sync, transfers } = this.#parts
    if (contacts.get(contactId)?.standing !== 'self') {
      sync.contactChanged(contactId)
    } else if (isFirst) {
      const added = siblings.list.devices.find(({ number }) => number === device)
      transfers.begin(device, Math.max(1, (added?.addedAtMs ?? 0) - MISSED_BY_NEW_MS))
      sync.siblingReached()
    }
  }
}
