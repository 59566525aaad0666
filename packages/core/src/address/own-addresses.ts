/**
 * How contacts reach this device: for each contact a chain of mailboxes at each of our relays, one a week.
 *
 * ```
 *   epoch:   ... e-2        e-1       e       e+1      e+2
 *                old        |---- served: registered and subscribed to ----|
 *                drained, destroyed, its seed erased
 * ```
 * What cannot be taken back, destroying a mailbox and erasing a seed, waits until our own clock says that its time is over, and
 * not only the relays' clocks: a relay that lies about the time would have us do it to what contacts still use.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type AddressRecord,
  type ContactId,
  EPOCH_MS,
  EPOCH_SEARCH_MAX,
  type MailboxId,
  type NodeKey,
  type RelayAddress
} from '@sealpost/protocol'
import { OwnAddressRowSchema, ServedRelaySchema } from '@sealpost/protocol/home'
import { type Account, relayOfRow, relayRow } from '../peer/account.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import { randomBelow } from '../random.ts'
import type { Row } from '../tables.ts'
import { type OwnMailbox, OwnMailboxes } from './own-mailboxes.ts'
import { epochAt, epochStartMs, mailboxSecrets, SeedChain } from './seeds.ts'

/** Epochs registered ahead of the present one, so that a contact with a fast clock, or one of two weeks' absence, finds a mailbox. */
const EPOCHS_AHEAD = 2
/** Mailboxes of this many epochs back are kept although they are empty. */
const EPOCHS_KEPT = 1
/** Older mailboxes hold nothing: senders do not search further back, and nothing in them lives so long. */
const EPOCHS_BACK_MAX: number = EPOCH_SEARCH_MAX + 1

interface Served {
  readonly relay: RelayAddress
  fromEpoch: number
  /** Epochs whose mailboxes are, or were, in memory. */
  readonly filled: Set<number>
}

interface Own {
  readonly contactId: ContactId
  readonly version: number
  readonly chain: SeedChain
  readonly phaseMs: number
  readonly relays: readonly Served[]
}

export interface OwnAddressesEvents {
  /** A contact's mailboxes are registered at a relay: an address that names it may be given out. */
  readonly onRegistered: (contactId: ContactId) => void
}

export class OwnAddresses {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #account: () => Account
  readonly #own = new Map<ContactId, Own>()
  readonly #mailboxes: OwnMailboxes

