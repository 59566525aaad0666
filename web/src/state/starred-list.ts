/**
 * Starred messages, the newest first, a page at a time; kept by what the peer tells while somebody looks at them. One whose star is
 * taken away stays where it is, without one, so that a slip is put right where it happened; it is not there the next time.
 *
 * ```
 *   unread --open--> the newest --more--> ... the oldest
 *      `----------> failed --open--> the same
 * ```
 */
import { type ReadonlySignal, signal } from '@preact/signals'
import { compareMessageKeys, type Message } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import type { PeerApi } from '../wire/peer-api.ts'

/** More than a tall screen shows. */
const PAGE = 30

export interface StarredState {
  /** Undefined until they were read. */
  readonly messages: readonly Message[] | undefined
  /** Where the next page begins; undefined where there is none. */
  readonly before: string | undefined
  /** Why a page could not be read. */
  readonly error: unknown
  readonly isReading: boolean
}

const UNREAD: StarredState = {
  messages: undefined,
  before: undefined,
  error: undefined,
  isReading: false
}

export class StarredList {
  readonly #peer: Pick<PeerApi, 'starred'>
  readonly #contactId: ContactId | undefined
  readonly #state = signal<StarredState>(UNREAD)
  /** What was told of messages while a page was on its way: an undefined one is gone. */
  readonly #told = new Map<string, Message | undefined>()

  /** @param contactId of one conversation; undefined for all */
  constructor(peer: Pick<PeerApi, 'starred'>, contactId: ContactId | undefined) {
    this.#peer = peer
    this.#contactId = contactId
  }

  get state(): ReadonlySignal<StarredState> {
    return this.#state
  }

  /** Reads the newest, or what follows what is there. One page at a time. */
  async more(): Promise<void> {
    const { isReading, messages, before } = this.#state.value
    if (isReading || (messages !== undefined && before === undefined)) {
      return
    }
    this.#told.clear()
    this.#state.value = { ...this.#state.value, isReading: true, error: undefined }
    try {
      const page = await this.#peer.starred({ contactId: this.#contactId, limit: PAGE, before })
      const known = this.#state.value.messages ?? []
      const fresh = page.messages.filter(({ key }) => !this.#told.has(key))
      this.#state.value = {
        messages: inOrder([...known, ...fresh]),
        before: page.before,
        error: undefined,
        isReading: false
      }
      for (const message of this.#told.values()) {
        if (message !== undefined) {
          this.take(message)
        }
      }
    } catch (error) {
      this.#state.value = { ...this.#state.value, error, isReading: false }
    }
  }

  /** A message is not what it was. */
  take(message: Message): void {
    const { isReading, messages, before } = this.#state.value
    const isOurs = this.#contactId === undefined || message.contactId === this.#contactId
    const isShown = messages?.some(({ key }) => key === message.key) === true
    if (message.withdrawnAtMs !== undefined) {
      this.remove(message.key)
      return
    }
    if (isReading && isOurs) {
      this.#told.set(message.key, message)
    }
    const isInReach = before === undefined || compareMessageKeys(message.key, before) > 0
    if (messages !== undefined && (isShown || (isOurs && message.isStarred && isInReach))) {
      this.#state.value = { ...this.#state.value, messages: inOrder([...messages, message]) }
    }
  }

  /** A message is gone. */
  remove(messageKey: string): void {
    const { isReading, messages } = this.#state.value
    if (isReading) {
      this.#told.set(messageKey, undefined)
    }
    if (messages?.some(({ key }) => key === messageKey) === true) {
      const left = messages.filter(({ key }) => key !== messageKey)
      this.#state.value = { ...this.#state.value, messages: left }
    }
  }
}

/** Each once, the later word of one counts; the newest first. */
function inOrder(messages: readonly Message[]): readonly Message[] {
  const byKey = new Map(messages.map((message) => [message.key, message]))
  return [...byKey.values()].toSorted((a, b) => compareMessageKeys(b.key, a.key))
}
