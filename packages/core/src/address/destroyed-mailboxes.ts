/**
 * Mailboxes of ours that were destroyed, by their ids alone: a relay whose store is another than before may be one that was
 * restored from an old backup, and have them again. What is in them cannot be opened any more, since their seeds are erased; but
 * whoever deposits there would wait for ever.
 *
 * ```
 *   another store: page of ids --subscribe--> those that are there --destroy--> next page ... --> noted: this store is done
 * ```
 * Subscribing asks for 64 at once and counts as one denial; asking to destroy each would use up what a relay allows in a minute.
 */
import {
  isSubscribed,
  MAILBOX_IDLE_MS,
  type MailboxAnswer,
  type MailboxId,
  type NodeKey
} from '@sealpost/protocol'
import type { Account } from '../peer/account.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import { pauseOf, type RelaySession } from '../peer/relay-session.ts'
import { fetchToken } from './seeds.ts'

const WEEK_MS = 7 * 24 * 3_600_000
const SWEEP_MS = 24 * 3_600_000
/** After so long no relay has them any more, since nobody subscribed to them. */
const KEPT_MS: number = MAILBOX_IDLE_MS + WEEK_MS
const PAGE = 64
const RETRY_MS = 60_000
/** A row that says all by being there. */
const DESTROYED: Uint8Array = Uint8Array.of(1)
const TABLE = 'destroyed-mailbox'

/** One look through a relay, on one connection. */
interface Pass {
  readonly session: RelaySession
  readonly number: number
}

/** What proves that a mailbox is ours. */
interface Right {
  readonly mailboxId: MailboxId
  readonly fetchToken: Uint8Array
}

export class DestroyedMailboxes {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #account: () => Account
  readonly #instance: Uint8Array
  /** Relays that are being looked through, each with the number of the pass. */
  readonly #passes = new Map<NodeKey, number>()
  #passCount = 0

  /** @param instance 16 bytes that name this start of the client. */
  constructor(kernel: PeerKernel, book: RelayBook, account: () => Account, instance: Uint8Array) {
    this.#kernel = kernel
    this.#book = book
    this.#account = account
    this.#instance = instance
    this.#forgetIn(SWEEP_MS)
  }

  add(relay: NodeKey, mailboxId: MailboxId): void {
    this.#kernel.write(TABLE, `${weekKey(this.#book.lateTimeMs)}.${relay}.${mailboxId}`, DESTROYED)
  }

  /** On another store than the last one that was looked through, looks for all that were ever destroyed there. */
  ready(session: RelaySession): void {
    if (session.sweptStoreId !== session.storeId) {
      this.#passCount += 1
      this.#passes.set(session.nodeKey, this.#passCount)
      this.#look({ session, number: this.#passCount }, '')
    }
  }

  /** The connection is gone: begun again on the next one. */
  lost(relay: NodeKey): void {
    this.#passes.delete(relay)
    this.#kernel.cancelTimer(`look for destroyed ${relay}`)
  }

  #isOver({ session, number }: Pass): boolean {
    return this.#passes.get(session.nodeKey) !== number
  }

  #look(pass: Pass, from: string): void {
    const { session } = pass
    const range = { table: TABLE, from, to: '\u007f', limit: PAGE } as const
    this.#kernel.read({ range }, ({ rows, isEnd }) => {
      const last = rows.at(-1)
      const ids = rows
        .map(({ key }) => key.split('.'))
        .filter(([, relay]) => relay === session.nodeKey)
        .map(([, , mailboxId]) => mailboxId as MailboxId)
      this.#destroyThere(pass, ids, () => {
        if (!isEnd && last !== undefined) {
          this.#look(pass, `${last.key}\u0000`)
        } else {
          this.#passes.delete(session.nodeKey)
          this.#book.swept(session)
        }
      })
    })
  }

  #destroyThere(pass: Pass, ids: readonly MailboxId[], then: () => void): void {
    if (this.#isOver(pass)) {
      return
    }
    if (ids.length === 0) {
      then()
      return
    }
    const { session } = pass
    const subscriptions = ids.map((mailboxId) => this.#right(session.nodeKey, mailboxId))
    const request = { type: 'subscribe', instance: this.#instance, subscriptions } as const
    session.request(request, (answer) => {
      const outcomes = answer?.type === 'subscribed' ? answer.outcomes : []
      const left = ids.filter(
        (_, index) => !isSubscribed(outcomes[index]) && outcomes[index] !== 'denied'
      )
      const there = subscriptions.filter((_, index) => isSubscribed(outcomes[index]))
      if (left.length > 0) {
        this.#later(pass, ids, answer, then)
      } else {
        this.#destroy(pass, there, then)
      }
    })
  }

  /** Destroys them one after another. */
  #destroy(pass: Pass, rights: readonly Right[], then: () => void): void {
    const [first, ...others] = rights
    if (this.#isOver(pass)) {
      return
    }
    if (first === undefined) {
      then()
      return
    }
    pass.session.request({ type: 'destroy', ...first }, (answer) => {
      const isDenied = answer?.type === 'refused' && answer.reason === 'denied'
      if (answer?.type === 'destroyed' || isDenied) {
        this.#destroy(pass, others, then)
      } else {
        const ids = rights.map(({ mailboxId }) => mailboxId)
        this.#later(pass, ids, answer, then)
      }
    })
  }

  #later(
    pass: Pass,
    ids: readonly MailboxId[],
    answer: MailboxAnswer | undefined,
    then: () => void
  ): void {
    const waitMs = Math.max(RETRY_MS, pauseOf(answer))
    this.#kernel.setTimer(`look for destroyed ${pass.session.nodeKey}`, waitMs, () => {
      this.#destroyThere(pass, ids, then)
    })
  }

  #right(relay: NodeKey, mailboxId: MailboxId): Right {
    const { mailboxSecret } = this.#account()
    return { mailboxId, fetchToken: fetchToken(mailboxSecret, relay, mailboxId) }
  }

  #forgetIn(delayMs: number): void {
    this.#kernel.setTimer('forget destroyed mailboxes', delayMs, () => {
      const timeMs = this.#book.earlyTimeMs
      const range = { table: TABLE, from: '', to: weekKey(timeMs - KEPT_MS), limit: PAGE } as const
      this.#kernel.read({ range }, ({ rows, isEnd }) => {
        for (const { key } of rows) {
          this.#kernel.erase(TABLE, key)
        }
        this.#forgetIn(isEnd ? SWEEP_MS : 0)
      })
    })
  }
}

function weekKey(atMs: number): string {
  return Math.max(0, Math.floor(atMs / WEEK_MS))
    .toString(16)
    .padStart(6, '0')
}
