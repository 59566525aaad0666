/**
 * What the account's devices have in common, told to each other: a word is owed from the moment something changed until it is in the
 * outbox for the siblings.
 *
 * ```
 *   changed --owed, on disk--> the client composes it --submitted--> told        changed again meanwhile: owed again
 * ```
 * Of what a person decides the later decision counts, of addresses and lists the higher version.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type AccountState,
  type ContactId,
  type DeviceNumber,
  type IdentityKey,
  type LinkState,
  parseDeviceNumber,
  READ_MARKS_MAX,
  STARS_MAX,
  type ReadMark,
  type TransferId,
  transferIds
} from '@sealpost/protocol'
import {
  MessageKind,
  type MessageRow,
  MessageRowSchema,
  NamedDeviceSchema
} from '@sealpost/protocol/home'
import { create } from '@bufbuild/protobuf'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { MessageWords } from '../conversation/message-words.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { ContactDevices } from '../peer/contact-devices.ts'
import type { Contacts } from '../peer/contacts.ts'
import type { FirstContact } from '../peer/first-contact.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { contactOfKey, keysUnder } from '../peer/keys.ts'
import type { OwnAccount } from '../peer/own-account.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import { ContactStates } from './contact-states.ts'
import { declinedWord } from './contact-words.ts'
import type { DevicesState } from './devices-row.ts'
import type { OwnWord } from './device-contract.ts'
import {
  type ChosenStar,
  isStarWord,
  readStarWord,
  starName,
  STARS_OWED_MAX,
  starWord
} from './star-words.ts'

/** A word that was asked for and did not come is asked for again after so long. */
const ASK_AGAIN_MS = 30_000
/** What is read in a moment is told at once. */
const READ_GATHER_MS = 1_000
const TIMER = 'tell siblings'
const READ_TIMER = 'tell siblings what was read'
const PAGE = 256
const ACCOUNT = 'account'
/** What is asked for where nobody knows since when two devices differ, or how: all there is. */
export const ALL_SINCE_MS = 0

/** The word that tells of a contact; of the contact `self`, how own devices are reached. */
export function contactWord(contactId: ContactId): string {
  return `contact ${contactId}`
}

/** The word that asks the other devices for their history. */
export function historyWord(transferId: TransferId, sinceMs: number = ALL_SINCE_MS): string {
  return `history ${transferId} ${String(sinceMs)}`
}

export interface SyncParts {
  readonly words: MessageWords
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly account: OwnAccount
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly progress: ProgressTable
  readonly outbox: Outbox
  readonly ownAddresses: OwnAddresses
  readonly firstContact: FirstContact
  readonly state: DevicesState
}

export class Sync {
  /** Of contacts. */
  readonly states: ContactStates
  readonly #parts: SyncParts
  /** What is owed, each with when it last changed; in the order in which it is told. */
  readonly #owed = new Map<string, number>()
  #revision = 0
  #isAsking = false
  #failures = 0
  /** What a sibling told is not told back. */
  #isTaking = false

  constructor(parts: SyncParts) {
    this.#parts = parts
    this.states = new ContactStates({
      ...parts,
      taking: (work) => {
        this.#taking(work)
      }
    })
  }

  /** Goes on where the home was left. */
  resume(): void {
    for (const word of this.#parts.state.row.owed) {
      this.#owed.set(word, ++this.#revision)
    }
    if (this.#owed.size > 0) {
      this.#askIn(0)
    }
  }

  /** Whether something will soon be told; not where that has failed. */
  get isBusy(): boolean {
    return this.#owed.size > 0 && this.#failures === 0
  }

  // ---- what changes here

  /** Something about a contact is another than a moment ago. */
  contactChanged(contactId: ContactId): void {
    if (this.#parts.contacts.get(contactId)?.standing !== 'self') {
      this.#owe(contactWord(contactId))
    }
  }

