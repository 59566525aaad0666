/**
 * What a home says once more after it was put back to an older state of itself, as a disk is from a snapshot: the contact has the
 * numbers that it gives from another life of it, so that whatever came under them would be taken for what is there. It goes under new
 * numbers, with the ids that it had: a device that has it all the same knows it by them.
 *
 * ```
 *   a device holds a number that was never given --+--> to be said anew --read--> message's row, its new number --> refill, new session
 *   could not read what it says it holds ----------+         (in the contact's row: a crash goes on)
 * ```
 * Nor does such a home know what came to it since, and was receipted: each device is asked for it.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  decodeContent,
  type DeviceNumber,
  encodeContent,
  type NumberRange,
  type Progress,
  utf8ToBytes
} from '@sealpost/protocol'
import { MessageKind, type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import { renumberWord } from '../conversation/message-rows.ts'
import type { Account } from '../peer/account.ts'
import type { Contact, Contacts, NumbersAnew } from '../peer/contacts.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { numberIndexKey, withdrawalIndexKey, wordIndexKey } from '../peer/keys.ts'
import { sentNumberOf } from '../peer/messages.ts'
import type { RowKey } from '../tables.ts'
import { firstNumbers, hasNumber, joinRanges, rangesOf, withoutRanges } from './number-ranges.ts'
import { NUMBERS_AHEAD_MAX } from './numbers.ts'
import type { Outbox } from './outbox.ts'
import type { Refills } from './refills.ts'
import type { ResendAsks } from './resend-asks.ts'
import type { SessionHealth } from './session-health.ts'

/** Messages of one transaction. */
const PAGE = 64

export interface SaidAnewParts {
  readonly kernel: PeerKernel
  readonly account: () => Account
  readonly contacts: Contacts
  readonly outbox: Outbox
  readonly health: SessionHealth
  readonly refills: Refills
  readonly asks: ResendAsks
  /** A contact's devices that get what is new. */
  readonly recipients: (contactId: ContactId) => readonly DeviceNumber[]
}

/** The last number that a word says is held. */
function lastHeld({ deliveredUpTo, deliveredBeyond }: Progress): number {
  return Math.max(deliveredUpTo, ...deliveredBeyond.map(({ last }) => last))
}

/** Whether a word says that numbers are held which were never given. */
export function isBeyondGiven({ nextNumber }: Contact, word: Progress): boolean {
  const held = lastHeld(word)
  return held >= nextNumber && held < nextNumber + NUMBERS_AHEAD_MAX
}

export class SaidAnew {
  readonly #parts: SaidAnewParts
  /** Numbers that were passed over, since another life of this home gave them. Without these more is said anew than need be. */
  readonly #skipped = new Map<ContactId, readonly NumberRange[]>()

  constructor(parts: SaidAnewParts) {
    this.#parts = parts
  }

  /** Goes on where the last process ended. */
  restore(): void {
    for (const { contactId, anew } of this.#parts.contacts.all()) {
      if (anew.length > 0) {
        this.#stepIn(contactId)
      }
    }
  }

