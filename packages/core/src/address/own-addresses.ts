/**
 * How contacts reach this device: for each contact a chain of mailboxes at each of our relays, one a week.
 *
 * A mailbox, at one relay:
 * ```
 *   (epoch e-1 .. e+2)
 *   wanted --subscribe--> subscribed --drained, epoch <= e-2--> destroying --destroyed--> gone
 *     ^  | denied                |
 *     |  v                       | connection lost, relay wiped
 *     |  registering --done------+----> wanted
 *     +--- busy, lost: later
 * ```
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type AddressRecord,
  type ContactId,
  EPOCH_MS,
  type MailboxAnswer,
  type MailboxId,
  mailboxIds,
  type NodeKey,
  REGISTRATIONS_MAX,
  type RelayAddress,
  relayMultihash,
  SUBSCRIPTIONS_MAX
} from '@sealpost/protocol'
import { OwnAddressRowSchema, ServedRelaySchema } from '@sealpost/protocol/home'
import { sha256 } from '../derive.ts'
import { type Account, relayOfRow, relayRow } from '../peer/account.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import { randomBelow } from '../random.ts'
import type { Row } from '../tables.ts'
import {
  epochAt,
  epochStartMs,
  fetchToken,
  mailboxSecrets,
  registerSubject,
  SeedChain
} from './seeds.ts'

/** Epochs registered ahead of the present one, so that a contact with a fast clock, or one of two weeks' absence, finds a mailbox. */
const EPOCHS_AHEAD = 2
/** Mailboxes of this many epochs back are kept although they are empty. */
const EPOCHS_KEPT = 1
const BUSY_RETRY_MS = 60_000

interface Served {
  readonly relay: RelayAddress
  fromEpoch: number
}

interface Own {
  readonly contactId: ContactId
  readonly version: number
  readonly chain: SeedChain
  readonly phaseMs: number
  readonly relays: readonly Served[]
}

/** A mailbox of ours at one relay. */
export interface OwnMailbox {
  readonly contactId: ContactId
  readonly epoch: number
  readonly mailboxId: MailboxId
  readonly sealKey: Uint8Array
  readonly depositToken: Uint8Array
  state: 'wanted' | 'asking' | 'subscribed' | 'destroying'
  isDrained: boolean
}

export interface OwnAddressesEvents {
  /** A contact's mailboxes are registered at a relay: an address that names it may be given out. */
  readonly onRegistered: (contactId: ContactId) => void
}

export class OwnAddresses {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #account: () => Account
  readonly #instance: Uint8Array
  readonly #events: OwnAddressesEvents
  readonly #own = new Map<ContactId, Own>()
  readonly #mailboxes = new Map<NodeKey, Map<MailboxId, OwnMailbox>>()
  readonly #registered = new Set<ContactId>()