  /**
   * Somebody who asked was declined: there is no contact any more that could be told of.
   *
   * @param changedAtMs when something was last decided about them.
   */
  declined(identityKey: IdentityKey, changedAtMs: number): void {
    const atMs = Math.max(this.#parts.book.networkTimeMs(), changedAtMs + 1)
    this.#owe(`declined ${identityKey} ${String(atMs)}`)
  }

  /** A link of ours was made, published, ended, or is served by another device. */
  linkChanged(invitationId: string): void {
    this.#owe(`link ${invitationId}`)
  }

  /** How own devices are reached is to be told to all of them: some may not know of each other. */
  siblingsChanged(): void {
    const selfId = this.#parts.contacts.self()?.contactId
    if (selfId !== undefined) {
      this.#owe(contactWord(selfId))
    }
  }

  /** Another own device said how it can be reached: those that it does not know yet hear of it from here, and it of all links. */
  siblingReached(): void {
    this.siblingsChanged()
    for (const id of this.#parts.firstContact.invitations.ids()) {
      this.linkChanged(id)
    }
  }

  /** What others have is not here, or not any more: they are asked for what they have since then. */
  historyMissed(sinceMs: number): void {
    const transferId = transferIds.fromBytes(this.#parts.kernel.random.bytes(16))
    this.#owe(historyWord(transferId, sinceMs))
  }

  /** A message of a device was shown. @param number 0 for what has none: nothing is told of it */
  wasRead(contactId: ContactId, device: DeviceNumber, number: number): void {
    if (number > 0) {
      this.#owe(`read ${contactId} ${String(device)}`)
    }
  }

  /**
   * The person starred a message, or took its star away.
   *
   * @returns false where so much waits that it was given up: the other devices are to be given all that is here.
   */
  starred(chosen: ChosenStar): boolean {
    const name = starName(chosen)
    const waiting = [...this.#owed.keys()].filter(isStarWord)
    const isTooMuch = waiting.length >= STARS_OWED_MAX
    for (const word of waiting.filter((earlier) => isTooMuch || earlier.startsWith(name))) {
      this.#owed.delete(word)
    }
    this.#owe(starWord(chosen))
    return !isTooMuch
  }

  /** The person chose another name, or named a device. */
  accountChanged(): void {
    const { book, state } = this.#parts
    if (!this.#isTaking) {
      const leastMs = state.row.accountChangedAtMs + 1
      state.row.accountChangedAtMs = Math.max(book.networkTimeMs(), leastMs)
      state.save()
      this.#owe(ACCOUNT)
    }
  }

  /** The person calls a device something; an empty name is none. */
  renameDevice(device: DeviceNumber, name: string): void {
    const { kernel, state } = this.#parts
    const others = state.row.names.filter((named) => named.device !== device)
    state.row.names =
      name === '' ? others : [...others, create(NamedDeviceSchema, { device, name })]
    this.accountChanged()
    kernel.notify({ type: 'devices-changed' })
  }

  /** When a decision that is made now counts from; undefined while a sibling's is taken, which has its own time. */
  decidedAtMs(): number | undefined {
    return this.#isTaking ? undefined : this.#parts.book.networkTimeMs()
  }

  #owe(word: string): void {
    const { contacts } = this.#parts
    const self = contacts.self()
    if (this.#isTaking || self === undefined || contacts.devices(self).length === 0) {
      return
    }
    const isNew = !this.#owed.has(word)
    this.#owed.set(word, ++this.#revision)
    if (isNew) {
      this.#save()
    }
    this.#askIn(word.startsWith('read ') ? READ_GATHER_MS : 0)
  }

  #save(): void {
    this.#parts.state.row.owed = [...this.#owed.keys()]
    this.#parts.state.save()
  }

  #askIn(delayMs: number): void {
    const { kernel } = this.#parts
    const name = delayMs === 0 ? TIMER : READ_TIMER
    if (!this.#isAsking && !kernel.hasTimer(name)) {
      kernel.setTimer(name, delayMs, () => {
        this.#ask()
      })
    }
  }

