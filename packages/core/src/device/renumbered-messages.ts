/**
 * The messages of a home that becomes another device of its account: what it sent as the device that it was.
 *
 * ```
 *   sent --receipted, taken back, to who is no contact--> another own device's, as a copy
 *        --not------------------------------------------> sent on, under the first numbers of the device that it becomes
 *   could not be read, and is asked for --> gone: contacts send the new device what it does not hold
 * ```
 * The copy that goes on may have it to send as well: a contact that gets both shows one, by its id. What this one alone said would go
 * nowhere otherwise, and whatever the other says under the same number would be taken for it. Who is blocked gets it once they are
 * unblocked.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { type ContactId, type DeviceNumber, utf8ToBytes } from '@sealpost/protocol'
import { MessageKind, type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import { contactOfKey, numberIndexKey, siblingIndexKey } from '../peer/keys.ts'
import { sentNumberOf } from '../peer/messages.ts'
import type { Mutation, Row, Write } from '../tables.ts'
import { copiesRow } from './joined-progress.ts'

export class RenumberedMessages {
  readonly #was: DeviceNumber
  readonly #isWrittenTo: (contactId: ContactId) => boolean
  /** Keys of what is sent on, in the order of its numbers. */
  readonly #sentOn = new Map<ContactId, string[]>()
  /** The highest number of what is another own device's now. */
  readonly #lastCopies = new Map<ContactId, number>()

  /** @param was the device that the home was. @param isWrittenTo whether anything is sent to a contact, or will be. */
  constructor(was: DeviceNumber, isWrittenTo: (contactId: ContactId) => boolean) {
    this.#was = was
    this.#isWrittenTo = isWrittenTo
  }

  /** The rows of a message: hand in all of them, in the order of their keys. A crash in between repeats it. */
  take({ key, value }: Row): readonly Mutation[] {
    const row = fromBinary(MessageRowSchema, value)
    if (row.kind === MessageKind.UNREADABLE && !row.isLost) {
      return [
        { type: 'erase', table: 'message', key },
        { type: 'erase', table: 'unread', key }
      ]
    }
    const isOurs = row.device === this.#was || row.sentAs !== 0
    const contactId = contactOfKey(key)
    if (row.kind !== MessageKind.SENT || row.isCopy || !isOurs) {
      if (row.isCopy && row.device === this.#was) {
        // It became one before a crash.
        this.#noteCopy(contactId, row.number)
      }
      return []
    }
    const number = sentNumberOf(row)
    const erased = {
      type: 'erase',
      table: 'message-index',
      key: numberIndexKey(contactId, number)
    } as const
    if (this.#isSentOn(contactId, row)) {
      return [erased, this.#sendOn(contactId, key, row)]
    }
    row.isCopy = true
    row.sentAs = 0
    const index = siblingIndexKey(contactId, this.#was, number)
    this.#noteCopy(contactId, number)
    return [
      erased,
      { type: 'write', table: 'message-index', key: index, value: utf8ToBytes(key) },
      { type: 'write', table: 'message', key, value: toBinary(MessageRowSchema, row) }
    ]
  }

  #noteCopy(contactId: ContactId, number: number): void {
    this.#lastCopies.set(contactId, Math.max(this.#lastCopies.get(contactId) ?? 0, number))
  }

  #isSentOn(contactId: ContactId, { deliveredAtMs, withdrawnAtMs }: MessageRow): boolean {
    return deliveredAtMs === 0 && withdrawnAtMs === 0 && this.#isWrittenTo(contactId)
  }

  #sendOn(contactId: ContactId, key: string, row: MessageRow): Write {
    const keys = this.#sentOn.get(contactId) ?? []
    this.#sentOn.set(contactId, keys)
    keys.push(key)
    row.sentAs = keys.length
    // What relays have of the device that it was is not what is sent now.
    row.onRelayAtMs = 0
    row.replicas = []
    return { type: 'write', table: 'message', key, value: toBinary(MessageRowSchema, row) }
  }

  /** How many messages are sent on to a contact, once all were handed in. */
  sentCount(contactId: ContactId): number {
    return this.#sentOn.get(contactId)?.length ?? 0
  }

  /** Contacts to whom something is sent on. */
  recipients(): readonly ContactId[] {
    return [...this.#sentOn.keys()]
  }

  /** How far the messages go that are another own device's now: for the last batch, after all rows of progress. */
  copies(): readonly Mutation[] {
    return [...this.#lastCopies].map(([contactId, number]) => {
      return copiesRow(contactId, this.#was, number)
    })
  }

  /** Where what is sent on is found by its numbers; for the last batch, after those of all messages. */
  indexes(): readonly Mutation[] {
    return [...this.#sentOn].flatMap(([contactId, keys]) =>
      keys.map((key, at): Mutation => {
        const index = numberIndexKey(contactId, at + 1)
        return { type: 'write', table: 'message-index', key: index, value: utf8ToBytes(key) }
      })
    )
  }
}