  /** Whether a device's word about our numbers counts for nothing, since it is about those of another life. */
  isUnderWay(contactId: ContactId): boolean {
    return (this.#parts.contacts.get(contactId)?.anew.length ?? 0) > 0
  }

  /** Which of these numbers this home gave, as far as is known. */
  given(contactId: ContactId, { first, last }: NumberRange): readonly NumberRange[] {
    const next = this.#parts.contacts.get(contactId)?.nextNumber ?? 1
    const before = { first, last: Math.min(last, next - 1) }
    return withoutRanges([before], this.#skipped.get(contactId) ?? [])
  }

  /**
   * This home turned out to be an older one than a contact knows.
   *
   * @param word what the contact's device holds. @param numbers under which something was said that it may not have.
   * @returns whether that was not known before.
   */
  begin(contactId: ContactId, word: Progress, numbers: readonly number[]): boolean {
    const { asks, contacts, health, recipients } = this.#parts
    const contact = contacts.get(contactId)
    if (contact === undefined || contact.standing === 'self') {
      return false
    }
    const given = numbers.filter((number) => {
      return number < contact.nextNumber && !hasNumber(contact.anew, number)
    })
    const free = isBeyondGiven(contact, word) ? lastHeld(word) + 1 : contact.nextNumber
    const skipped = [{ first: contact.nextNumber, last: free - 1 }]
    this.#skipped.set(contactId, joinRanges(this.#skipped.get(contactId) ?? [], skipped))
    const anew = [...contact.anew, ...numbered(given, free)]
    const count = anew.length === contact.anew.length ? 0 : given.length
    contacts.put({ ...contact, nextNumber: free + count, anew })
    for (const device of recipients(contactId)) {
      health.fellBehind(contactId, device)
      asks.blind(contactId, device)
    }
    this.#stepIn(contactId)
    return count > 0 || free > contact.nextNumber
  }

  #stepIn(contactId: ContactId): void {
    this.#parts.kernel.setTimer(`say anew ${contactId}`, 0, () => {
      this.#step(contactId)
    })
  }

  /** The first page of what is left. */
  #step(contactId: ContactId): void {
    const { account, contacts, kernel } = this.#parts
    const contact = contacts.get(contactId)
    const numbers = firstNumbers(contact?.anew ?? [], PAGE)
    if (numbers.length === 0) {
      return
    }
    const { device } = account()
    const keys = numbers.flatMap((number): readonly RowKey[] => [
      { table: 'message-index', key: numberIndexKey(contactId, number) },
      { table: 'message-index', key: wordIndexKey(contactId, device, number) },
      { table: 'message-index', key: withdrawalIndexKey(contactId, device, number) }
    ])
    kernel.read({ keys }, ({ values }) => {
      const found = numbers.map((number, at) => {
        const [index, word, withdrawal] = values.slice(3 * at, 3 * at + 3)
        return { number, withdrawal, key: keyOf(index), aboutKey: keyOf(word) }
      })
      const messageKeys = [...new Set(found.flatMap(({ key, aboutKey }) => [key, aboutKey]))]
      const messages = messageKeys.map((key): RowKey => ({ table: 'message', key }))
      kernel.read({ keys: messages }, ({ values: given }) => {
        const known = contacts.get(contactId)
        if (known === undefined) {
          return
        }
        // One may be said anew, and be what others are about.
        const rows = new Map<string, MessageRow>()
        for (const [at, value] of given.entries()) {
          if (value !== undefined) {
            rows.set(messageKeys[at] ?? '', fromBinary(MessageRowSchema, value))
          }
        }
        for (const { number, key, aboutKey, withdrawal } of found) {
          const anew = anewNumber(known.anew, number)
          this.#message(contactId, { number, anew }, key, rows.get(key))
          this.#word(contactId, { number, anew }, aboutKey, rows.get(aboutKey))
          this.#withdrawal(contactId, { number, anew }, withdrawal)
        }
        this.#said(known, numbers)
      })
    })
  }

  /** A message gets the new number, and is as it was before anybody had it. */
  #message(
    contactId: ContactId,
    { number, anew }: { readonly number: number; readonly anew: number },
    key: string,
    row: MessageRow | undefined
  ): void {
    const { kernel } = this.#parts
    const isOurs = row?.kind === MessageKind.SENT && sentNumberOf(row) === number
    if (row === undefined || !isOurs || row.withdrawnAtMs !== 0) {
      return
    }
    row.sentAs = anew
    row.deliveredAtMs = 0
    row.readAtMs = 0
    row.onRelayAtMs = 0
    row.directAtMs = 0
    row.replicas = []
    row.ciphertextHashes = []
    const changed = toBinary(MessageRowSchema, row)
    kernel.write('message', key, changed)
    kernel.erase('message-index', numberIndexKey(contactId, number))
    kernel.write('message-index', numberIndexKey(contactId, anew), utf8ToBytes(key))
    kernel.notify({ type: 'message-changed', contactId, row: { key, value: changed } })
  }

  /** So does an edit or a reaction, in the row of the message that it is about. */
  #word(
    contactId: ContactId,
    { number, anew }: { readonly number: number; readonly anew: number },
    key: string,
    row: MessageRow | undefined
  ): void {
    const { account, kernel } = this.#parts
    const { device } = account()
    if (row !== undefined && renumberWord(row, device, { number, anew })) {
      kernel.write('message', key, toBinary(MessageRowSchema, row))
      kernel.erase('message-index', wordIndexKey(contactId, device, number))
      kernel.write('message-index', wordIndexKey(contactId, device, anew), utf8ToBytes(key))
    }
  }

  #withdrawal(
    contactId: ContactId,
    { number, anew }: { readonly number: number; readonly anew: number },
    bytes: Uint8Array | undefined
  ): void {
    if (bytes !== undefined) {
      const { account, kernel } = this.#parts
      const { device } = account()
      const content = encodeContent({ ...decodeContent(bytes), number: anew })
      kernel.erase('message-index', withdrawalIndexKey(contactId, device, number))
      kernel.write('message-index', withdrawalIndexKey(contactId, device, anew), content)
    }
  }

  /** What was on its way under the old numbers goes, and all of it under the new ones. */
  #said(contact: Contact, numbers: readonly number[]): void {
    const { contacts, outbox, recipients, refills } = this.#parts
    const { contactId } = contact
    const ranges = rangesOf(numbers.map((number) => anewNumber(contact.anew, number)))
    for (const device of contacts.devices(contact)) {
      for (const number of numbers) {
        outbox.withdraw(contactId, device, number)
      }
    }
    contacts.put({ ...contact, anew: withoutNumbers(contact.anew, numbers) })
    for (const device of recipients(contactId)) {
      // What was no message is told to be lost, as to whoever asks: nobody is to wait for it.
      refills.start(contactId, device, { ranges, isAnew: true, isFilling: true, isAsked: true })
    }
    this.#step(contactId)
  }
}

function keyOf(index: Uint8Array | undefined): string {
  return index === undefined ? '' : bytesToUtf8(index)
}

/** These numbers, ascending, under those from `free` on. */
function numbered(numbers: readonly number[], free: number): readonly NumbersAnew[] {
  let anewFirst = free
  return rangesOf(numbers).map(({ first, last }) => {
    const range = { first, last, anewFirst }
    anewFirst += last - first + 1
    return range
  })
}

function anewNumber(anew: readonly NumbersAnew[], number: number): number {
  const range = anew.find(({ first, last }) => first <= number && number <= last)
  return range === undefined ? number : range.anewFirst + number - range.first
}

/** What is left without `numbers`, which are the first of it. */
function withoutNumbers(
  anew: readonly NumbersAnew[],
  numbers: readonly number[]
): readonly NumbersAnew[] {
  const done = new Set(numbers)
  return anew.flatMap(({ first, last, anewFirst }) => {
    let left = first
    while (left <= last && done.has(left)) {
      left += 1
    }
    return left > last ? [] : [{ first: left, last, anewFirst: anewFirst + left - first }]
  })
}
