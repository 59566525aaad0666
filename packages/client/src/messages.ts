/** What a person says and reads: sent, looked up, waited for, taken back, paged through, and noted as shown. */
import {
  contactOfKey,
  type MessageState,
  type PeerMachine,
  readMessage,
  type StoredMessage
} from '@sealpost/core'
import {
  type ContactId,
  isSealpostError,
  type MessageId,
  messageIds,
  type ReplyReference,
  UsageError
} from '@sealpost/protocol'
import type { ArrivalOptions } from './arrivals.ts'
import type { Changes } from './changes.ts'
import { chainOf } from './conversation-chain.ts'
import { excerptOf } from './excerpt.ts'
import { introduceDevice } from './introduction.ts'
import type { MessageReader, PageOptions } from './message-reader.ts'
import type { PeerHost } from './peer-host.ts'
import { type Message, relayView, replyView, type Timeline, timelineView } from './views.ts'
import { checkSession, checkTextLength, checkTimerSeconds, checkWritable } from './writable.ts'

const STATES: readonly MessageState[] = ['queued', 'on-relay', 'delivered', 'read']

/** What of the messages that came is asked for. */
export interface ReceivedOptions {
  readonly contactId?: ContactId
  readonly isUnreadOnly?: boolean
  readonly limit?: number
}

export interface SendOptions {
  /**
   * Drawn by the caller, 16 random bytes, who may then ask again where no answer came: a message of that id that is there already is
   * given back, and nothing is sent twice.
   */
  readonly messageId?: MessageId | undefined
  /** The message of this conversation that it answers; what is quoted of it is its beginning. */
  readonly replyTo?: MessageId | undefined
  /** Whether it was said elsewhere, and is passed on. */
  readonly isForwarded?: boolean | undefined
}

export interface MessagesParts {
  readonly host: PeerHost
  readonly reader: MessageReader
  readonly changes: Changes
  readonly machine: () => PeerMachine
}

export class Messages {
  readonly #parts: MessagesParts

  constructor(parts: MessagesParts) {
    this.#parts = parts
  }

