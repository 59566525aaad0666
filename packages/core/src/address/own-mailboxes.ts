/**
 * Our mailboxes for contacts at our relays: subscribed to, registered where they are not there, destroyed when they are old.
 *
 * A mailbox, at one relay:
 * ```
 *   wanted --subscribe--> subscribed --old: subscribed to again--> drained --destroy--> gone
 *     ^  | denied              |                                                         ^
 *     |  +--> missing ---------|-- old --------------------------------------------------+
 *     |         | register     | connection lost
 *     +--done---+              +--> wanted
 * ```
 * What is busy or gets no answer is tried again later.
 */
import {
  type ContactId,
  type MailboxAnswer,
  type MailboxId,
  mailboxIds,
  type NodeKey,
  REGISTRATIONS_MAX,
  relayMultihash,
  SUBSCRIPTIONS_MAX
} from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import type { Account } from '../peer/account.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { pauseOf, type RelaySession } from '../peer/relay-session.ts'
import { inviteFor } from './relay-invite.ts'
import { FetchTokens, type MailboxSecrets, registerSubject } from './seeds.ts'

const BUSY_RETRY_MS = 60_000
/** Whoever needs an invite gets none by asking often, and each time costs a proof of work. */
const UNINVITED_RETRY_MS = 600_000
/** A proof of work that was stale is made anew at once, but not over and over. */
const STALE_RETRY_MS = 500

/** A mailbox of ours at one relay. */
export interface OwnMailbox {
  readonly contactId: ContactId
  /** Which of the contact's seeds it follows from. */
  readonly seedId: string
  readonly epoch: number
  readonly mailboxId: MailboxId
  readonly sealKey: Uint8Array
  readonly depositToken: Uint8Array
  state: 'wanted' | 'missing' | 'asking' | 'subscribed' | 'destroying'
  isDrained: boolean
}

/** What the addresses are told of their mailboxes. */
export interface OwnMailboxesEvents {
  /** A seed's mailbox is there, for the first time since this client started. */
  readonly onRegistered: (mailbox: OwnMailbox) => void
  /** Whether it is for a contact, or for another device of our own. */
  readonly kindOf: (mailbox: OwnMailbox) => 'contact' | 'own'
  /** `old`: its time is over for certain, so that it need not be there. `doomed`: nor is what is in it wanted. */
  readonly fateOf: (mailbox: OwnMailbox) => 'kept' | 'old' | 'doomed'
  /** Somebody else has registered it: they have the seed. */
  readonly onTaken: (mailbox: OwnMailbox) => void
  /** It is not there any more. */
  readonly onGone: (relay: NodeKey, mailbox: OwnMailbox) => void
}

export class OwnMailboxes {
  readonly #kernel: PeerKernel
  readonly #account: () => Account
  readonly #instance: Uint8Array
  readonly #events: OwnMailboxesEvents
  readonly #mailboxes = new Map<NodeKey, Map<MailboxId, OwnMailbox>>()
  /** Seeds with a mailbox that is there. */
  readonly #registered = new Set<string>()
  /** Relays that are registering something: one request at a time, since each needs a proof of work. */
  readonly #registering = new Set<NodeKey>()
  /** Relays that did not register all they were asked to, and are left in peace for a while. */
  readonly #refusing = new Set<NodeKey>()
  /** Relays whose challenge was stale at the last try. */
  readonly #stale = new Set<NodeKey>()

  /** @param instance 16 bytes that name this start of the client. */
  constructor(
    kernel: PeerKernel,
    account: () => Account,
    instance: Uint8Array,
    events: OwnMailboxesEvents
  ) {
    this.#kernel = kernel
    this.#account = account
    this.#instance = instance
    this.#events = events
  }

  find(relay: NodeKey, mailboxId: MailboxId): OwnMailbox | undefined {
    return this.#mailboxes.get(relay)?.get(mailboxId)
  }

  /** Whether some relay has registered mailboxes of a seed since this client started. */
  isRegistered(seedId: string): boolean {
    return this.#registered.has(seedId)
  }

  /** Whether everything that a relay held for us has been fetched. */
  isDrained(relay: NodeKey): boolean {
    for (const mailbox of this.#mailboxesAt(relay).values()) {
      if (!mailbox.isDrained) {
        return false
      }
    }
    return true
  }

