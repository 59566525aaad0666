/** Messages that a person starred, to find them again: on all their devices, and seen by nobody else. */
import {
  ALL_KEYS,
  chooseAnew,
  compareMessageKeys,
  keysUnder,
  messageBounds,
  type PeerMachine
} from '@sealpost/core'
import { Lanes } from '@sealpost/host'
import { type ContactId, type MessageId, UsageError } from '@sealpost/protocol'
import type { Changes } from './changes.ts'
import { chainOf } from './conversation-chain.ts'
import type { MessageReader } from './message-reader.ts'
import type { PeerHost } from './peer-host.ts'
import { rowPages } from './row-pages.ts'
import type { Message } from './views.ts'

/** Wishes about one message that may wait for each other. */
const WAITING_MAX = 64
/** Rows of the index that are read at once. */
const KEYS_PAGE = 1_024
const LIMIT = 50

export interface StarredOptions {
  /** One conversation; all if not given. */
  readonly contactId?: ContactId | undefined
  /** At least 1; 50 if not given. */
  readonly limit?: number | undefined
  /** The key of a message: those that are older, as the page before says in `before`. */
  readonly before?: string | undefined
}

export interface StarredPage {
  /** The newest first, at most `limit`. */
  readonly messages: readonly Message[]
  /** Where the next page begins; undefined where there is none. */
  readonly before: string | undefined
}

export interface StarsParts {
  readonly host: PeerHost
  readonly reader: MessageReader
  readonly changes: Changes
  readonly machine: () => PeerMachine
}

export class Stars {
  readonly #parts: StarsParts
  readonly #lanes = new Lanes<MessageId>(WAITING_MAX)

  constructor(parts: StarsParts) {
    this.#parts = parts
  }

  /**
   * Gives a message a star, or takes it away, whoever wrote it. Nothing happens where it is so already. Resolves once it is durable and
   * shows. There are as many stars as there are messages: a star goes with its message, deleted, taken back or faded.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_MESSAGE`; `SEALPOST_TOO_LATE` for a star on a message that was taken back
   */
  set(messageId: MessageId, isStarred: boolean): Promise<void> {
    return this.#lanes.run(messageId, async () => {
      await this.#settled(messageId)
      const { contactId, message } = await this.#parts.reader.message(messageId)
      const { star } = message.words
      if (isStarred && message.withdrawnAtMs !== undefined) {
        throw new UsageError('SEALPOST_TOO_LATE', undefined, { detail: 'taken-back' })
      }
      if ((star?.value ?? 0) > 0 === isStarred) {
        return
      }
      const { driver } = this.#parts.host
      const nowMs = this.#parts.machine().networkTimeMs(driver.now())
      const isOwn = message.kind === 'sent'
      const choice = chooseAnew(star, isStarred ? nowMs : 0, nowMs)
      const chosen = { contactId, messageId, isOwn, star: choice }
      await driver.handle({ type: 'star', atMs: driver.now(), chosen })
      await this.#settled(messageId)
    })
  }

  /**
   * A page of the starred messages, the newest first, by when they were said.
   *
   * @throws UsageError `SEALPOST_USAGE` for a limit below 1; StorageError
   */
  async page({ contactId, limit = LIMIT, before }: StarredOptions): Promise<StarredPage> {
    this.#parts.machine()
    if (!(limit >= 1)) {
      throw new UsageError('SEALPOST_USAGE', 'a page holds at least one message')
    }
    const older = await this.#newestKeys(contactId, limit + 1, before)
    const keys = older.slice(0, limit)
    const found = await this.#parts.reader.messagesOf(keys)
    return {
      // A message may have gone since its key was read.
      messages: found.filter(({ isStarred }) => isStarred),
      before: older.length > limit ? keys.at(-1) : undefined
    }
  }

  /** Keys of starred messages, the newest first: all of one conversation or of all is looked at, and no more than that is kept. */
  async #newestKeys(
    contactId: ContactId | undefined,
    limit: number,
    before: string | undefined
  ): Promise<readonly string[]> {
    const { driver } = this.#parts.host
    const ranges =
      contactId === undefined
        ? [ALL_KEYS]
        : chainOf(driver.machine, contactId).map((at) =>
            before === undefined
              ? keysUnder(at)
              : messageBounds(at, { sinceMs: 0, beforeKey: before })
          )
    let newest: readonly string[] = []
    for (const range of ranges) {
      for await (const rows of rowPages(driver, { table: 'star', ...range, limit: KEYS_PAGE })) {
        const older = rows
          .map(({ key }) => key)
          .filter((key) => before === undefined || compareMessageKeys(key, before) < 0)
        newest = [...newest, ...older].sort((a, b) => compareMessageKeys(b, a)).slice(0, limit)
      }
    }
    return newest
  }

  /** What was said about a message is on its row. */
  #settled(messageId: MessageId): Promise<void> {
    const { changes, machine } = this.#parts
    return changes.until(() => !machine().words.isUnderWay(messageId), undefined)
  }
}
