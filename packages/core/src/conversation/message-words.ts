/**
 * Edits, reactions, stars and deletions: what is said about a message, wherever it was said. They are no rows of a conversation; they change
 * the row of the message that they are about.
 *
 * ```
 *   word --> noted --message here--> its row changed, note gone
 *              `--not here--> waits --message comes--> the same     --2 months--> forgotten
 * ```
 * The note is in the batch of the word: a crash before the row is changed repeats the rest.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  type DeviceNumber,
  DEVICES_MAX,
  type EditContent,
  type MessageId,
  type ReactionContent,
  type ShelfChoice,
  utf8ToBytes,
  type WordName
} from '@sealpost/protocol'
import {
  MessageKind,
  type MessageRow,
  MessageRowSchema,
  PendingWordKind,
  type PendingWordRow,
  PendingWordRowSchema
} from '@sealpost/protocol/home'
import {
  contactOfKey,
  deviceOfKey,
  numberOfOutboxKey,
  outboxKey,
  ownIndexKey,
  receivedIndexKey,
  wordIndexKey
} from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { Row } from '../tables.ts'
import type { DeletedName } from './deleted-name.ts'
import { Fading } from './fading.ts'
import { choiceOfRow, NEVER, rowOfChoice } from './choices.ts'
import { editRow, reactRow, starRow } from './message-rows.ts'
import { indexStar } from './star-index.ts'

/** Longer than a relay keeps a message, and its sender goes on sending it. */
const KEPT_MS = 60 * 24 * 3_600_000
/** Words of one contact's conversation that wait for their messages: more than anybody says while one is on its way. */
const WAITING_MAX = 256
/** In keys, numbers from here on are of own devices: a contact may have a device of the same number. */
const OWN_DEVICES = 0x80

/** Who says something about a message, and what that device calls it. */
export interface WordSpeaker extends WordName {
  readonly contactId: ContactId
  /** Whether it is this account. */
  readonly isOwn: boolean
  readonly device: DeviceNumber
}

/** A message, and the star that the person gave it or took away. */
export interface StarredName extends DeletedName {
  readonly star: ShelfChoice
}

/** What a device of the account calls a word of its own. */
export interface OwnWordName {
  readonly device: DeviceNumber
  readonly number: number
}

/** A note, as memory has it: what it says stays on disk. */
interface Note {
  readonly key: string
  readonly indexKey: string
  readonly contactId: ContactId
  readonly atMs: number
  /** Whether its message's row is being read. */
  isUnderWay: boolean
}

export class MessageWords {
  readonly #kernel: PeerKernel
  readonly #isSamePerson: (a: ContactId, b: ContactId) => boolean
  /** What stays for a while only. */
  readonly fading: Fading
  #deletedCount = 0
  readonly #notes = new Map<string, Note>()
  /** The same, by where the message is to be found. */
  readonly #byIndex = new Map<string, Set<Note>>()

  /** @param isSamePerson whether two contacts are one person's: who came by several links may have several conversations. */
  constructor(kernel: PeerKernel, isSamePerson: (a: ContactId, b: ContactId) => boolean) {
    this.#kernel = kernel
    this.#isSamePerson = isSamePerson
    this.fading = new Fading(kernel, (messageKey) => {
      this.erase(messageKey)
    })
  }