  #ask(): void {
    const { kernel } = this.#parts
    if (this.#isAsking || this.#owed.size === 0) {
      return
    }
    this.#isAsking = true
    kernel.emit({ type: 'compose-own' })
    kernel.setTimer(TIMER, ASK_AGAIN_MS, () => {
      this.#isAsking = false
      this.#failures += 1
      this.#ask()
    })
  }

  /** What is to be told next. */
  next(): OwnWord | undefined {
    for (const word of this.#owed.keys()) {
      const found = this.#wordOf(word)
      if (found !== undefined) {
        return { ...found, revision: this.#revision }
      }
      // What it was about is gone.
      this.#owed.delete(word)
    }
    return undefined
  }

  /** Words are in the outbox. */
  told({ words, revision }: Pick<OwnWord, 'words' | 'revision'>): void {
    for (const word of words) {
      if ((this.#owed.get(word) ?? 0) <= revision) {
        this.#owed.delete(word)
      }
    }
    this.#isAsking = false
    this.#failures = 0
    this.#parts.kernel.cancelTimer(TIMER)
    this.#save()
    this.#askIn(0)
  }

  #wordOf(word: string): Omit<OwnWord, 'revision'> | undefined {
    if (word === ACCOUNT) {
      return { body: { type: 'account-state', account: this.accountState() }, words: [word] }
    }
    const [kind, id] = word.split(' ')
    if (kind === 'history') {
      const transferId = id as TransferId
      const sinceMs = Number(word.split(' ')[2] ?? ALL_SINCE_MS)
      return { body: { type: 'history-request', transferId, sinceMs }, words: [word] }
    }
    if (kind === 'link') {
      const link = this.#parts.firstContact.invitations.word(id ?? '')
      return link && { body: { type: 'link-state', link }, words: [word] }
    }
    if (kind === 'declined') {
      const [, identityKey, atMs] = word.split(' ')
      const contact = declinedWord(identityKey as IdentityKey, Number(atMs))
      return { body: { type: 'contact-state', contact }, words: [word] }
    }
    if (kind === 'contact') {
      const contact = this.states.word(id as ContactId, false)
      return contact && { body: { type: 'contact-state', contact }, words: [word] }
    }
    return kind === 'star' ? this.#stars() : this.#readMarks()
  }

  /** Stars that are owed, as far as they fit one word. */
  #stars(): Omit<OwnWord, 'revision'> | undefined {
    const words = [...this.#owed.keys()].filter(isStarWord).slice(0, STARS_MAX)
    const messages = words.map(readStarWord).flatMap(({ contactId, messageId, isOwn, star }) => {
      const identityKey = this.#parts.contacts.get(contactId)?.identityKey ?? ''
      return identityKey === '' ? [] : [{ identityKey, messageId, isOwn, star }]
    })
    return messages.length === 0 ? undefined : { body: { type: 'stars', messages }, words }
  }

  /** All that was read and is owed, as far as it fits one word. */
  #readMarks(): Omit<OwnWord, 'revision'> | undefined {
    const words: string[] = []
    const marks: ReadMark[] = []
    for (const word of [...this.#owed.keys()].filter((owed) => owed.startsWith('read '))) {
      const [, contactId, number] = word.split(' ')
      const contact = this.#parts.contacts.get(contactId as ContactId)
      const device = parseDeviceNumber(Number(number))
      if (contact !== undefined && contact.identityKey !== '' && device !== undefined) {
        const { readUpTo } = this.#parts.progress.get(contact.contactId, device)
        marks.push({ identityKey: contact.identityKey, device, upTo: readUpTo })
      }
      words.push(word)
      if (marks.length === READ_MARKS_MAX) {
        break
      }
    }
    return marks.length === 0 ? undefined : { body: { type: 'read-marks', marks }, words }
  }

  // ---- states

  /** The account, as this device has it. */
  accountState(): AccountState {
    const { account, state } = this.#parts
    return {
      profile: { name: account.now.name },
      settings: account.now.settings,
      deviceNames: state.row.names.map(({ device, name }) => ({
        device: device as DeviceNumber,
        name
      })),
      changedAtMs: state.row.accountChangedAtMs
    }
  }

  // ---- what siblings say

  takeAccount({ profile, settings, deviceNames, changedAtMs }: AccountState): void {
    const { account, kernel, state } = this.#parts
    if (changedAtMs > state.row.accountChangedAtMs) {
      this.#taking(() => {
        state.row.accountChangedAtMs = changedAtMs
        state.row.names = deviceNames.map((named) => create(NamedDeviceSchema, named))
        state.save()
        account.setSettings(settings)
        if (profile.name !== '' && profile.name !== account.now.name) {
          account.setName(profile.name)
        }
        kernel.notify({ type: 'devices-changed' })
      })
    }
  }

  /** @param requestKey the public half of the link's request key, which is closed where there is none. */
  takeLink(link: LinkState, requestKey: Uint8Array | undefined): void {
    this.#taking(() => {
      this.#parts.firstContact.invitations.take(link, requestKey)
    })
  }

  /** @param sentAtMs when the other device said so, in network time. */
  takeReadMarks(marks: readonly ReadMark[], sentAtMs: number): void {
    const { book, contacts, kernel, progress } = this.#parts
    const atMs = kernel.atMs - Math.max(0, book.networkTimeMs() - sentAtMs)
    for (const { identityKey, device, upTo } of marks) {
      const contact = contacts.byIdentity(identityKey)
      if (contact !== undefined && progress.mark(contact.contactId, device, upTo, atMs)) {
        this.#eraseUnread(contact.contactId, { device, upTo, atMs })
      }
    }
  }

  /** Page by page. A row that a crash leaves is unread here until it is shown here, too. */
  #eraseUnread(
    contactId: ContactId,
    mark: { readonly device: DeviceNumber; readonly upTo: number; readonly atMs: number },
    from?: string
  ): void {
    const { kernel } = this.#parts
    const { device, upTo } = mark
    const bounds = keysUnder(contactId)
    const range = { table: 'unread' as const, ...bounds, from: from ?? bounds.from, limit: PAGE }
    kernel.read({ range }, ({ rows, isEnd }) => {
      const keys = rows.map(({ key }) => ({ table: 'message' as const, key }))
      if (keys.length === 0) {
        kernel.notify({ type: 'contact-changed', contactId })
        return
      }
      kernel.read({ keys }, ({ values }) => {
        for (const [index, { key }] of keys.entries()) {
          const value = values[index]
          const row = value === undefined ? undefined : fromBinary(MessageRowSchema, value)
          if (row?.device === device && row.number > 0 && row.number <= upTo) {
            kernel.erase('unread', key)
            this.#beginFading(key, row, mark.atMs)
          }
        }
        if (isEnd) {
          kernel.notify({ type: 'contact-changed', contactId })
        } else {
          this.#eraseUnread(contactId, mark, `${rows.at(-1)?.key ?? ''}\u0000`)
        }
      })
    })
  }

  /** What was read elsewhere goes here, too. */
  #beginFading(key: string, row: MessageRow, readAtMs: number): void {
    const { kernel, words } = this.#parts
    const fading = row.kind === MessageKind.RECEIVED && words.fading.begin(key, row, readAtMs)
    if (fading === 'noted') {
      const value = toBinary(MessageRowSchema, row)
      kernel.write('message', key, value)
      const contactId = contactOfKey(key)
      kernel.notify({ type: 'message-changed', contactId, row: { key, value } })
    } else if (fading === 'over') {
      words.erase(key)
    }
  }

  #taking(work: () => void): void {
    const before = this.#isTaking
    this.#isTaking = true
    try {
      work()
    } finally {
      this.#isTaking = before
    }
  }
}
