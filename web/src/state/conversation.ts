/** One conversation as far as it was read: from the newest message back, page by page. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { Message, MessageState } from '@sealpost/client'
import type { ContactId, MessageId } from '@sealpost/protocol'
import type { PeerApi } from '../wire/peer-api.ts'

const PAGE = 60

export class Conversation {
  readonly contactId: ContactId
  readonly #peer: PeerApi
  /** In the order of their keys. */
  readonly #messages = signal<readonly Message[]>([])
  readonly #isWhole = signal(false)
  readonly #isRead = signal(false)
  #isReading = false

  constructor(peer: PeerApi, contactId: ContactId) {
    this.#peer = peer
    this.contactId = contactId
  }

  /** Oldest first. */
  get messages(): ReadonlySignal<readonly Message[]> {
    return this.#messages
  }

  /** Whether there is nothing before the first of `messages`. */
  get isWhole(): ReadonlySignal<boolean> {
    return this.#isWhole
  }

  /** Whether the newest page was read. */
  get isRead(): ReadonlySignal<boolean> {
    return this.#isRead
  }

  /** Reads one page more, before what is there. */
  async loadEarlier(): Promise<void> {
    if (this.#isReading || this.#isWhole.value) {
      return
    }
    this.#isReading = true
    try {
      const [first] = this.#messages.value
      const options = first === undefined ? { limit: PAGE } : { limit: PAGE, before: first.key }
      const page = await this.#peer.messages(this.contactId, options)
      this.#isWhole.value = page.length < PAGE
      this.#messages.value = merged(this.#messages.value, page)
      this.#isRead.value = true
    } finally {
      this.#isReading = false
    }
  }

  /** A message that is there, or is not what it was. */
  take(message: Message): void {
    const known = this.#messages.value
    // What lies before the first page comes with its own page.
    if (this.#isWhole.value || known.length === 0 || message.key >= (known[0]?.key ?? '')) {
      this.#messages.value = merged(known, [message])
    }
  }

  progress(messageId: MessageId, state: MessageState): void {
    this.#messages.value = this.#messages.value.map((message) =>
      message.messageId === messageId ? { ...message, state } : message
    )
  }

  remove(messageKey: string): void {
    this.#messages.value = this.#messages.value.filter(({ key }) => key !== messageKey)
  }
}

/** Each once, the later word of one counts. */
function merged(known: readonly Message[], more: readonly Message[]): readonly Message[] {
  const byKey = new Map([...known, ...more].map((message) => [message.key, message]))
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
}