  restore(rows: readonly Row[]): void {
    this.fading.restore()
    const read = rows.map(({ key, value }) => ({
      key,
      row: fromBinary(PendingWordRowSchema, value)
    }))
    for (const { key, row } of read.sort((a, b) => a.row.atMs - b.row.atMs)) {
      const note = this.#add(key, row)
      note.isUnderWay = true
      this.#kernel.setTimer(`word ${key}`, 0, () => {
        this.#apply(note)
      })
    }
  }

  /** Whether something that was said about a message is not on its row yet, and will be in a moment. */
  isUnderWay(messageId: MessageId): boolean {
    return [ownIndexKey(messageId), receivedIndexKey(messageId)].some((key) => {
      return [...(this.#byIndex.get(key) ?? [])].some(({ isUnderWay }) => isUnderWay)
    })
  }

  /** Whether messages may be here whose time has come; notice `fading-settled` tells when there are none. */
  get isFading(): boolean {
    return this.fading.isLooking
  }

  /** Messages deleted since the machine was restored. */
  get deletedCount(): number {
    return this.#deletedCount
  }

  /** Takes what somebody says about a message. Nobody edits what another wrote. */
  take(speaker: WordSpeaker, body: EditContent | ReactionContent): void {
    const { contactId, isOwn, device, number, sentAtMs } = speaker
    const isOwnMessage = body.type === 'edit' || body.isOfSender ? isOwn : !isOwn
    const isEdit = body.type === 'edit'
    this.#note(noteKey(contactId, device, isOwn, number), {
      indexKey: indexKeyOf(body.messageId, isOwnMessage),
      contactId,
      kind: isEdit ? PendingWordKind.EDIT : PendingWordKind.REACTION,
      sentAtMs,
      text: isEdit ? body.text : body.emoji
    })
  }

  /**
   * Deletes messages for this account alone.
   *
   * @param selfId the contact of our own other devices, or whatever stands for it where there is none.
   * @param word what the device that said it calls the word: each of its messages has a note of its own.
   */
  delete(messages: readonly DeletedName[], selfId: ContactId, word: OwnWordName): void {
    this.#noteOwn(messages, selfId, word, () => ({ kind: PendingWordKind.DELETION }))
  }

  /** Gives messages a star, or takes it away; the rest as `delete`. */
  star(messages: readonly StarredName[], selfId: ContactId, word: OwnWordName): void {
    this.#noteOwn(messages, selfId, word, ({ star }) => {
      return { kind: PendingWordKind.STAR, star: rowOfChoice(star) }
    })
  }

  #noteOwn<Name extends DeletedName>(
    messages: readonly Name[],
    selfId: ContactId,
    word: OwnWordName,
    said: (message: Name) => Pick<PendingWordRow, 'kind' | 'star'>
  ): void {
    for (const [at, message] of messages.entries()) {
      const { contactId, messageId, isOwn } = message
      // A word has less messages than there are numbers between two of these.
      const number = word.number * 0x100 + at
      this.#note(noteKey(selfId, word.device, true, number), {
        indexKey: indexKeyOf(messageId, isOwn),
        contactId,
        sentAtMs: 0,
        text: '',
        ...said(message)
      })
    }
  }

  /** A message is here: whatever was said about it before is due. @param isOwn whether this account wrote it. */
  arrived(messageId: MessageId | undefined, isOwn: boolean): void {
    const notes = messageId && this.#byIndex.get(indexKeyOf(messageId, isOwn))
    for (const note of notes ?? []) {
      this.#apply(note)
    }
  }

  #note(key: string, said: Omit<PendingWordRow, '$typeName' | '$unknown' | 'atMs'>): void {
    if (this.#notes.has(key)) {
      return
    }
    const row = create(PendingWordRowSchema, { ...said, atMs: this.#kernel.atMs })
    this.#kernel.write('pending-word', key, toBinary(PendingWordRowSchema, row))
    const note = this.#add(key, row)
    this.#makeRoom(note)
    this.#apply(note)
  }

  #add(key: string, { indexKey, contactId, atMs }: PendingWordRow): Note {
    const note = { key, indexKey, contactId: contactId as ContactId, atMs, isUnderWay: false }
    this.#notes.set(key, note)
    const same = this.#byIndex.get(indexKey) ?? new Set()
    this.#byIndex.set(indexKey, same.add(note))
    return note
  }

  /** The oldest give way, each contact's among themselves, and whose messages cannot come any more. */
  #makeRoom(given: Note): void {
    const { atMs } = this.#kernel
    const waiting = [...this.#notes.values()].filter(({ isUnderWay }) => !isUnderWay)
    const beside = waiting.filter(({ contactId }) => contactId === given.contactId)
    const surplus = beside.slice(0, Math.max(0, beside.length - WAITING_MAX))
    const old = waiting.filter((note) => Math.abs(atMs - note.atMs) > KEPT_MS)
    for (const note of new Set([...surplus, ...old])) {
      this.#forget(note)
    }
  }

  #forget(note: Note): void {
    this.#kernel.erase('pending-word', note.key)
    this.#notes.delete(note.key)
    const same = this.#byIndex.get(note.indexKey)
    same?.delete(note)
    if (same?.size === 0) {
      this.#byIndex.delete(note.indexKey)
    }
  }

  #apply(note: Note): void {
    const { key, indexKey } = note
    note.isUnderWay = true
    const keys = [
      { table: 'pending-word' as const, key },
      { table: 'message-index' as const, key: indexKey }
    ]
    this.#kernel.read({ keys }, ({ values: [word, index] }) => {
      if (this.#notes.get(key) !== note || word === undefined) {
        return
      }
      if (index === undefined) {
        note.isUnderWay = false
        this.#kernel.notify({ type: 'word-settled', contactId: note.contactId })
        return
      }
      const messageKey = bytesToUtf8(index)
      const messages = [{ table: 'message' as const, key: messageKey }]
      this.#kernel.read({ keys: messages }, ({ values: [value] }) => {
        if (this.#notes.get(key) === note) {
          // Where there is an index and no row, it was deleted, or taken back before it came.
          this.#forget(note)
          this.#say(key, fromBinary(PendingWordRowSchema, word), messageKey, value)
        }
      })
    })
  }

  #say(key: string, word: PendingWordRow, messageKey: string, value: Uint8Array | undefined): void {
    const contactId = word.contactId as ContactId
    if (value === undefined || !this.#isSamePerson(contactOfKey(messageKey), contactId)) {
      this.#kernel.notify({ type: 'word-settled', contactId })
      return
    }
    if (word.kind === PendingWordKind.DELETION) {
      this.erase(messageKey)
      return
    }
    const row = fromBinary(MessageRowSchema, value)
    const { device, isOwn } = speakerOf(key)
    const name = { sentAtMs: word.sentAtMs, device, number: numberOfOutboxKey(key) }
    if (!isText(row.kind) || !changeRow(row, word, { ...name, isOwn })) {
      this.#kernel.notify({ type: 'word-settled', contactId })
      return
    }
    const changed = toBinary(MessageRowSchema, row)
    this.#kernel.write('message', messageKey, changed)
    if (word.kind === PendingWordKind.STAR) {
      indexStar(this.#kernel, messageKey, row)
    } else if (isOwn) {
      const index = wordIndexKey(contactId, device, name.number)
      this.#kernel.write('message-index', index, utf8ToBytes(messageKey))
    }
    this.#kernel.notify({
      type: 'message-changed',
      contactId: contactOfKey(messageKey),
      row: { key: messageKey, value: changed }
    })
  }

  /** Erases a row of a conversation. Its indexes stay, so that the message counts as one that was here. */
  erase(messageKey: string): void {
    this.#deletedCount += 1
    this.#kernel.erase('message', messageKey)
    this.#kernel.erase('unread', messageKey)
    this.#kernel.erase('star', messageKey)
    this.#kernel.notify({
      type: 'message-deleted',
      contactId: contactOfKey(messageKey),
      messageKey
    })
  }
}

