/**
 * A stretch of one conversation: a window that moves over it as it is scrolled, so that a page holds some hundred messages of it
 * however long it is.
 *
 * ```
 *   empty --open--> the newest --earlier--> before --later--> ... the newest
 *         --reach a message--> around it
 * ```
 */
import { type ReadonlySignal, signal } from '@preact/signals'
import { compareMessageKeys, type Message, type MessageState } from '@sealpost/client'
import type { ContactId, MessageId } from '@sealpost/protocol'
import type { PeerApi } from '../wire/peer-api.ts'

/** What is read first: about what a screen shows, so that it is there in one step. The rest follows once it is seen. */
const FIRST_PAGE = 20
const PAGE = 60
/** Messages of the window; what is beyond on the other side is read again when it is scrolled to. */
const WINDOW_MAX = 400

interface Stretch {
  /** Oldest first, without a gap. */
  readonly messages: readonly Message[]
  /** Whether there is nothing before the first. */
  readonly isFromStart: boolean
  /** Whether there is nothing after the last. */
  readonly isToEnd: boolean
}

export class Conversation {
  readonly contactId: ContactId
  readonly #peer: Pick<PeerApi, 'messages'>
  readonly #stretch = signal<Stretch>({ messages: [], isFromStart: false, isToEnd: true })
  readonly #isRead = signal(false)
  readonly #target = signal<string | undefined>(undefined)
  #isReading = false

  constructor(peer: Pick<PeerApi, 'messages'>, contactId: ContactId) {
    this.#peer = peer
    this.contactId = contactId
  }

  get stretch(): ReadonlySignal<Stretch> {
    return this.#stretch
  }

  /** Whether anything was read yet. */
  get isRead(): ReadonlySignal<boolean> {
    return this.#isRead
  }

  /** The message that the person was led to. */
  get target(): ReadonlySignal<string | undefined> {
    return this.#target
  }

  /** Shows the newest. */
  async open(): Promise<void> {
    this.#target.value = undefined
    const messages = await this.#read({ limit: FIRST_PAGE })
    if (messages !== undefined) {
      this.#show({ messages, isFromStart: messages.length < FIRST_PAGE, isToEnd: true })
    }
  }

  /** Shows the message of a key, and what was said around it. */
  async reach(key: string): Promise<void> {
    const before = await this.#read({ before: key, limit: PAGE })
    const [last] = before?.slice(-1) ?? []
    const after =
      last === undefined
        ? // Nothing is before it: it is the first.
          await this.#read({ after: firstKeyBefore(key), limit: PAGE })
        : await this.#read({ after: last.key, limit: PAGE })
    if (before !== undefined && after !== undefined) {
      this.#show({
        messages: [...before, ...after],
        isFromStart: before.length < PAGE,
        isToEnd: after.length < PAGE
      })
      this.#target.value = key
    }
  }

  /** Reads one page more, before what is there. */
  async loadEarlier(): Promise<void> {
    const { messages, isFromStart } = this.#stretch.value
    const [first] = messages
    if (isFromStart || first === undefined) {
      return
    }
    const page = await this.#read({ before: first.key, limit: PAGE })
    if (page !== undefined) {
      const all = merged(this.#stretch.value.messages, page)
      const kept = all.slice(0, WINDOW_MAX)
      const isToEnd = this.#stretch.value.isToEnd && kept.length === all.length
      this.#show({ messages: kept, isFromStart: page.length < PAGE, isToEnd })
    }
  }

  /** Reads one page more, after what is there. */
  async loadLater(): Promise<void> {
    const { messages, isToEnd } = this.#stretch.value
    const last = messages.at(-1)
    if (isToEnd || last === undefined) {
      return
    }
    const page = await this.#read({ after: last.key, limit: PAGE })
    if (page !== undefined) {
      const all = merged(this.#stretch.value.messages, page)
      const kept = all.slice(-WINDOW_MAX)
      const isFromStart = this.#stretch.value.isFromStart && kept.length === all.length
      this.#show({ messages: kept, isFromStart, isToEnd: page.length < PAGE })
    }
  }

  /** A message that is there, or is not what it was. What lies outside of the window comes with its own page. */
  take(message: Message): void {
    const { messages, isFromStart, isToEnd } = this.#stretch.value
    const [first, last] = [messages[0], messages.at(-1)]
    const isAfterStart =
      isFromStart || first === undefined || compareMessageKeys(first.key, message.key) <= 0
    const isBeforeEnd =
      isToEnd || (last !== undefined && compareMessageKeys(message.key, last.key) <= 0)
    if (this.#isRead.value && isAfterStart && isBeforeEnd) {
      this.#show({ messages: merged(messages, [message]), isFromStart, isToEnd })
    }
  }

  progress(messageId: MessageId, state: MessageState): void {
    const { messages } = this.#stretch.value
    if (messages.some((message) => message.messageId === messageId)) {
      this.#show({
        ...this.#stretch.value,
        messages: messages.map((message) =>
          message.messageId === messageId ? { ...message, state } : message
        )
      })
    }
  }

  remove(messageKey: string): void {
    const messages = this.#stretch.value.messages.filter(({ key }) => key !== messageKey)
    this.#show({ ...this.#stretch.value, messages })
  }

  #show(stretch: Stretch): void {
    this.#stretch.value = stretch
    this.#isRead.value = true
  }

  /** One page at a time; undefined while another is on its way. */
  async #read(
    options: Parameters<PeerApi['messages']>[1]
  ): Promise<readonly Message[] | undefined> {
    if (this.#isReading) {
      return undefined
    }
    this.#isReading = true
    try {
      return await this.#peer.messages(this.contactId, options)
    } finally {
      this.#isReading = false
    }
  }
}

/** A key that nothing of the conversation is before. */
function firstKeyBefore(key: string): string {
  return `${key.slice(0, 32)}.${'0'.repeat(12)}`
}

/** Each once, the later word of one counts. */
function merged(known: readonly Message[], more: readonly Message[]): readonly Message[] {
  const byKey = new Map([...known, ...more].map((message) => [message.key, message]))
  return [...byKey.values()].toSorted((a, b) => compareMessageKeys(a.key, b.key))
}
