/**
 * What a person does with messages that are there: gives one of their own another text, reacts, deletes for themselves. Asking twice
 * is asking once: what is so already is not said again.
 */
import { contactOfKey, keysUnder, type PeerMachine, readMessage, type Row } from '@sealpost/core'
import { Lanes } from '@sealpost/host'
import {
  type ContactId,
  DELETIONS_MAX,
  type EditContent,
  isEmoji,
  type MessageId,
  messageIds,
  type ReactionContent,
  UsageError
} from '@sealpost/protocol'
import type { StoredMessage } from '@sealpost/core'
import type { Changes } from './changes.ts'
import { chainOf } from './conversation-chain.ts'
import { introduceDevice } from './introduction.ts'
import type { MessageReader } from './message-reader.ts'
import type { PeerHost } from './peer-host.ts'
import { rowPages } from './row-pages.ts'
import { checkSession, checkTextLength, checkWritable } from './writable.ts'

/** Wishes about one message that may wait for each other. */
const WAITING_MAX = 64

export interface MessageChangesParts {
  readonly host: PeerHost
  readonly reader: MessageReader
  readonly changes: Changes
  readonly machine: () => PeerMachine
}

export class MessageChanges {
  readonly #parts: MessageChangesParts
  readonly #lanes = new Lanes<MessageId>(WAITING_MAX)

  constructor(parts: MessageChangesParts) {
    this.#parts = parts
  }

  /**
   * Gives an own message another text, whichever device of the account wrote it. Nothing happens where it has that text. Resolves once
   * it is durable and shows.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_MESSAGE`, also for a message of somebody else; `SEALPOST_TOO_LATE` for one that was taken back;
   * and as `send`
   */
  async edit(messageId: MessageId, text: string): Promise<void> {
    checkTextLength(text)
    await this.#change(messageId, (message) => {
      if (message.kind !== 'sent') {
        throw new UsageError('SEALPOST_UNKNOWN_MESSAGE', undefined, { detail: 'not-own-message' })
      }
      return message.text === text ? undefined : { type: 'edit', messageId, text }
    })
  }

  /**
   * Shows an emoji at a message in place of the one that was there; undefined takes it back. Nothing happens where it is so already.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_MESSAGE`; `SEALPOST_USAGE` for what is not one emoji of at most 32 bytes;
   * `SEALPOST_TOO_LATE` for a message that was taken back; and as `send`
   */
  async react(messageId: MessageId, emoji: string | undefined): Promise<void> {
    const wanted = emoji ?? ''
    if (!isEmoji(wanted) || (emoji !== undefined && characterCount(wanted) !== 1)) {
      throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'emoji' })
    }
    await this.#change(messageId, (message) => {
      const own = message.words.reactions?.find(({ isOwn }) => isOwn)
      const isOfSender = message.kind === 'sent'
      return (own?.emoji ?? '') === wanted
        ? undefined
        : { type: 'reaction', messageId, isOfSender, emoji: wanted }
    })
  }

  /**
   * Deletes a message from this account's devices. It is no recall: whoever else has it keeps it, and what is on its way goes on.
   * Backups that were made before have it. Nothing happens where it was deleted already.
   *
   * @param id of the message, or its key where it has none: what has no id is deleted on this device alone.
   * @throws UsageError `SEALPOST_UNKNOWN_MESSAGE`
   */
  async deleteForMe(id: string): Promise<void> {
    const messageId = messageIds.fromHex(id)
    const key = messageId === undefined ? id : await this.#parts.reader.keyOf(messageId)
    if (key === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_MESSAGE')
    }
    const [row] = await this.#parts.reader.rows([{ key }])
    if (row === undefined) {
      return
    }
    const message = readMessage(row)
    const { correspondence } = this.#parts.host
    if (message.messageId === undefined) {
      await correspondence.siblings.deleteMessages([], [key])
      return
    }
    const isOwn = message.kind === 'sent'
    const contactId = contactOfKey(key)
    await correspondence.siblings.deleteMessages(
      [{ contactId, messageId: message.messageId, isOwn }],
      []
    )
    await this.#settled(message.messageId)
  }

  /**
   * Deletes what a conversation has now, as `deleteForMe` does message by message: the contact stays, what comes meanwhile and later
   * does too. What has no id, as notices, is deleted on this device alone. One that ends in the middle is gone on with by asking again.
   *
   * @returns how many messages and notices were there.
   * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`; StorageError
   */
  async clear(contactId: ContactId): Promise<number> {
    const { driver } = this.#parts.host
    if (this.#parts.machine().contact(contactId) === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_CONTACT')
    }
    const lastKeys = new Map<ContactId, string>()
    for (const at of chainOf(driver.machine, contactId)) {
      const bounds = { table: 'message' as const, ...keysUnder(at), limit: 1, isReversed: true }
      const [last] = (await driver.read([], bounds)).rows
      if (last !== undefined) {
        lastKeys.set(at, last.key)
      }
    }
    let count = 0
    for (const [at, lastKey] of lastKeys) {
      const range = { from: keysUnder(at).from, to: `${lastKey}\u0000`, limit: DELETIONS_MAX }
      for await (const rows of rowPages(driver, { table: 'message', ...range })) {
        await this.#deleteRows(at, rows)
        count += rows.length
      }
    }
    return count
  }

  async #deleteRows(contactId: ContactId, rows: readonly Row[]): Promise<void> {
    const messages = rows.map((row) => readMessage(row))
    const named = messages.flatMap(({ messageId, kind }) =>
      messageId === undefined ? [] : [{ contactId, messageId, isOwn: kind === 'sent' }]
    )
    const unnamed = rows.filter((_, at) => messages[at]?.messageId === undefined)
    const keys = unnamed.map(({ key }) => key)
    await this.#parts.host.correspondence.siblings.deleteMessages(named, keys)
    for (const { messageId } of named) {
      await this.#settled(messageId)
    }
  }

  /** Says what is to be said about a message, if anything, one after another. */
  #change(
    messageId: MessageId,
    say: (message: StoredMessage) => EditContent | ReactionContent | undefined
  ): Promise<void> {
    return this.#lanes.run(messageId, async () => {
      await this.#settled(messageId)
      const { contactId, message } = await this.#parts.reader.message(messageId)
      if (message.withdrawnAtMs !== undefined) {
        throw new UsageError('SEALPOST_TOO_LATE', undefined, { detail: 'taken-back' })
      }
      const body = say(message)
      if (body !== undefined) {
        await this.#send(contactId, body)
        await this.#settled(messageId)
      }
    })
  }

  async #send(contactId: ContactId, body: EditContent | ReactionContent): Promise<void> {
    const machine = this.#parts.machine()
    const contact = machine.contact(contactId)
    if (contact?.standing === 'replaced') {
      // Nothing reaches the identity that it was said to.
      throw new UsageError('SEALPOST_TOO_LATE')
    }
    checkWritable(contact)
    checkSession(machine, contactId)
    const { correspondence } = this.#parts.host
    await introduceDevice(machine, correspondence, contactId)
    await correspondence.send(contactId, body)
  }

  /** What was said about a message is on its row. */
  #settled(messageId: MessageId): Promise<void> {
    const { changes, machine } = this.#parts
    return changes.until(() => !machine().words.isUnderWay(messageId), undefined)
  }
}

function characterCount(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length
}