/** @returns whether the word changes anything of its message */
function changeRow(
  row: MessageRow,
  { kind, star, text }: PendingWordRow,
  name: WordName & { readonly isOwn: boolean }
): boolean {
  switch (kind) {
    case PendingWordKind.EDIT:
      return editRow(row, text, name)
    case PendingWordKind.STAR:
      return starRow(row, choiceOfRow(star) ?? NEVER)
    default:
      return reactRow(row, { isOwn: name.isOwn, emoji: text }, name)
  }
}

function isText(kind: MessageKind): boolean {
  return kind === MessageKind.SENT || kind === MessageKind.RECEIVED
}

function indexKeyOf(messageId: MessageId, isOwn: boolean): string {
  return isOwn ? ownIndexKey(messageId) : receivedIndexKey(messageId)
}

function noteKey(
  contactId: ContactId,
  device: DeviceNumber,
  isOwn: boolean,
  number: number
): string {
  return outboxKey(contactId, (device + (isOwn ? OWN_DEVICES : 0)) as DeviceNumber, number)
}

function speakerOf(key: string): { readonly device: DeviceNumber; readonly isOwn: boolean } {
  const device = deviceOfKey(key)
  const isOwn = device > DEVICES_MAX
  return { device: (isOwn ? device - OWN_DEVICES : device) as DeviceNumber, isOwn }
}
