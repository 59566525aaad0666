/** The people this home knows, and those who wait to become known. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  type ConversationTimer,
  type Shelf,
  decodeSignedDeviceList,
  type DirectChoice,
  type DeviceNumber,
  encodeSignedDeviceList,
  type IdentityKey,
  type MessageId,
  type RequestId,
  type SignedDeviceList
} from '@sealpost/protocol'
import {
  ContactDirect,
  ContactRowSchema,
  ContactState,
  IdentityChange,
  NumbersAnewSchema,
  type PendingRequest as RequestRow,
  PendingRequestSchema
} from '@sealpost/protocol/home'
import type { Row } from '../tables.ts'
import type { Account } from './account.ts'
import { devicesOf, type KnownDevices, linkDeviceOf } from './device-lists.ts'
import {
  chooseShelf,
  joinShelves,
  rowOfShelf,
  shelfOfRow,
  type ShelfWish,
  unshelve
} from '../conversation/shelves.ts'
import type { PeerKernel } from './kernel.ts'

/**
/**
 * `requested`: their link was opened and they have not answered. `pending`: they asked through a public address, and were not
 * answered. `refused`: they came with a link that was used. `failed`: their link led nowhere. `self`: the account's own other
 * devices. `replaced`: the conversation goes on under another identity.
 */
export type ContactStanding =
  'requested' | 'pending' | 'accepted' | 'refused' | 'failed' | 'blocked' | 'self' | 'replaced'

const STATES: Readonly<Record<ContactStanding, ContactState>> = {
  requested: ContactState.REQUESTED,
  pending: ContactState.PENDING,
  accepted: ContactState.ACCEPTED,
  refused: ContactState.REFUSED,
  failed: ContactState.FAILED,
  blocked: ContactState.BLOCKED,
  self: ContactState.SELF,
  replaced: ContactState.REPLACED
}

/** `unseen`: the person has not looked at it; `held`: nor is anything sent before, since the identity before was verified. */
export type IdentityChangeState = 'none' | 'unseen' | 'held'

const IDENTITY_CHANGES: Readonly<Record<IdentityChangeState, IdentityChange>> = {
  none: IdentityChange.UNSPECIFIED,
  unseen: IdentityChange.UNSEEN,
  held: IdentityChange.UNSEEN_AND_HELD
}

/** What somebody asked through a link: its message, once it is accepted. */
export interface PendingRequest {
  readonly requestId: RequestId
  readonly text: string
  readonly sentAtMs: number
  readonly receivedAtMs: number
  readonly device: DeviceNumber
  readonly number: number
  readonly messageId: MessageId | undefined
  readonly invitationId: string
}

const DIRECT: Readonly<Record<DirectChoice, ContactDirect>> = {
  default: ContactDirect.UNSPECIFIED,
  on: ContactDirect.ON,
  off: ContactDirect.OFF
}
const CHOICES: readonly DirectChoice[] = ['default', 'on', 'off']

export interface Contact extends KnownDevices {
  readonly contactId: ContactId
  readonly identityKey: IdentityKey
  readonly name: string
  readonly profileName: string
  readonly standing: ContactStanding
  readonly createdAtMs: number
  /** The number of our next message: one sequence for all their devices. */
  readonly nextNumber: number
  readonly lastOrderMs: number
  /** Whether the word that they were accepted, or came too late, is still to be composed. */
  readonly owesAnswer: boolean
  /** Of who came through a link of ours: for standing `pending`, and afterwards for own devices that did not see it. */
  readonly request: PendingRequest | undefined
  /** When the person compared safety numbers; 0 where that was not done. */
  readonly verifiedAtMs: number
  /** Whose conversation goes on with this identity. */
  readonly replaces: ContactId | undefined
  readonly identityChange: IdentityChangeState
  /** What a blocked contact was before. */
  readonly standingBefore: ContactStanding | undefined
  /** Whether there may be a direct path; `default` as the account has it. */
  readonly direct: DirectChoice
  /** When the person last decided something about the contact, on whatever device; in network time. */
  readonly changedAtMs: number
  /** What is to be said anew, under which numbers: the contact has the old ones of another life of this home. */
  readonly anew: readonly NumbersAnew[]
  /** How long what is said stays, in seconds, 0 for ever; and when that was chosen, 0 where nobody did. */
  readonly timer: ConversationTimer
  /** Whether another own device told of it, and the conversation does not say yet who chose it. */
  readonly isTimerUntold: boolean
  /** Where the person keeps the conversation. */
  readonly shelf: Shelf
}

