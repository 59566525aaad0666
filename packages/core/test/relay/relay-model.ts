/**
 * A relay as simple as it can be: what every answer and every push must be where requests come one after another. It knows
 * nothing of rows, reads, credit or summaries.
 */
import { type MailboxKind, LIFETIMES_MS, type MailboxPush } from '@sealpost/protocol'

const HOUR_MS = 3_600_000

interface ModelEnvelope {
  readonly number: number
  readonly size: number
  readonly expiryHour: number
  readonly lifetime: number
  state: 'live' | 'acked' | 'recalled'
}

interface ModelSubscription {
  readonly client: number
  readonly instance: number
  /** Delivered and not acked. */
  readonly unacked: Set<number>
  /** Held when asked, and still live. */
  readonly awaited: Set<number>
  isDrained: boolean
}

interface ModelMailbox {
  readonly kind: MailboxKind
  readonly isQuiet: boolean
  /** In the order stored. */
  envelopes: ModelEnvelope[]
  subscription: ModelSubscription | undefined
}

/** A push as the model tells it: to whom, what kind, which envelope. */
export interface ModelPush {
  readonly client: number
  readonly mailbox: number
  readonly type: MailboxPush['type']
  readonly number: number | undefined
}

export class RelayModel {
  readonly mailboxes = new Map<number, ModelMailbox>()
  pushes: ModelPush[] = []
  readonly #quota: { readonly envelopeCountMax: number; readonly bytesMax: number }

  constructor(quota: { readonly envelopeCountMax: number; readonly bytesMax: number }) {
    this.#quota = quota
  }

  register(mailbox: number, kind: MailboxKind, isQuiet: boolean): string {
    const known = this.mailboxes.get(mailbox)
    if (known !== undefined) {
      return known.kind === kind && known.isQuiet === isQuiet ? 'done' : 'denied'
    }
    this.mailboxes.set(mailbox, { kind, isQuiet, envelopes: [], subscription: undefined })
    return 'done'
  }

  deposit(
    mailbox: number,
    envelope: { readonly number: number; readonly size: number; readonly lifetime: number },
    nowMs: number
  ): string {
    const held = this.mailboxes.get(mailbox)
    if (held === undefined) {
      return 'denied'
    }
    const known = held.envelopes.find(({ number }) => number === envelope.number)
    if (known !== undefined) {
      return known.state === 'live' || held.isQuiet ? 'stored' : 'gone'
    }
    const live = held.envelopes.filter(({ state }) => state === 'live')
    const bytes = live.reduce((sum, { size }) => sum + size, 0)
    if (
      live.length + 1 > this.#quota.envelopeCountMax ||
      bytes + envelope.size > this.#quota.bytesMax
    ) {
      return 'quota-exceeded'
    }
    const expiryHour = Math.floor((nowMs + (LIFETIMES_MS[envelope.lifetime] ?? 0)) / HOUR_MS) + 1
    held.envelopes.push({ ...envelope, expiryHour, state: 'live' })
    if (held.subscription !== undefined) {
      this.#deliver(mailbox, held.subscription, envelope.number)
    }
    return 'stored'
  }

  subscribe(mailbox: number, client: number, instance: number): string {
    const held = this.mailboxes.get(mailbox)
    if (held === undefined) {
      return 'denied'
    }
    const former = held.subscription
    if (former !== undefined && former.client !== client && former.instance !== instance) {
      this.pushes.push({ client: former.client, mailbox, type: 'superseded', number: undefined })
    }
    const live = held.envelopes.filter(({ state }) => state === 'live')
    const subscription: ModelSubscription = {
      client,
      instance,
      unacked: new Set(),
      awaited: new Set(live.map(({ number }) => number)),
      isDrained: live.length === 0
    }
    held.subscription = subscription
    for (const { number } of live) {
      this.#deliver(mailbox, subscription, number)
    }
    return subscription.isDrained ? 'empty' : 'done'
  }

  unsubscribe(mailbox: number, client: number): void {
    const held = this.mailboxes.get(mailbox)
    if (held?.subscription?.client === client) {
      held.subscription = undefined
    }
  }

  ack(mailbox: number, client: number, numbers: readonly number[]): string {
    const held = this.mailboxes.get(mailbox)
    if (held?.subscription?.client !== client) {
      return 'denied'
    }
    for (const number of numbers) {
      this.#end(mailbox, held, number, 'acked')
    }
    return 'acked'
  }

  recall(mailbox: number, number: number): string {
    const held = this.mailboxes.get(mailbox)
    const envelope = held?.envelopes.find((other) => other.number === number)
    if (held === undefined || envelope === undefined) {
      return 'unknown'
    }
    if (envelope.state === 'recalled' || held.isQuiet) {
      this.#end(mailbox, held, number, 'recalled')
      return 'recalled'
    }
    if (envelope.state === 'acked' || held.subscription?.unacked.has(number) === true) {
      return 'delivered'
    }
    this.#end(mailbox, held, number, 'recalled')
    return 'recalled'
  }

  destroy(mailbox: number): string {
    return this.mailboxes.delete(mailbox) ? 'destroyed' : 'denied'
  }

  /** All that is due at this time goes. */
  expire(nowMs: number): void {
    const hour = Math.floor(nowMs / HOUR_MS)
    for (const [mailbox, held] of this.mailboxes) {
      const due = held.envelopes.filter(({ expiryHour }) => expiryHour <= hour)
      held.envelopes = held.envelopes.filter(({ expiryHour }) => expiryHour > hour)
      for (const { number } of due) {
        this.#forget(mailbox, held.subscription, number)
      }
    }
  }

  /** A connection is gone. */
  disconnect(client: number): void {
    for (const held of this.mailboxes.values()) {
      if (held.subscription?.client === client) {
        held.subscription = undefined
      }
    }
  }

  totals(): {
    readonly envelopeCount: number
    readonly tombstoneCount: number
    readonly mailboxCount: number
  } {
    const all = [...this.mailboxes.values()].flatMap(({ envelopes }) => envelopes)
    const envelopeCount = all.filter(({ state }) => state === 'live').length
    return {
      envelopeCount,
      tombstoneCount: all.length - envelopeCount,
      mailboxCount: this.mailboxes.size
    }
  }

  #deliver(mailbox: number, subscription: ModelSubscription, number: number): void {
    subscription.unacked.add(number)
    this.pushes.push({ client: subscription.client, mailbox, type: 'deliver', number })
  }

  #end(mailbox: number, held: ModelMailbox, number: number, state: 'acked' | 'recalled'): void {
    const envelope = held.envelopes.find((other) => other.number === number)
    if (envelope?.state === 'live') {
      envelope.state = state
      this.#forget(mailbox, held.subscription, number)
    }
  }

  #forget(mailbox: number, subscription: ModelSubscription | undefined, number: number): void {
    if (subscription !== undefined) {
      subscription.unacked.delete(number)
      subscription.awaited.delete(number)
      this.#settle(mailbox, subscription)
    }
  }

  #settle(mailbox: number, subscription: ModelSubscription): void {
    if (!subscription.isDrained && subscription.awaited.size === 0) {
      subscription.isDrained = true
      this.pushes.push({ client: subscription.client, mailbox, type: 'drained', number: undefined })
    }
  }
}
