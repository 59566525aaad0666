/** What a home takes of its disk, and whether that takes more. */
import { ALL_KEYS, contactOfKey } from '@sealpost/core'
import type { ContactId, ErrorCode } from '@sealpost/protocol'
import { presentOf } from './conversation-chain.ts'
import type { PeerHost } from './peer-host.ts'

const PAGE = 1_024

/** What the messages of one conversation take. */
export interface ConversationSize {
  readonly contactId: ContactId
  readonly messageCount: number
  /** Of their rows as they lie on the disk, sealed; what the disk adds of its own is not in it. */
  readonly byteCount: number
}

export class HomeStorage {
  readonly #host: PeerHost

  constructor(host: PeerHost) {
    this.#host = host
  }

  /** Why nothing can be written now; undefined where all is well. Events of type `store` tell when it changes. */
  get problem(): ErrorCode | undefined {
    return this.#host.watch.problem
  }

  /** Tries whether something can be written, now and not at the next of the tries that are made by themselves. @throws StorageError */
  tryWriting(): Promise<void> {
    return this.#host.watch.tryWriting()
  }

  /**
   * What each conversation takes, the largest first; those without a message are left out. Rows are counted as they lie there, and
   * none of them is opened. @throws StorageError
   */
  async conversations(): Promise<readonly ConversationSize[]> {
    const { driver, store } = this.#host
    const sizes = new Map<ContactId, ConversationSize>()
    let { from } = ALL_KEYS
    for (;;) {
      const rows = await store.getRange({ table: 'message', from, to: ALL_KEYS.to, limit: PAGE })
      for (const { key, value } of rows) {
        const contactId = contactOfKey(key)
        const { messageCount = 0, byteCount = 0 } = sizes.get(contactId) ?? {}
        sizes.set(contactId, {
          contactId,
          messageCount: messageCount + 1,
          byteCount: byteCount + key.length + value.length
        })
      }
      const last = rows.at(-1)
      if (rows.length < PAGE || last === undefined) {
        return largestFirst(sizes.values(), (contactId) => presentOf(driver.machine, contactId))
      }
      from = `${last.key}\u0000`
    }
  }
}

/** What was said under an identity before belongs to the conversation that went on. */
function largestFirst(
  sizes: Iterable<ConversationSize>,
  present: (contactId: ContactId) => ContactId
): readonly ConversationSize[] {
  const shown = new Map<ContactId, ConversationSize>()
  for (const { contactId, messageCount, byteCount } of sizes) {
    const at = present(contactId)
    const { messageCount: count = 0, byteCount: bytes = 0 } = shown.get(at) ?? {}
    shown.set(at, {
      contactId: at,
      messageCount: messageCount + count,
      byteCount: byteCount + bytes
    })
  }
  return [...shown.values()].sort((a, b) => b.byteCount - a.byteCount)
}