/** Numbers from first to last, and the first of as many others. */
export interface NumbersAnew {
  readonly first: number
  readonly last: number
  readonly anewFirst: number
}

/** Whether nothing is sent to somebody, and nothing of theirs is taken. */
export function isMute({ standing }: Pick<Contact, 'standing'>): boolean {
  return standing === 'pending' || standing === 'blocked' || standing === 'replaced'
}

export interface ContactsEvents {
  /** The account's other devices are to know: somebody has another name, standing or list. */
  readonly onChanged: (contactId: ContactId) => void
  /** When a decision that is made now counts from; undefined where it brings its own time. */
  readonly decidedAtMs: () => number | undefined
}

/** A contact of whom nothing is known yet. */
export function blankContact(
  contactId: ContactId,
  createdAtMs: number,
  standing: ContactStanding
): Contact {
  return {
    contactId,
    identityKey: '' as IdentityKey,
    name: '',
    profileName: '',
    standing,
    createdAtMs,
    deviceList: undefined,
    twinList: undefined,
    linkDevice: linkDeviceOf(0),
    nextNumber: 1,
    lastOrderMs: 0,
    owesAnswer: false,
    request: undefined,
    verifiedAtMs: 0,
    replaces: undefined,
    identityChange: 'none',
    standingBefore: undefined,
    direct: 'default',
    changedAtMs: 0,
    anew: [],
    timer: { seconds: 0, changedAtMs: 0 },
    isTimerUntold: false,
    shelf: {}
  }
}

function standingOf(state: ContactState): ContactStanding | undefined {
  return (Object.keys(STATES) as ContactStanding[]).find((name) => STATES[name] === state)
}

function requestOfRow(row: RequestRow | undefined): PendingRequest | undefined {
  return row === undefined
    ? undefined
    : {
        requestId: row.requestId as RequestId,
        text: row.text,
        sentAtMs: row.sentAtMs,
        receivedAtMs: row.receivedAtMs,
        device: row.device as DeviceNumber,
        number: row.number,
        messageId: row.messageId === '' ? undefined : (row.messageId as MessageId),
        invitationId: row.invitationId
      }
}

function requestRow(request: PendingRequest): RequestRow {
  return create(PendingRequestSchema, { ...request, messageId: request.messageId ?? '' })
}

/** Reads a contact's row. */
export function contactOfRow({ key, value }: Row): Contact {
  const row = fromBinary(ContactRowSchema, value)
  const standing = standingOf(row.state)
  const changes = Object.keys(IDENTITY_CHANGES) as IdentityChangeState[]
  return {
    contactId: key as ContactId,
    identityKey: row.identityKey as IdentityKey,
    name: row.name,
    profileName: row.profileName,
    standing: standing ?? 'failed',
    createdAtMs: row.createdAtMs,
    deviceList: listOfRow(row.deviceList),
    twinList: listOfRow(row.twinDeviceList),
    linkDevice: linkDeviceOf(row.linkDevice),
    nextNumber: row.nextNumber,
    lastOrderMs: row.lastOrderMs,
    owesAnswer: row.owesAnswer,
    request: requestOfRow(row.request),
    verifiedAtMs: row.verifiedAtMs,
    replaces: row.replaces === '' ? undefined : (row.replaces as ContactId),
    identityChange: changes.find((name) => IDENTITY_CHANGES[name] === row.identityChange) ?? 'none',
    standingBefore: standingOf(row.stateBefore),
    direct: CHOICES.find((choice) => DIRECT[choice] === row.direct) ?? 'default',
    changedAtMs: row.changedAtMs,
    anew: row.anew.map(({ first, last, anewFirst }) => ({ first, last, anewFirst })),
    timer: { seconds: row.timerSeconds, changedAtMs: row.timerChangedAtMs },
    isTimerUntold: row.isTimerUntold,
    shelf: shelfOfRow(row.shelf)
  }
}

function listOfRow(bytes: Uint8Array): SignedDeviceList | undefined {
  return bytes.length === 0 ? undefined : decodeSignedDeviceList(bytes)
}