  /**
   * Queues a text. Resolves once it is durable, in state `queued`; the rest happens by itself.
   *
   * @throws UsageError `SEALPOST_TEXT_TOO_LONG`, `SEALPOST_UNKNOWN_CONTACT`, `SEALPOST_USAGE` for an empty text; CryptoError
   * `SEALPOST_NO_SESSION` for a contact that cannot be written to yet, `SEALPOST_IDENTITY_CHANGED` until the person looked;
   * UsageError `SEALPOST_BLOCKED`, `SEALPOST_NOT_ACCEPTED`; of a reply `SEALPOST_UNKNOWN_MESSAGE`, `SEALPOST_USAGE` for a message of
   * another conversation, `SEALPOST_TOO_LATE` for one that was taken back
   */
  async send(contactId: ContactId, text: string, options: SendOptions = {}): Promise<Message> {
    const { messageId } = options
    const earlier = messageId === undefined ? undefined : await this.#find(messageId)
    if (earlier !== undefined) {
      return earlier
    }
    checkWritable(this.#parts.machine().contact(contactId))
    checkTextLength(text)
    const answered = await this.#answered(contactId, options.replyTo)
    const reply = answered && replyTo(answered, text)
    checkSession(this.#parts.machine(), contactId)
    await this.#beginTimer(contactId)
    const { correspondence } = this.#parts.host
    await introduceDevice(this.#parts.machine(), correspondence, contactId)
    const isForwarded = options.isForwarded === true
    const { seconds = 0 } = this.#parts.machine().contact(contactId)?.timer ?? {}
    const fadeAfterS = shorterOf(seconds === 0 ? undefined : seconds, answered?.words.fadeAfterS)
    const body = { type: 'text', text, reply, isForwarded, fadeAfterS } as const
    const sent = await correspondence.send(contactId, body, messageId)
    const { device } = this.#parts.machine().account
    return {
      ...sent,
      contactId,
      kind: 'sent',
      text,
      notice: undefined,
      missingCount: 0,
      isLost: false,
      device,
      state: 'queued',
      withdrawnAtMs: undefined,
      recall: undefined,
      reply: reply && replyView(reply, true),
      isForwarded,
      editedAtMs: undefined,
      reactions: [],
      isStarred: false,
      fadesAtMs: fadeAfterS === undefined ? undefined : sent.storedAtMs + fadeAfterS * 1_000,
      timerSeconds: 0
    }
  }

  /** A conversation that begins has the timer that the person chose for all that do. */
  async #beginTimer(contactId: ContactId): Promise<void> {
    const { timerSeconds = 0 } = this.#parts.machine().account.settings
    const contact = this.#parts.machine().contact(contactId)
    const isNew = contact?.lastOrderMs === 0 && contact.timer.changedAtMs === 0
    if (timerSeconds > 0 && isNew) {
      await this.setTimer(contactId, timerSeconds)
    }
  }

  /**
   * Chooses how long what is said from now on stays, on both sides: 0 for ever. Nothing happens where it is so already.
   *
   * @throws UsageError `SEALPOST_USAGE` for what is no whole number of seconds up to 366 days; and as `send`
   */
  async setTimer(contactId: ContactId, seconds: number): Promise<void> {
    checkTimerSeconds(seconds)
    const { host, machine } = this.#parts
    const contact = machine().contact(contactId)
    checkWritable(contact)
    checkSession(machine(), contactId)
    if (contact === undefined || contact.timer.seconds === seconds) {
      return
    }
    await introduceDevice(machine(), host.correspondence, contactId)
    const nowMs = machine().networkTimeMs(host.driver.now())
    const changedAtMs = Math.max(nowMs, contact.timer.changedAtMs + 1)
    await host.correspondence.send(contactId, { type: 'timer', seconds, changedAtMs })
  }

  /** The message that a reply answers. */
  async #answered(
    contactId: ContactId,
    messageId: MessageId | undefined
  ): Promise<StoredMessage | undefined> {
    if (messageId === undefined) {
      return undefined
    }
    const { contactId: at, message } = await this.#parts.reader.message(messageId)
    if (!chainOf(this.#parts.machine(), contactId).includes(at)) {
      throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'other-conversation' })
    }
    if (message.withdrawnAtMs !== undefined) {
      throw new UsageError('SEALPOST_TOO_LATE', undefined, { detail: 'taken-back' })
    }
    return message
  }