  constructor(
    kernel: PeerKernel,
    book: RelayBook,
    account: () => Account,
    instance: Uint8Array,
    events: OwnAddressesEvents
  ) {
    this.#kernel = kernel
    this.#book = book
    this.#account = account
    this.#instance = instance
    this.#events = events
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const row = fromBinary(OwnAddressRowSchema, value)
      this.#add({
        contactId: key as ContactId,
        version: row.version,
        chain: new SeedChain(row.seed, row.seedEpoch),
        phaseMs: row.phaseMs,
        relays: row.relays.map((served) => ({
          relay: relayOfRow(served.relay),
          fromEpoch: served.fromEpoch
        }))
      })
    }
  }

  /** Makes an address for a contact, at our relays, and begins to register its mailboxes. */
  create(contactId: ContactId): void {
    const { random } = this.#kernel
    const phaseMs = randomBelow(random, EPOCH_MS)
    const epoch = epochAt(this.#book.networkTimeMs(), phaseMs)
    const firstEpoch = Math.max(0, epoch - EPOCHS_KEPT)
    this.#add({
      contactId,
      version: 1,
      chain: new SeedChain(random.bytes(32), firstEpoch),
      phaseMs,
      relays: this.#account().relays.map((relay) => ({ relay, fromEpoch: firstEpoch }))
    })
    this.#save(contactId)
    this.#serveEverywhere(contactId)
  }

  has(contactId: ContactId): boolean {
    return this.#own.has(contactId)
  }

  /** Whether some relay has registered mailboxes for the contact since this client started. */
  isRegistered(contactId: ContactId): boolean {
    return this.#registered.has(contactId)
  }

  /** What the contact is told. The seed is the present epoch's: it opens nothing older. */
  record(contactId: ContactId): AddressRecord | undefined {
    const own = this.#own.get(contactId)
    if (own === undefined) {
      return undefined
    }
    const account = this.#account()
    const seedEpoch = Math.max(
      own.chain.firstEpoch,
      epochAt(this.#book.networkTimeMs(), own.phaseMs) - EPOCHS_KEPT
    )
    const seed = own.chain.at(seedEpoch)
    return seed === undefined
      ? undefined
      : {
          version: own.version,
          device: account.device,
          registrationId: account.registrationId,
          relays: own.relays.map(({ relay }) => relay),
          seed,
          seedEpoch,
          phaseMs: own.phaseMs,
          bundle: account.bundle
        }
  }

  /** Which of our mailboxes an envelope came from. */
  find(relay: NodeKey, mailboxId: MailboxId): OwnMailbox | undefined {
    return this.#mailboxes.get(relay)?.get(mailboxId)
  }

  /** Whether everything that a relay held for us has been fetched. */
  isDrained(relay: NodeKey): boolean {
    for (const mailbox of this.#mailboxes.get(relay)?.values() ?? []) {
      if (!mailbox.isDrained) {
        return false
      }
    }
    return true
  }

  ready(session: RelaySession): void {
    for (const mailbox of this.#mailboxes.get(session.nodeKey)?.values() ?? []) {
      mailbox.state = 'wanted'
      mailbox.isDrained = false
    }
    for (const own of this.#own.values()) {
      this.#fill(own)
    }
    this.#subscribeWanted(session)
  }

  drained(relay: NodeKey, mailboxId: MailboxId): void {
    const mailbox = this.find(relay, mailboxId)
    const own = mailbox === undefined ? undefined : this.#own.get(mailbox.contactId)
    if (mailbox === undefined || own === undefined) {
      return
    }
    mailbox.isDrained = true
    this.#destroyIfOld(relay, own, mailbox)
  }

  #add(own: Own): void {
    this.#own.set(own.contactId, own)
    for (const { relay } of own.relays) {
      this.#book.want(relay, 'own')
    }
    this.#fill(own)
  }

  #epoch(own: Own): number {
    return epochAt(this.#book.networkTimeMs(), own.phaseMs)
  }

  /** Makes sure that there is a mailbox for every epoch that is served, and wakes up when the next one begins. */
  #fill(own: Own): void {
    const epoch = this.#epoch(own)
    for (const served of own.relays) {
      const mailboxes = this.#mailboxesAt(served.relay.nodeKey)
      for (let at = served.fromEpoch; at <= epoch + EPOCHS_AHEAD; at++) {
        const seed = own.chain.at(at)
        if (seed === undefined) {
          continue
        }
        const secrets = mailboxSecrets(seed, served.relay.nodeKey)
        if (!mailboxes.has(secrets.mailboxId)) {
          mailboxes.set(secrets.mailboxId, {
            ...secrets,
            contactId: own.contactId,
            epoch: at,
            state: 'wanted',
            isDrained: false
          })
        }
      }
    }
    const offsetMs = this.#book.networkTimeMs() - this.#kernel.atMs
    this.#kernel.setTimer(
      `epoch ${own.contactId}`,
      epochStartMs(epoch + 1, own.phaseMs) - offsetMs,
      () => {
        this.#serveEverywhere(own.contactId)
        for (const { relay } of own.relays) {
          for (const mailbox of this.#mailboxesAt(relay.nodeKey).values()) {
            if (mailbox.contactId === own.contactId && mailbox.isDrained) {
              this.#destroyIfOld(relay.nodeKey, own, mailbox)
            }
          }
        }
      }
    )
  }

  #serveEverywhere(contactId: ContactId): void {
    const own = this.#own.get(contactId)
    if (own === undefined) {
      return
    }
    this.#fill(own)
    for (const { relay } of own.relays) {
      const session = this.#book.get(relay.nodeKey)
      if (session?.isReady === true) {
        this.#registerWanted(session)
      }
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

  #wanted(session: RelaySession): OwnMailbox[] {
    return [...this.#mailboxesAt(session.nodeKey).values()].filter(
      ({ state }) => state === 'wanted'
    )
  }

  /** What may be registered there already: after a restart or a reconnection. What is denied is registered. */
  #subscribeWanted(session: RelaySession): void {
    this.#subscribe(session, this.#wanted(session), (denied) => {
      this.#register(session, denied)
    })
  }

  /** What cannot be registered there yet. */
  #registerWanted(session: RelaySession): void {
    this.#register(session, this.#wanted(session))
  }

  #subscribe(
    session: RelaySession,
    mailboxes: readonly OwnMailbox[],
    denied: (left: OwnMailbox[]) => void
  ): void {
    const account = this.#account()
    for (let at = 0; at < mailboxes.length; at += SUBSCRIPTIONS_MAX) {
      const some = mailboxes.slice(at, at + SUBSCRIPTIONS_MAX)
      for (const mailbox of some) {
        mailbox.state = 'asking'
      }
      const subscriptions = some.map(({ mailboxId }) => ({
        mailboxId,
        fetchToken: fetchToken(account.mailboxSecret, session.nodeKey, mailboxId)
      }))
      session.request({ type: 'subscribe', instance: this.#instance, subscriptions }, (answer) => {
        const outcomes = answer?.type === 'subscribed' ? answer.outcomes : []
        const left: OwnMailbox[] = []
        for (const [index, mailbox] of some.entries()) {
          if (outcomes[index] === 'done') {
            mailbox.state = 'subscribed'
            this.#nowRegistered(mailbox.contactId)
          } else {
            mailbox.state = 'wanted'
            left.push(mailbox)
          }
        }
        if (answer?.type === 'subscribed') {
          denied(left)
        } else {
          this.#later(session)
        }
      })
    }
  }

  #register(session: RelaySession, mailboxes: readonly OwnMailbox[]): void {
    for (let at = 0; at < mailboxes.length; at += REGISTRATIONS_MAX) {
      const some = mailboxes.slice(at, at + REGISTRATIONS_MAX)
      this.#registerSome(session, some)
    }
  }

  #registerSome(session: RelaySession, some: readonly OwnMailbox[]): void {
    const { info } = session
    if (info === undefined) {
      return
    }
    const account = this.#account()
    const registrations = some.map((mailbox) => {
      mailbox.state = 'asking'
      const token = fetchToken(account.mailboxSecret, session.nodeKey, mailbox.mailboxId)
      return {
        type: 'mailbox' as const,
        mailboxId: mailbox.mailboxId,
        depositHash: sha256(mailbox.depositToken),
        fetchHash: sha256(token),
        kind: 'contact' as const,
        isQuiet: false
      }
    })
    const target = {
      relay: relayMultihash(session.nodeKey),
      challenge: info.challenge,
      verb: 'register' as const,
      subject: registerSubject(some.map(({ mailboxId }) => mailboxIds.toBytes(mailboxId)))
    }
    const work = info.workBits === 0 ? undefined : { target, bits: info.workBits }
    session.request(
      { type: 'register', registrations, work: undefined },
      (answer) => {
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
      mailbox.state = 'wanted'
      return outcomes[index] === 'done'
    })
    if (done.length > 0) {
      this.#subscribe(session, done, () => {
        this.#later(session)
      })
    }
    if (done.length < some.length) {
      const isWorkStale = answer?.type === 'refused' && answer.reason === 'needs-work'
      this.#later(session, isWorkStale ? 0 : BUSY_RETRY_MS)
    }
  }

  /** Tries again what could not be registered or subscribed to. */
  #later(session: RelaySession, inMs: number = BUSY_RETRY_MS): void {
    const name = `serve ${session.nodeKey}`
    if (!session.isReady || this.#kernel.hasTimer(name)) {
      return
    }
    const atMs = Math.max(this.#kernel.atMs + inMs, session.pausedUntilMs)
    this.#kernel.setTimer(name, atMs, () => {
      if (session.isReady) {
        this.#subscribeWanted(session)
      }
    })
  }

  #nowRegistered(contactId: ContactId): void {
    if (!this.#registered.has(contactId)) {
      this.#registered.add(contactId)
      this.#events.onRegistered(contactId)
    }
  }

  #destroyIfOld(relay: NodeKey, own: Own, mailbox: OwnMailbox): void {
    const session = this.#book.get(relay)
    const isOld = mailbox.epoch < this.#epoch(own) - EPOCHS_KEPT
    if (!isOld || session?.isReady !== true || mailbox.state !== 'subscribed') {
      return
    }
    mailbox.state = 'destroying'
    const token = fetchToken(this.#account().mailboxSecret, relay, mailbox.mailboxId)
    session.request(
      { type: 'destroy', mailboxId: mailbox.mailboxId, fetchToken: token },
      (answer) => {
        const isGone =
          answer?.type === 'destroyed' || (answer?.type === 'refused' && answer.reason === 'denied')
        if (isGone) {
          this.#mailboxesAt(relay).delete(mailbox.mailboxId)
          this.#forgetSeeds(own, relay)
        } else {
          mailbox.state = 'subscribed'
        }
      }
    )
  }

  /** Raises what is served at a relay to the oldest mailbox left, and erases seeds that no relay needs any more. */
  #forgetSeeds(own: Own, relay: NodeKey): void {
    const served = own.relays.find((candidate) => candidate.relay.nodeKey === relay)
    if (served === undefined) {
      return
    }
    let oldest = this.#epoch(own) - EPOCHS_KEPT
    for (const mailbox of this.#mailboxesAt(relay).values()) {
      if (mailbox.contactId === own.contactId) {
        oldest = Math.min(oldest, mailbox.epoch)
      }
    }
    served.fromEpoch = Math.max(served.fromEpoch, oldest)
    own.chain.eraseBefore(Math.min(...own.relays.map(({ fromEpoch }) => fromEpoch)))
    this.#save(own.contactId)
  }

  #save(contactId: ContactId): void {
    const own = this.#own.get(contactId)
    const seed = own?.chain.at(own.chain.firstEpoch)
    if (own === undefined || seed === undefined) {
      return
    }
    const row = create(OwnAddressRowSchema, {
      version: own.version,
      seed,
      seedEpoch: own.chain.firstEpoch,
      phaseMs: own.phaseMs,
      relays: own.relays.map(({ relay, fromEpoch }) =>
        create(ServedRelaySchema, { relay: relayRow(relay), fromEpoch })
      )
    })
    this.#kernel.write('own-address', contactId, toBinary(OwnAddressRowSchema, row))
  }
}