function rowOfList(list: SignedDeviceList | undefined): Uint8Array {
  return list === undefined ? new Uint8Array(0) : encodeSignedDeviceList(list)
}

/** A contact's row, without its key. */
export function rowOfContact(contact: Contact): Uint8Array {
  const row = create(ContactRowSchema, {
    identityKey: contact.identityKey,
    name: contact.name,
    profileName: contact.profileName,
    state: STATES[contact.standing],
    createdAtMs: contact.createdAtMs,
    deviceList: rowOfList(contact.deviceList),
    twinDeviceList: rowOfList(contact.twinList),
    linkDevice: contact.linkDevice,
    nextNumber: contact.nextNumber,
    lastOrderMs: contact.lastOrderMs,
    owesAnswer: contact.owesAnswer,
    ...(contact.request === undefined ? {} : { request: requestRow(contact.request) }),
    verifiedAtMs: contact.verifiedAtMs,
    replaces: contact.replaces ?? '',
    identityChange: IDENTITY_CHANGES[contact.identityChange],
    stateBefore:
      contact.standingBefore === undefined
        ? ContactState.UNSPECIFIED
        : STATES[contact.standingBefore],
    direct: DIRECT[contact.direct],
    changedAtMs: contact.changedAtMs,
    anew: contact.anew.map((numbers) => create(NumbersAnewSchema, numbers)),
    timerSeconds: contact.timer.seconds,
    timerChangedAtMs: contact.timer.changedAtMs,
    isTimerUntold: contact.isTimerUntold,
    shelf: rowOfShelf(contact.shelf)
  })
  return toBinary(ContactRowSchema, row)
}

export class Contacts {
  readonly #kernel: PeerKernel
  readonly #account: () => Account
  readonly #events: ContactsEvents
  readonly #contacts = new Map<ContactId, Contact>()
  readonly #byIdentity = new Map<IdentityKey, ContactId>()
  #revision = 0

  constructor(kernel: PeerKernel, account: () => Account, events: ContactsEvents) {
    this.#kernel = kernel
    this.#account = account
    this.#events = events
  }