  async #find(messageId: MessageId): Promise<Message | undefined> {
    try {
      return await this.message(messageId)
    } catch (error) {
      if (isSealpostError(error) && error.code === 'SEALPOST_UNKNOWN_MESSAGE') {
        return undefined
      }
      throw error
    }
  }

  /** A message, sent or received, with its whole timeline. @throws UsageError `SEALPOST_UNKNOWN_MESSAGE` */
  async message(messageId: MessageId): Promise<Timeline> {
    const { contactId, message } = await this.#parts.reader.message(messageId)
    const machine = this.#parts.machine()
    const nowMs = this.#parts.host.driver.now()
    const relays = machine.relays().map((session) => relayView(session, machine, nowMs))
    return timelineView(contactId, message, relays)
  }

  /** @throws UsageError `SEALPOST_UNKNOWN_MESSAGE`, also for what cannot be an id */
  messageOf(id: string): Promise<Timeline> {
    const messageId = messageIds.fromHex(id.trim().toLowerCase())
    if (messageId === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_MESSAGE')
    }
    return this.message(messageId)
  }

  /**
   * Resolves once that much was proven of an own message.
   *
   * @throws SealpostError `SEALPOST_TIMEOUT` when `signal` ends the wait; the message goes on by itself.
   */
  async waitForMessage(
    messageId: MessageId,
    state: MessageState,
    signal?: AbortSignal
  ): Promise<Timeline> {
    return this.#parts.changes.find(async () => {
      const message = await this.message(messageId)
      const isThere = STATES.indexOf(message.state ?? 'queued') >= STATES.indexOf(state)
      return isThere ? message : undefined
    }, signal)
  }

  /**
   * Takes an own message back: it is erased at relays where nobody fetched it, and whoever has it is asked to erase it.
   * Resolves once that is durable; `waitForRecall` tells whether it was in time.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_MESSAGE`; `SEALPOST_TOO_LATE` for what another device of this account wrote; as `send`
   */
  async recall(messageId: MessageId): Promise<Timeline> {
    const { contactId, message } = await this.#parts.reader.message(messageId)
    if (message.kind !== 'sent') {
      throw new UsageError('SEALPOST_UNKNOWN_MESSAGE', undefined, { detail: 'not-own-message' })
    }
    if (message.isCopy) {
      throw new UsageError('SEALPOST_TOO_LATE', undefined, { detail: 'other-device' })
    }
    if (this.#parts.machine().contact(contactId)?.standing === 'replaced') {
      // Nothing reaches the identity that it was sent to.
      throw new UsageError('SEALPOST_TOO_LATE')
    }
    if (message.withdrawnAtMs === undefined) {
      const { sentNumber: number } = message
      await this.#parts.host.correspondence.send(contactId, {
        type: 'withdrawal',
        messageId,
        number
      })
    }
    return this.message(messageId)
  }

  /**
   * Resolves once it is known whether a message was taken back in time: every relay that held it has answered.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_MESSAGE`; SealpostError `SEALPOST_TIMEOUT` when `signal` ends the wait; it goes on by
   * itself.
   */
  async waitForRecall(messageId: MessageId, signal?: AbortSignal): Promise<Timeline> {
    return this.#parts.changes.find(async () => {
      const message = await this.message(messageId)
      const isOver = message.recall === 'in-time' || message.recall === 'too-late'
      return isOver ? message : undefined
    }, signal)
  }

  /** The newest messages of a conversation, or those right before or after one of them, oldest first. */
  messages(contactId: ContactId, options: PageOptions = {}): Promise<readonly Message[]> {
    this.#parts.machine()
    return this.#parts.reader.messages(contactId, options)
  }

  /** Every received message, or those that were not shown yet, in the order of their conversations; up to `limit`. */
  received(options: ReceivedOptions = {}): Promise<readonly Message[]> {
    this.#parts.machine()
    return this.#parts.reader.received(options)
  }

  /**
   * A page of what came, in the order in which it came, so that what comes later stands behind: go on after the last one's place.
   *
   * @throws UsageError `SEALPOST_USAGE` for a limit below 1
   */
  arrivals(options: ArrivalOptions): Promise<readonly Message[]> {
    this.#parts.machine()
    if (!(options.limit >= 1)) {
      throw new UsageError('SEALPOST_USAGE', 'a page holds at least one message')
    }
    return this.#parts.reader.arrivals(options)
  }

  /** Notes that received messages were shown to the person; their senders may learn of it. */
  async markShown(messages: readonly Message[]): Promise<void> {
    const rows = await this.#parts.reader.rows(
      messages.filter(({ kind }) => kind === 'received' || kind === 'unreadable')
    )
    const shown = rows.map((row) => {
      const { device, number, words } = readMessage(row)
      const fadeAfterS = words.fadesAtMs === undefined ? words.fadeAfterS : undefined
      const contactId = contactOfKey(row.key)
      return { contactId, device, number, messageKey: row.key, fadeAfterS }
    })
    if (shown.length > 0) {
      await this.#parts.host.driver.handle({
        type: 'shown',
        atMs: this.#parts.host.driver.now(),
        messages: shown
      })
    }
  }
}

/** What a reply says of the message that it answers. */
function replyTo(
  { kind, messageId, text }: StoredMessage,
  said: string
): ReplyReference | undefined {
  const isOfSender = kind === 'sent'
  return messageId && { messageId, isOfSender, excerpt: excerptOf(text, said) }
}

/** A reply quotes what it answers, and stays no longer than that was to stay. */
function shorterOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}