  /** @param instance 16 bytes that name this start of the client. */
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
    this.#mailboxes = new OwnMailboxes(kernel, account, instance, {
      onRegistered: events.onRegistered,
      isOld: (mailbox) => this.#isOld(mailbox),
      onGone: (relay, mailbox) => {
        this.#gone(relay, mailbox)
      }
    })
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const row = fromBinary(OwnAddressRowSchema, value)
      const own = {
        contactId: key as ContactId,
        version: row.version,
        chain: new SeedChain(row.seed, row.seedEpoch),
        phaseMs: row.phaseMs,
        relays: row.relays.map(({ relay, fromEpoch }) => servedFrom(relayOfRow(relay), fromEpoch))
      }
      this.#add(own, false)
    }
  }

  /** Makes an address for a contact, at our relays, and begins to register its mailboxes. */
  create(contactId: ContactId, version: number = 1): void {
    const { random } = this.#kernel
    const phaseMs = randomBelow(random, EPOCH_MS)
    const epoch = epochAt(this.#book.networkTimeMs(), phaseMs)
    const firstEpoch = Math.max(0, epoch - EPOCHS_KEPT)
    const own = {
      contactId,
      version,
      chain: new SeedChain(random.bytes(32), firstEpoch),
      phaseMs,
      relays: this.#account().relays.map((relay) => servedFrom(relay, firstEpoch))
    }
    this.#add(own, true)
    this.#save(contactId)
    this.#serveEverywhere()
  }

  has(contactId: ContactId): boolean {
    return this.#own.has(contactId)
  }

  /** Whether some relay has registered mailboxes for the contact since this client started. */
  isRegistered(contactId: ContactId): boolean {
    return this.#mailboxes.isRegistered(contactId)
  }

  /** What the contact is told. The seed is the one of the last epoch before the present: it opens nothing older. */
  record(contactId: ContactId): AddressRecord | undefined {
    const own = this.#own.get(contactId)
    if (own === undefined) {
      return undefined
    }
    const account = this.#account()
    const seedEpoch = Math.max(own.chain.firstEpoch, this.#epoch(own) - EPOCHS_KEPT)
    const seed = own.chain.at(seedEpoch)?.slice()
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
    return this.#mailboxes.find(relay, mailboxId)
  }

  /** Whether everything that a relay held for us has been fetched. */
  isDrained(relay: NodeKey): boolean {
    return this.#mailboxes.isDrained(relay)
  }

  ready(session: RelaySession): void {
    for (const own of this.#own.values()) {
      this.#fill(own, false)
    }
    this.#mailboxes.ready(session)
  }

  /** Network time may be another than a moment ago. */
  timeChanged(): void {
    for (const own of this.#own.values()) {
      this.#fill(own, true)
    }
    this.#serveEverywhere()
  }

  /** A relay delivered all that a mailbox held. */
  drained(relay: NodeKey, mailboxId: MailboxId): void {
    const session = this.#book.get(relay)
    if (session !== undefined) {
      this.#mailboxes.drained(session, mailboxId)
    }
  }

  #add(own: Own, isNew: boolean): void {
    this.#own.set(own.contactId, own)
    for (const { relay } of own.relays) {
      this.#book.want(relay, 'own')
    }
    this.#fill(own, isNew)
  }

  /** The present epoch; whom a corrected clock leaves without its seed begins with the oldest that is there. */
  #epoch(own: Own): number {
    return Math.max(own.chain.firstEpoch, epochAt(this.#book.networkTimeMs(), own.phaseMs))
  }

  /** Whether both our clock and the relays' say that nobody needs a mailbox any more. */
  #isOld({ contactId, epoch }: OwnMailbox): boolean {
    const own = this.#own.get(contactId)
    const timeMs = Math.min(this.#kernel.atMs, this.#book.networkTimeMs())
    return own !== undefined && epoch < epochAt(timeMs, own.phaseMs) - EPOCHS_KEPT
  }

  /**
   * Makes sure that there is a mailbox for every epoch that is served, and wakes up when the next one begins.
   *
   * @param isNew whether those that are added cannot be registered yet.
   */
  #fill(own: Own, isNew: boolean): void {
    const epoch = this.#epoch(own)
    for (const served of own.relays) {
      const { nodeKey } = served.relay
      const back = isNew ? EPOCHS_KEPT : EPOCHS_BACK_MAX
      for (let at = Math.max(served.fromEpoch, epoch - back); at <= epoch + EPOCHS_AHEAD; at++) {
        const seed = served.filled.has(at) ? undefined : own.chain.at(at)
        if (seed !== undefined) {
          const secrets = mailboxSecrets(seed, nodeKey)
          const { contactId } = own
          this.#mailboxes.add(nodeKey, { ...secrets, contactId, epoch: at }, isNew)
          served.filled.add(at)
        }
      }
    }
    const offsetMs = this.#book.networkTimeMs() - this.#kernel.atMs
    const nextAtMs = epochStartMs(epoch + 1, own.phaseMs) - offsetMs
    this.#kernel.setAlarm(
      `epoch ${own.contactId}`,
      Math.max(nextAtMs, this.#kernel.atMs + 1),
      () => {
        this.#fill(own, true)
        this.#serveEverywhere()
      }
    )
  }

  /** Registers what is new, and looks once more into what is old before it is destroyed. */
  #serveEverywhere(): void {
    for (const session of this.#book.all()) {
      if (session.isReady) {
        this.#mailboxes.serve(session)
      }
    }
  }

  /** A mailbox is gone: raises what is served there to the oldest that is left, and erases seeds that no relay needs any more. */
  #gone(relay: NodeKey, { contactId, epoch }: OwnMailbox): void {
    const own = this.#own.get(contactId)
    const served = own?.relays.find((candidate) => candidate.relay.nodeKey === relay)
    if (own === undefined || served === undefined) {
      return
    }
    const left = this.#mailboxes.of(relay, contactId).map((mailbox) => mailbox.epoch)
    const oldest = left.length === 0 ? epoch + 1 : Math.min(...left)
    served.fromEpoch = Math.max(served.fromEpoch, oldest)
    own.chain.eraseBefore(Math.min(...own.relays.map(({ fromEpoch }) => fromEpoch)))
    this.#save(contactId)
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

function servedFrom(relay: RelayAddress, fromEpoch: number): Served {
  return { relay, fromEpoch, filled: new Set() }
}