  /** Those of a seed at a relay. */
  of(relay: NodeKey, seedId: string): readonly OwnMailbox[] {
    const mailboxes = [...this.#mailboxesAt(relay).values()]
    return mailboxes.filter((mailbox) => mailbox.seedId === seedId)
  }

  /** All at a relay. */
  at(relay: NodeKey): readonly MailboxId[] {
    return [...this.#mailboxesAt(relay).keys()]
  }

  /** Gives up those of a seed at a relay: nothing is asked of it for them any more. */
  forget(relay: NodeKey, seedId: string): void {
    for (const { mailboxId } of this.of(relay, seedId)) {
      this.#mailboxesAt(relay).delete(mailboxId)
    }
  }

  /** Adds a mailbox. @param isNew whether it cannot be registered yet, and so holds nothing. */
  add(
    relay: NodeKey,
    mailbox: MailboxSecrets & Pick<OwnMailbox, 'contactId' | 'seedId' | 'epoch'>,
    isNew: boolean
  ): void {
    const state = isNew ? 'missing' : 'wanted'
    this.#mailboxesAt(relay).set(mailbox.mailboxId, { ...mailbox, state, isDrained: isNew })
  }

  /** On a new connection nothing is subscribed to. */
  ready(session: RelaySession): void {
    for (const mailbox of this.#mailboxesAt(session.nodeKey).values()) {
      mailbox.state = 'wanted'
      mailbox.isDrained = false
    }
    this.#refusing.delete(session.nodeKey)
    this.serve(session)
  }

  /** Subscribes to what may be there already, and registers what is not; looks once more into what has become old. */
  serve(session: RelaySession): void {
    for (const mailbox of [...this.#mailboxesAt(session.nodeKey).values()]) {
      const fate = this.#events.fateOf(mailbox)
      if (fate === 'kept') {
        continue
      }
      if (mailbox.state === 'missing') {
        this.#gone(session.nodeKey, mailbox)
      } else if (
        fate === 'doomed' &&
        (mailbox.state === 'wanted' || mailbox.state === 'subscribed')
      ) {
        this.#destroy(session, mailbox)
      } else if (mailbox.state === 'subscribed') {
        mailbox.state = 'wanted'
        mailbox.isDrained = false
      }
    }
    this.#subscribe(session, this.#inState(session, 'wanted'))
    this.#registerMissing(session)
  }

  /** The relay delivered all that a mailbox held, and we acknowledged it. */
  drained(session: RelaySession, mailboxId: MailboxId): void {
    const mailbox = this.find(session.nodeKey, mailboxId)
    if (mailbox === undefined) {
      return
    }
    mailbox.isDrained = true
    if (mailbox.state === 'subscribed' && this.#events.fateOf(mailbox) !== 'kept') {
      this.#destroy(session, mailbox)
    }
  }

  #mailboxesAt(relay: NodeKey): Map<MailboxId, OwnMailbox> {
    let mailboxes = this.#mailboxes.get(relay)
    if (mailboxes === undefined) {
      mailboxes = new Map()
      this.#mailboxes.set(relay, mailboxes)
    }
    return mailboxes
  }

  #inState(session: RelaySession, state: OwnMailbox['state']): readonly OwnMailbox[] {
    const mailboxes = [...this.#mailboxesAt(session.nodeKey).values()]
    return mailboxes.filter((mailbox) => mailbox.state === state)
  }

  #subscribe(session: RelaySession, mailboxes: readonly OwnMailbox[]): void {
    if (mailboxes.length === 0) {
      return
    }
    if (mailboxes.length === 0) {
      return
    }
    const tokens = new FetchTokens(this.#account().mailboxSecret, session.nodeKey)
    for (let at = 0; at < mailboxes.length; at += SUBSCRIPTIONS_MAX) {
      const some = mailboxes.slice(at, at + SUBSCRIPTIONS_MAX)
      const subscriptions = some.map((mailbox) => {
        mailbox.state = 'asking'
        const { mailboxId } = mailbox
        return { mailboxId, fetchToken: tokens.of(mailboxId) }
      })
      session.request({ type: 'subscribe', instance: this.#instance, subscriptions }, (answer) => {
        this.#subscribed(session, some, answer)
      })
    }
  }

  #subscribed(
    session: RelaySession,
    some: readonly OwnMailbox[],
    answer: MailboxAnswer | undefined
  ): void {
    const outcomes = answer?.type === 'subscribed' ? answer.outcomes : []
    for (const [index, mailbox] of some.entries()) {
      switch (outcomes[index]) {
        case 'done':
        case 'empty':
          mailbox.state = 'subscribed'
          this.#nowRegistered(mailbox)
          if (outcomes[index] === 'empty') {
            this.drained(session, mailbox.mailboxId)
          } else if (this.#events.fateOf(mailbox) === 'doomed') {
            this.#destroy(session, mailbox)
          }
          break
        case 'denied':
          this.#notThere(session, mailbox)
          break
        default:
          mailbox.state = 'wanted'
          this.#later(session, Math.max(BUSY_RETRY_MS, pauseOf(answer)))
      }
    }
    if (outcomes.includes('empty')) {
      this.#kernel.notify({ type: 'drained', relay: session.nodeKey })
    }
    this.#registerMissing(session)
  }

  /** The relay has no such mailbox: it was wiped, or never had it, or we destroyed it and did not hear the answer. */
  #notThere(session: RelaySession, mailbox: OwnMailbox): void {
    mailbox.isDrained = true
    mailbox.state = 'missing'
    if (this.#events.fateOf(mailbox) !== 'kept') {
      this.#gone(session.nodeKey, mailbox)
    }
  }

