/**
 * Subscribing: who may fetch from a mailbox, and which connection it is delivered to. The latest wins.
 *
 * ```
 *   subscribe -> reading summaries -> each: unknown, wrong token, blocked -> denied
 *                                           no room              -> busy
 *                                           else                 -> done, or empty; an older subscription ends
 *                                                                   (its connection hears `superseded` if of another instance)
 *   all decided -> answer, 25 ms after arrival where something was denied -> delivery starts
 * ```
 */
import {
  equalBytes,
  type MailboxId,
  type MailboxRequest,
  type SubscribeOutcome,
  type Subscription as Wanted,
  SUBSCRIPTIONS_MAX
} from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import { type Connection, Subscription } from './connections.ts'
import type { Delivery } from './delivery.ts'
import type { Mailbox } from './mailbox.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import { idleKey, PRESENT } from './rows.ts'

/** Weeks are what idleness counts in. */
const WEEK_MS = 604_800_000

type SubscribeRequest = Extract<MailboxRequest, { readonly type: 'subscribe' }>

class PendingSubscribe implements Waiting {
  readonly #subscriptions: Subscriptions
  readonly request: Request
  readonly body: SubscribeRequest

  constructor(subscriptions: Subscriptions, request: Request, body: SubscribeRequest) {
    this.#subscriptions = subscriptions
    this.request = request
    this.body = body
  }

  resume(records: RecordsInput): void {
    this.#subscriptions.onRecords(this, records)
  }
}

/** Subscribes and unsubscribes. */
export class Subscriptions {
  readonly #state: RelayState
  readonly #refusals: Refusals
  readonly #delivery: Delivery

  constructor(state: RelayState, refusals: Refusals, delivery: Delivery) {
    this.#state = state
    this.#refusals = refusals
    this.#delivery = delivery
  }

  /** `subscribe` came. */
  onSubscribe(request: Request, body: SubscribeRequest): void {
    if (body.subscriptions.length > SUBSCRIPTIONS_MAX) {
      this.#refusals.refuse(request, { type: 'refused', reason: 'too-large' })
      return
    }
    const keys = body.subscriptions.map(
      ({ mailboxId }) => ({ table: 'mailbox', key: mailboxId }) as const
    )
    this.#state.read(new PendingSubscribe(this, request, body), keys)
  }

  /** `unsubscribe` came. */
  onUnsubscribe(request: Request, mailboxIds: readonly MailboxId[]): void {
    const { connection, number } = request
    for (const mailboxId of mailboxIds) {
      const subscription = connection.subscriptions.get(mailboxId)
      if (subscription !== undefined) {
        this.#delivery.end(subscription)
      }
    }
    this.#state.answer(connection, number, { type: 'unsubscribed' })
    this.#delivery.pump(connection)
  }

  /** The summaries have come. */
  onRecords(pending: PendingSubscribe, records: RecordsInput): void {
    const { request, body } = pending
    const { connection } = request
    if (!connection.isOpen) {
      return
    }
    const started: Subscription[] = []
    const outcomes = body.subscriptions.map((wanted, index): SubscribeOutcome => {
      const mailbox = this.#mailboxFor(wanted, records.values[index])
      if (typeof mailbox === 'string') {
        return mailbox
      }
      const subscription = this.#replace(connection, mailbox, body.instance)
      if (subscription === undefined) {
        return 'busy'
      }
      started.push(subscription)
      return this.#delivery.isEmpty(subscription) ? 'empty' : 'done'
    })
    const answer = { type: 'subscribed', outcomes } as const
    if (!outcomes.includes('denied')) {
      this.#state.answer(connection, request.number, answer)
      this.#start(started)
    } else if (started.length === 0) {
      this.#refusals.answerAsDenied(request, answer)
    } else {
      this.#refusals.answerAsPartlyDenied(request, answer, () => {
        this.#start(started)
      })
    }
  }

  #start(subscriptions: readonly Subscription[]): void {
    for (const subscription of subscriptions) {
      this.#delivery.start(subscription)
    }
  }

  #mailboxFor(wanted: Wanted, value: Uint8Array | undefined): Mailbox | 'denied' | 'busy' {
    const mailbox = this.#state.mailboxes.load(wanted.mailboxId, value)
    if (mailbox === 'corrupt') {
      this.#state.reportCorrupt('mailbox')
      return 'busy'
    }
    const isTheirs = mailbox?.isFetchToken(wanted.fetchToken) === true
    return isTheirs && !this.#refusals.isBlocked(mailbox.id) ? mailbox : 'denied'
  }

  /** @returns undefined where there is no room for one more. */
  #replace(
    connection: Connection,
    mailbox: Mailbox,
    instance: Uint8Array
  ): Subscription | undefined {
    const { options, subscribers } = this.#state
    const former = subscribers.get(mailbox.id)
    const isOwn = former?.connection === connection
    if (
      (!isOwn && connection.subscriptions.size >= options.subscriptionsPerConnectionMax) ||
      (former === undefined && subscribers.size >= options.subscriptionsMax)
    ) {
      return undefined
    }
    if (former !== undefined) {
      this.#delivery.end(former)
      if (!isOwn) {
        if (!equalBytes(former.instance, instance)) {
          this.#state.push(former.connection, { type: 'superseded', mailboxId: mailbox.id })
        }
        this.#delivery.pump(former.connection)
      }
    }
    const { row } = mailbox
    const subscription = new Subscription(connection, mailbox.id, instance, {
      cursor: row.liveCount === 0 ? row.nextSequence : row.firstLive,
      endSequence: row.nextSequence,
      backlog: row.liveCount
    })
    connection.subscriptions.set(mailbox.id, subscription)
    subscribers.set(mailbox.id, subscription)
    this.renew(mailbox)
    return subscription
  }

  /** Notes that somebody uses this mailbox in this week. A clock that runs behind never makes it look older. */
  renew(mailbox: Mailbox): void {
    const week = Math.floor(this.#state.nowMs / WEEK_MS)
    if (week <= mailbox.row.lastWeek) {
      return
    }
    this.#state.erase('idle-mailbox', idleKey(mailbox.row.lastWeek, 'm', mailbox.id))
    mailbox.row.lastWeek = week
    this.#state.write('idle-mailbox', idleKey(week, 'm', mailbox.id), PRESENT)
    this.#state.writeMailbox(mailbox)
  }
}