  restore(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#remember(contactOfRow(row))
    }
  }

  /** Counted up whenever somebody comes, leaves, has another standing, may have a direct path or not, or own devices change. */
  get revision(): number {
    return this.#revision
  }

  get(contactId: ContactId): Contact | undefined {
    return this.#contacts.get(contactId)
  }

  /** The contact of an identity, in whatever standing. */
  byIdentity(identityKey: IdentityKey): Contact | undefined {
    const contactId = this.#byIdentity.get(identityKey)
    return contactId === undefined ? undefined : this.#contacts.get(contactId)
  }

  all(): readonly Contact[] {
    return [...this.#contacts.values()]
  }

  /** The account's own other devices; undefined where there were never any. */
  self(): Contact | undefined {
    const contact = this.byIdentity(this.#account().identityKey)
    return contact?.standing === 'self' ? contact : undefined
  }

  /** The devices that a contact's lists name, ascending, but never this one. */
  devices(contact: Contact): readonly DeviceNumber[] {
    const devices = devicesOf(contact)
    const own = this.#account().device
    return contact.standing === 'self' ? devices.filter((device) => device !== own) : devices
  }

  /** A name that no other contact has: the one asked for, or with a number behind it. */
  freeName(wanted: string, except?: ContactId): string {
    const names = new Set(
      [...this.#contacts.values()]
        .filter(({ contactId }) => contactId !== except)
        .map(({ name }) => name)
    )
    const base = wanted === '' ? 'unnamed' : wanted
    let name = base
    for (let count = 2; names.has(name); count++) {
      name = `${base} ${String(count)}`
    }
    return name
  }

  /** Sets a contact and writes its row. */
  put(given: Contact): void {
    const before = this.#contacts.get(given.contactId)
    const isDecided =
      before?.name !== given.name ||
      before.standing !== given.standing ||
      before.verifiedAtMs !== given.verifiedAtMs ||
      before.direct !== given.direct ||
      before.identityChange !== given.identityChange ||
      before.replaces !== given.replaces
    const decidedAtMs = isDecided ? this.#events.decidedAtMs() : undefined
    // Clocks are set back: what is decided now is later than what was known to be decided, whatever they say.
    const leastMs = (before?.changedAtMs ?? 0) + 1
    const contact =
      decidedAtMs === undefined ? given : { ...given, changedAtMs: Math.max(decidedAtMs, leastMs) }
    this.#remember(contact)
    this.#kernel.write('contact', contact.contactId, rowOfContact(contact))
    if (
      isDecided ||
      before?.identityKey !== contact.identityKey ||
      before.profileName !== contact.profileName ||
      before.deviceList !== contact.deviceList ||
      before.shelf !== contact.shelf
    ) {
      this.#events.onChanged(contact.contactId)
    }
  }

  /** Changes some of a contact, if it is there, and tells of it. */
  change(contactId: ContactId, change: Partial<Contact>): void {
    const contact = this.#contacts.get(contactId)
    if (contact !== undefined) {
      this.put({ ...contact, ...change })
      if (contact.standing !== 'self') {
        this.#kernel.notify({ type: 'contact-changed', contactId })
      }
    }
  }

  /** The person chooses where to keep a conversation. @param nowMs in network time */
  keep(contactId: ContactId, wish: ShelfWish, nowMs: number): void {
    this.#shelve(contactId, (shelf) => chooseShelf(shelf, wish, nowMs))
  }

  /** Something was said in a conversation. Both times are in network time. */
  said(contactId: ContactId, sentAtMs: number, nowMs: number): void {
    this.#shelve(contactId, (shelf) => unshelve(shelf, sentAtMs, nowMs))
  }

  /** Another own device says where the person keeps a conversation. */
  joinShelf(contactId: ContactId, given: Shelf): void {
    this.#shelve(contactId, (shelf) => joinShelves(shelf, given))
  }

  #shelve(contactId: ContactId, change: (shelf: Shelf) => Shelf): void {
    const before = this.#contacts.get(contactId)?.shelf
    const shelf = before && change(before)
    if (shelf !== undefined && shelf !== before) {
      this.change(contactId, { shelf })
    }
  }

  /** Whether two contacts are one, or came with one identity by several links. */
  isSamePerson(a: ContactId, b: ContactId): boolean {
    const { identityKey = '' } = this.#contacts.get(a) ?? {}
    return a === b || (identityKey !== '' && identityKey === this.#contacts.get(b)?.identityKey)
  }

  remove(contactId: ContactId): void {
    const contact = this.#contacts.get(contactId)
    if (contact !== undefined) {
      this.#revision += 1
      this.#contacts.delete(contactId)
      if (this.#byIdentity.get(contact.identityKey) === contactId) {
        this.#byIdentity.delete(contact.identityKey)
      }
      this.#kernel.erase('contact', contactId)
    }
  }

  /** Removes one that turned out to be another, who keeps no number behind the name that only told the two apart. */
  merge(from: ContactId, into: ContactId): void {
    const given = this.#contacts.get(from)?.name ?? ''
    const name = this.#contacts.get(into)?.name ?? ''
    this.remove(from)
    if (given !== '' && name.startsWith(given) && /^ [0-9]+$/.test(name.slice(given.length))) {
      this.change(into, { name: given })
    }
  }

  #remember(contact: Contact): void {
    const { contactId, identityKey } = contact
    const before = this.#contacts.get(contactId)
    const isOwn = contact.standing === 'self'
    const isOther = before?.standing !== contact.standing || before.direct !== contact.direct
    if (isOther || (isOwn && before.deviceList !== contact.deviceList)) {
      this.#revision += 1
    }
    if (before !== undefined && before.identityKey !== identityKey) {
      this.#byIdentity.delete(before.identityKey)
    }
    this.#contacts.set(contactId, contact)
    const other = this.byIdentity(identityKey)
    // Whoever's link failed may come again with another: the one that leads somewhere is the one that counts.
    if (identityKey !== '' && (other === undefined || isBefore(other, contact))) {
      this.#byIdentity.set(identityKey, contactId)
    }
  }
}

/** Which of two contacts of one identity counts: one that is alive, else the later one. */
function isBefore(a: Contact, b: Contact): boolean {
  const [isAliveA, isAliveB] = [isAlive(a), isAlive(b)]
  if (isAliveA !== isAliveB) {
    return isAliveB
  }
  return a.createdAtMs === b.createdAtMs ? a.contactId < b.contactId : a.createdAtMs < b.createdAtMs
}

function isAlive({ standing }: Contact): boolean {
  return standing !== 'failed' && standing !== 'refused' && standing !== 'replaced'
}