  #registerMissing(session: RelaySession): void {
    const { info, nodeKey } = session
    const some = this.#inState(session, 'missing').slice(0, REGISTRATIONS_MAX)
    const isPossible =
      !this.#registering.has(nodeKey) && !this.#refusing.has(nodeKey) && !session.isClosing
    if (info === undefined || some.length === 0 || !isPossible) {
      return
    }
    const { mailboxSecret, ownerSecret, relays } = this.#account()
    const tokens = new FetchTokens(mailboxSecret, nodeKey)
    const registrations = some.map((mailbox) => {
      mailbox.state = 'asking'
      const { mailboxId } = mailbox
      return {
        type: 'mailbox' as const,
        mailboxId,
        depositHash: sha256(mailbox.depositToken),
        fetchHash: sha256(tokens.of(mailboxId)),
        kind: this.#events.kindOf(mailbox),
        isQuiet: false
      }
    })
    const target = {
      relay: relayMultihash(nodeKey),
      challenge: info.challenge,
      verb: 'register' as const,
      subject: registerSubject(some.map(({ mailboxId }) => mailboxIds.toBytes(mailboxId)))
    }
    const work = info.workBits === 0 ? undefined : { target, bits: info.workBits }
    this.#registering.add(nodeKey)
    session.request(
      {
        type: 'register',
        registrations,
        work: undefined,
        invite: inviteFor(relays, ownerSecret, nodeKey)
      },
      (answer) => {
        this.#registering.delete(nodeKey)
        this.#registerAnswered(session, some, answer)
      },
      work
    )
  }

  #registerAnswered(
    session: RelaySession,
    some: readonly OwnMailbox[],
    answer: MailboxAnswer | undefined
  ): void {
    const outcomes = answer?.type === 'registered' ? answer.outcomes : []
    const done = some.filter((mailbox, index) => {
      mailbox.state = outcomes[index] === 'done' ? 'wanted' : 'missing'
      return mailbox.state === 'wanted'
    })
    if (done.length === some.length) {
      this.#stale.delete(session.nodeKey)
    } else {
      const isStale = answer?.type === 'refused' && answer.reason === 'needs-work'
      const isAtOnce = isStale && !this.#stale.has(session.nodeKey)
      this.#stale.add(session.nodeKey)
      this.#refusing.add(session.nodeKey)
      const isUninvited = answer?.type === 'refused' && answer.reason === 'needs-invite'
      const waitMs = isUninvited ? UNINVITED_RETRY_MS : Math.max(BUSY_RETRY_MS, pauseOf(answer))
      this.#later(session, isAtOnce ? STALE_RETRY_MS : waitMs)
    }
    this.#subscribe(session, done)
    for (const mailbox of some.filter((_, index) => outcomes[index] === 'denied')) {
      this.#events.onTaken(mailbox)
    }
    this.#registerMissing(session)
  }

  /** Tries again what could not be registered or subscribed to. */
  #later(session: RelaySession, inMs: number): void {
    const name = `serve ${session.nodeKey}`
    if (session.isReady && (this.#kernel.timerInMs(name) ?? Number.POSITIVE_INFINITY) > inMs) {
      this.#kernel.setTimer(name, inMs, () => {
        if (session.isReady) {
          this.#refusing.delete(session.nodeKey)
          this.serve(session)
        }
      })
    }
  }

  #nowRegistered(mailbox: OwnMailbox): void {
    if (!this.#registered.has(mailbox.seedId)) {
      this.#registered.add(mailbox.seedId)
      this.#events.onRegistered(mailbox)
    }
  }

  #destroy(session: RelaySession, mailbox: OwnMailbox): void {
    const { nodeKey } = session
    const { mailboxId } = mailbox
    mailbox.state = 'destroying'
    const token = new FetchTokens(this.#account().mailboxSecret, nodeKey).of(mailboxId)
    session.request({ type: 'destroy', mailboxId, fetchToken: token }, (answer) => {
      const isDenied = answer?.type === 'refused' && answer.reason === 'denied'
      if (answer?.type === 'destroyed' || isDenied) {
        this.#gone(nodeKey, mailbox)
      } else {
        mailbox.state = 'wanted'
        this.#later(session, Math.max(BUSY_RETRY_MS, pauseOf(answer)))
      }
    })
  }

  #gone(relay: NodeKey, mailbox: OwnMailbox): void {
    this.#mailboxesAt(relay).delete(mailbox.mailboxId)
    this.#events.onGone(relay, mailbox)
  }
}
