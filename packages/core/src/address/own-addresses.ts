/**
 * How contacts reach this device: for each contact a chain of mailboxes at each of our relays, one a week.
 *
 * ```
 *   epoch:   ... e-2        e-1       e       e+1      e+2
 *                old        |---- served: registered and subscribed to ----|
 *                drained, destroyed, its seed erased
 *
 *   version: n --relays changed, 12 weeks, a device removed, seed taken, clock corrected--> n+1: another seed
 *            n --another bundle-----------------------------------------------------------> n+1: the same seed
 *            mailboxes registered at one relay --> the contact is told --receipts--> older seeds are served out
 * ```
 * What cannot be taken back, destroying a mailbox and erasing a seed, waits until our own clock says that its time is over, and
 * not only the relays' clocks: a relay that lies about the time would have us do it to what contacts still use.
 */
import {
  type AddressRecord,
  type ContactId,
  type Content,
  type DeviceNumber,
  EPOCH_SEARCH_MAX,
  type MailboxId,
  type NodeKey,
  type Progress,
  type RelayAddress
} from '@sealpost/protocol'
import type { Account } from '../peer/account.ts'
import type { Contacts } from '../peer/contacts.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { withoutClosing } from '../peer/closing-relays.ts'
import type { OwnAccount } from '../peer/own-account.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { Row } from '../tables.ts'
import { addressRecord } from './address-record.ts'
import { AddressRenewal, type Renewing } from './address-renewal.ts'
import { AddressUpdates } from './address-updates.ts'
import { DestroyedMailboxes } from './destroyed-mailboxes.ts'
import { OwnAddress, type SeedOfEpoch } from './own-address.ts'
import { type OwnMailbox, OwnMailboxes } from './own-mailboxes.ts'
import { EPOCHS_KEPT, OwnSeed } from './own-seed.ts'
import { epochAt, epochStartMs, mailboxSecrets } from './seeds.ts'

/** Epochs registered ahead of the present one, so that a contact with a fast clock, or one of two weeks' absence, finds a mailbox. */
const EPOCHS_AHEAD = 2
/** Older mailboxes hold nothing: senders do not search further back, and nothing in them lives so long. */
const EPOCHS_BACK_MAX: number = EPOCH_SEARCH_MAX + 1
const SECOND_MS = 1_000
/** Versions that a copy of this home can have given without outrunning any. */
const COPY_VERSIONS = 1_000
/** Seeds that contacts never heard the end of: more of one contact's, and the oldest is given up. */
const OLD_SEEDS_MAX = 8

export interface OwnAddressesParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly account: OwnAccount
  readonly contacts: Contacts
  /** 16 bytes that name this start of the client. */
  readonly instance: Uint8Array
  /** A contact's mailboxes are registered at a relay: an address that names it may be given out. */
  readonly onRegistered: (contactId: ContactId) => void
}

export class OwnAddresses {
  readonly #parts: OwnAddressesParts
  readonly #own = new Map<ContactId, OwnAddress>()
  readonly #seeds = new Map<string, OwnSeed>()
  readonly #mailboxes: OwnMailboxes
  readonly #destroyed: DestroyedMailboxes
  readonly #updates: AddressUpdates
  readonly #renewal: AddressRenewal
  /** Relays that some seed is served at. */
  #served: ReadonlySet<NodeKey> = new Set()

  constructor(parts: OwnAddressesParts) {
    const { kernel, book, instance } = parts
    const account = (): Account => parts.account.now
    this.#parts = parts
    this.#destroyed = new DestroyedMailboxes(kernel, book, account, instance)
    this.#updates = new AddressUpdates(kernel, (contactId) => this.#isUpdateDue(contactId))
    this.#renewal = new AddressRenewal(kernel, book, parts.contacts)
    this.#mailboxes = new OwnMailboxes(kernel, account, instance, {
      onRegistered: ({ contactId, seedId }) => {
        if (this.#own.get(contactId)?.seed?.id === seedId) {
          parts.onRegistered(contactId)
          this.#updates.want(contactId)
        }
      },
      kindOf: ({ contactId }) =>
        parts.contacts.get(contactId)?.standing === 'self' ? 'own' : 'contact',
      fateOf: (mailbox) => this.#fateOf(mailbox),
      onTaken: ({ contactId, seedId }) => {
        const own = this.#own.get(contactId)
        if (own?.seed?.id === seedId && this.#renewal.mayHeal(contactId)) {
          this.#renew(own)
          this.#serveEverywhere()
        }
      },
      onGone: (relay, mailbox) => {
        this.#gone(relay, mailbox)
      }
    })
  }

  restore(rows: readonly Row[]): void {
    for (const own of OwnAddress.restore(rows)) {
      this.#own.set(own.contactId, own)
      for (const seed of own.seeds) {
        this.#seeds.set(seed.id, seed)
        this.#fill(seed, false)
      }
    }
    this.#updateServed()
    // What was decided before a crash is gone on with, whether or not a relay can be reached.
    this.#parts.kernel.setTimer('review addresses', 0, () => {
      this.timeChanged()
    })
  }

  // ---- what happens to an address

  /** Makes an address for a contact, at our relays, and begins to register its mailboxes. */
  create(contactId: ContactId): void {
    const own = this.#own.get(contactId) ?? new OwnAddress(contactId)
    this.#own.set(contactId, own)
    this.#renew(own)
    this.#serveEverywhere()
  }

  /** Takes other relays for the account: everybody gets a new seed there, and the old ones are served out where they are. */
  moveTo(relays: readonly RelayAddress[], abandoned?: NodeKey): void {
    this.#parts.account.setRelays(withoutClosing(relays, this.#parts.book), this.#parts.book)
    this.#renewAll(() => ({}))
    if (abandoned !== undefined) {
      this.#parts.book.abandon(abandoned)
      this.timeChanged()
    }
  }

  at(relay: NodeKey): readonly MailboxId[] {
    return this.#mailboxes.at(relay)
  }

  /**
   * Everybody, or the one contact, gets a new seed, under a version beyond those that a copy of this home, or another life of it, may
   * have given; one that outran others did so before. The copy knows the seeds that there are, whoever was told of them.
   */
  outrunCopy(only?: ContactId): void {
    const timely = Math.floor(this.#parts.book.networkTimeMs() / SECOND_MS)
    this.#renewAll(({ contactId, version }) => {
      const outrun = { least: Math.max(version + COPY_VERSIONS, timely), isKnown: true } as const
      return only === undefined || only === contactId ? outrun : undefined
    })
  }

  /** The account's bundle is another now: everybody is told by and by. */
  bundleChanged(): void {
    for (const own of this.#own.values()) {
      this.#review(own)
    }
  }

  /** The account has other devices now: those contacts are told by and by. */
  listChanged(isTold: (contactId: ContactId) => boolean): void {
    for (const own of this.#own.values()) {
      if (own.seed !== undefined && isTold(own.contactId)) {
        own.version += 1
        this.#save(own)
        this.#updates.want(own.contactId)
      }
    }
  }

  /** The contact removed a device, which knew the seed: nobody may use that for longer than need be. */
  deviceRemoved(contactId: ContactId): void {
    const own = this.#own.get(contactId)
    if (own?.seed !== undefined) {
      this.#renew(own, { state: 'leaked' })
      this.#serveEverywhere()
    }
  }

  /** Nobody may deposit under the contact's seeds any more: their mailboxes are destroyed at every relay, until each has answered. */
  destroy(contactId: ContactId): void {
    const own = this.#own.get(contactId)
    if (own !== undefined) {
      this.#doom(own)
      this.#serveEverywhere()
    }
  }

  /** The address went to the contact in the message of that number. */
  told(contactId: ContactId, version: number, number: number): void {
    const own = this.#own.get(contactId)
    if (own !== undefined && version >= own.told.version) {
      own.told = { version, number, atMs: this.#parts.book.lateTimeMs }
      own.receiptedBy.clear()
      this.#save(own)
      this.#updates.told(contactId)
      this.#updates.want(contactId)
    }
  }

  /** The address is handed over otherwise than in a message. */
  given(contactId: ContactId): void {
    const own = this.#own.get(contactId)
    if (own?.seed !== undefined) {
      own.seed.isGiven = true
      this.#save(own)
    }
  }

  /** Whether the contact was told the address in the message of that number. */
  isToldIn(contactId: ContactId, number: number): boolean {
    return number > 0 && this.#own.get(contactId)?.told.number === number
  }

  /** The same, of a message that may hold the address. */
  toldIn(contactId: ContactId, { body, number }: Content): void {
    if ('address' in body && body.address !== undefined) {
      this.told(contactId, body.address.version, number)
    }
  }

  /** A contact's device said what it holds of ours. */
  progressed(contactId: ContactId, device: DeviceNumber, word: Progress): void {
    const own = this.#own.get(contactId)
    if (own?.receipted(device, word) === true) {
      this.#save(own)
      this.#review(own)
      this.#serveEverywhere()
    }
  }

  /** The contact is another than before: accepted, say, or blocked. */
  contactChanged(contactId: ContactId): void {
    const own = this.#own.get(contactId)
    if (own !== undefined) {
      this.#review(own)
      this.#serveEverywhere()
    }
  }

  // ---- what is asked of it

  has(contactId: ContactId): boolean {
    return this.#own.get(contactId)?.seed !== undefined
  }

  /** Whether there is a row that names no seed: of whom nobody may reach, or by whom this device is not known yet. */
  isBlank(contactId: ContactId): boolean {
    return this.#own.has(contactId) && !this.has(contactId)
  }

  /** Whether somebody will soon be told of an address. */
  get isBusy(): boolean {
    return this.#updates.isBusy
  }

  /** Whether a relay has mailboxes of ours, or is to have them. */
  isServed(relay: NodeKey): boolean {
    return this.#served.has(relay)
  }

  /** Whether some relay has registered mailboxes for the contact since this client started. */
  isRegistered(contactId: ContactId): boolean {
    const seed = this.#own.get(contactId)?.seed
    return seed !== undefined && this.#mailboxes.isRegistered(seed.id)
  }

  /** What the contact is told. The seed is the one of the last epoch before the present: it opens nothing older. */
  record(contactId: ContactId): AddressRecord | undefined {
    const { account, book } = this.#parts
    const own = this.#own.get(contactId)
    return own?.seed && addressRecord(own.seed, own.version, account.now, book.networkTimeMs())
  }

  /** A seed that a contact has or had, as long as it is served. */
  seed(seedId: string): OwnSeed | undefined {
    return this.#seeds.get(seedId)
  }

  /**
   * Every seed that a contact may deposit under now: of the present epoch and the ones beside it, for mailboxes that are at no
   * relay. The bytes belong to the chain.
   */
  seedsAround(contactId: ContactId): readonly SeedOfEpoch[] {
    return this.#own.get(contactId)?.seedsAround(this.#parts.book.networkTimeMs()) ?? []
  }

  /** Which of our mailboxes an envelope came from. */
  find(relay: NodeKey, mailboxId: MailboxId): OwnMailbox | undefined {
    return this.#mailboxes.find(relay, mailboxId)
  }

  /** Whether everything that a relay held for us has been fetched. */
  isDrained(relay: NodeKey): boolean {
    return this.#mailboxes.isDrained(relay)
  }

  // ---- what relays and clocks say

  ready(session: RelaySession): void {
    for (const seed of this.#seeds.values()) {
      if (!seed.isEnding) {
        this.#fill(seed, false)
      }
    }
    this.#saveFilled()
    this.#mailboxes.ready(session)
    // Also where nothing is served: everybody may be blocked.
    const { relays } = this.#parts.account.now
    const isOwn = relays.some(({ nodeKey }) => nodeKey === session.nodeKey)
    if (isOwn || this.isServed(session.nodeKey)) {
      this.#destroyed.ready(session)
    }
  }

  lost(relay: NodeKey): void {
    this.#destroyed.lost(relay)
  }

  /** A relay told what it is; network time may be another than a moment ago. */
  timeChanged(): void {
    const { relays } = this.#parts.account.now
    if (withoutClosing(relays, this.#parts.book) !== relays) {
      this.moveTo(relays)
    }
    for (const own of this.#own.values()) {
      this.#review(own)
      for (const seed of own.seeds) {
        this.#fill(seed, true)
      }
    }
    this.#serveEverywhere()
  }

  /** A relay delivered all that a mailbox held. */
  drained(relay: NodeKey, mailboxId: MailboxId): void {
    const session = this.#parts.book.get(relay)
    if (session !== undefined) {
      this.#mailboxes.drained(session, mailboxId)
    }
  }

  // ---- versions

  /** Looks whether it is time for a new version, or for the end of what is left of older ones. */
  #review(own: OwnAddress): void {
    if (this.#parts.contacts.get(own.contactId)?.standing === 'blocked') {
      this.#doom(own)
    }
    if (own.seed !== undefined) {
      if (this.#renewal.isSeedDue(own, own.seed)) {
        this.#renew(own)
      } else {
        this.#renewBundle(own)
      }
    }
    for (const seed of this.#renewal.settle(own)) {
      this.#saveOld(seed)
    }
    for (const seed of own.old) {
      this.#end(own, seed)
    }
    this.#updates.want(own.contactId)
  }

  /** Every seed of a contact ends, whatever is in its mailboxes. */
  #doom(own: OwnAddress): void {
    if (own.seed !== undefined) {
      own.seed.lastVersion = own.version
      own.old = own.seeds
      own.seed = undefined
      this.#save(own)
    }
    for (const seed of own.old.filter(({ state }) => state !== 'doomed')) {
      seed.state = 'doomed'
      this.#saveOld(seed)
    }
  }

  #isUpdateDue(contactId: ContactId): boolean {
    const own = this.#own.get(contactId)
    return own !== undefined && this.isRegistered(contactId) && this.#renewal.isUpdateDue(own)
  }

  /** @param how undefined for whose address stays. */
  #renewAll(how: (own: OwnAddress) => Renewing | undefined): void {
    for (const own of this.#own.values()) {
      const renewing = own.seed && how(own)
      if (renewing !== undefined) {
        this.#renew(own, renewing)
      }
    }
    this.#serveEverywhere()
  }

  /** Another seed takes the place of the present one. */
  #renew(own: OwnAddress, { state = 'served', least = 0, isKnown }: Renewing = {}): void {
    const { seed } = own
    if (seed !== undefined) {
      seed.state = (isKnown ?? own.isSeedKnown) ? state : 'retired'
      seed.lastVersion = own.version
      own.old = [...own.old, seed]
    }
    const kept = own.old.filter(({ isEnding }) => !isEnding)
    for (const [index, old] of kept.entries()) {
      if (index < kept.length - OLD_SEEDS_MAX) {
        old.state = 'retired'
      } else if (state === 'leaked') {
        old.state = 'leaked'
        old.servedUntilMs = 0
      }
    }
    for (const old of own.old) {
      this.#saveOld(old)
    }
    own.version = Math.max(own.version + 1, least)
    own.signedPrekeyId = this.#parts.account.now.bundle.signedPrekeyId
    own.seed = this.#make(own)
    this.#save(own)
  }

  #make({ contactId, version }: OwnAddress): OwnSeed {
    const { kernel, book, account } = this.#parts
    const beginning = { contactId, version, madeAtMs: book.networkTimeMs() }
    const seed = OwnSeed.begin(kernel.random, beginning, account.now.relays)
    this.#seeds.set(seed.id, seed)
    this.#fill(seed, true)
    return seed
  }

  #renewBundle(own: OwnAddress): void {
    const { signedPrekeyId } = this.#parts.account.now.bundle
    if (own.signedPrekeyId !== signedPrekeyId) {
      own.signedPrekeyId = signedPrekeyId
      own.version += 1
      this.#save(own)
    }
  }

  // ---- mailboxes

  /** What both our clock and the relays' say of a mailbox. */
  #fateOf({ seedId, epoch }: OwnMailbox): 'kept' | 'old' | 'doomed' {
    const seed = this.#seeds.get(seedId)
    if (seed === undefined || seed.isEnding) {
      return seed?.state === 'doomed' ? 'doomed' : 'old'
    }
    return epoch < this.#oldestNeeded(seed) ? 'old' : 'kept'
  }

  /** The oldest epoch that contacts may still use, by our own clock and the relays'. */
  #oldestNeeded({ phaseMs }: OwnSeed): number {
    return epochAt(this.#parts.book.earlyTimeMs, phaseMs) - EPOCHS_KEPT
  }

  /**
   * Makes sure that there is a mailbox for every epoch that is served, and wakes up when the next one begins.
   *
   * @param isNew whether those that are added cannot be registered yet.
   */
  #fill(seed: OwnSeed, isNew: boolean): void {
    const { kernel, book } = this.#parts
    const epoch = seed.epoch(book.networkTimeMs())
    if (seed.isEnding && isNew) {
      return
    }
    this.#addMailboxes(seed, epoch, isNew)
    const offsetMs = book.networkTimeMs() - kernel.atMs
    const nextAtMs = epochStartMs(epoch + 1, seed.phaseMs) - offsetMs
    kernel.setAlarm(`epoch ${seed.id}`, Math.max(nextAtMs, kernel.atMs + 1), () => {
      this.#epochTurned(seed)
    })
  }

  #addMailboxes(seed: OwnSeed, epoch: number, isNew: boolean): void {
    const { contactId, id: seedId } = seed
    const back = isNew ? EPOCHS_KEPT : EPOCHS_BACK_MAX
    for (const served of seed.mustFill(epoch, back) ? seed.relays : []) {
      const { nodeKey } = served.relay
      for (const at of seed.lacking(served, epoch - back, epoch + EPOCHS_AHEAD)) {
        const bytes = seed.chain.at(at)
        if (bytes !== undefined) {
          const secrets = mailboxSecrets(bytes, nodeKey)
          this.#mailboxes.add(nodeKey, { ...secrets, contactId, seedId, epoch: at }, isNew)
          seed.fill(served, at)
        }
      }
    }
  }

  #epochTurned(seed: OwnSeed): void {
    this.#fill(seed, true)
    const own = this.#own.get(seed.contactId)
    if (own !== undefined) {
      this.#review(own)
    }
    this.#serveEverywhere()
  }

  /** Registers what is new, and looks once more into what is old before it is destroyed. */
  #serveEverywhere(): void {
    this.#updateServed()
    this.#saveFilled()
    for (const session of this.#parts.book.all()) {
      if (session.isReady) {
        this.#mailboxes.serve(session)
      }
    }
  }

  /** A mailbox is gone: raises what is served there to the oldest that is left, and erases seeds that no relay needs any more. */
  #gone(relay: NodeKey, { mailboxId, contactId, seedId, epoch }: OwnMailbox): void {
    this.#destroyed.add(relay, mailboxId)
    const own = this.#own.get(contactId)
    const seed = this.#seeds.get(seedId)
    const served = seed?.at(relay)
    if (own === undefined || seed === undefined || served === undefined) {
      return
    }
    const left = this.#mailboxes.of(relay, seedId).map((mailbox) => mailbox.epoch)
    const oldest = left.length === 0 ? epoch + 1 : Math.min(...left)
    // What is left may be of the future alone, where relays lied about the time.
    served.fromEpoch = Math.max(served.fromEpoch, Math.min(oldest, this.#oldestNeeded(seed)))
    seed.eraseSeeds()
    if (own.seed === seed) {
      this.#save(own)
    } else {
      this.#saveOld(seed)
      this.#end(own, seed)
    }
  }

  /** Leaves the relays where nothing of a seed that ends is left, and those that do not come back. */
  #end(own: OwnAddress, seed: OwnSeed): void {
    const before = seed.relays.length
    for (const { relay } of seed.relays) {
      const { nodeKey } = relay
      const isEmpty = seed.isEnding && this.#mailboxes.of(nodeKey, seed.id).length === 0
      if (isEmpty || this.#renewal.isGivenUp(seed, nodeKey)) {
        this.#mailboxes.forget(nodeKey, seed.id)
        seed.leave(nodeKey)
      }
    }
    if (seed.relays.length === 0) {
      own.old = own.old.filter((other) => other !== seed)
      this.#seeds.delete(seed.id)
      this.#parts.kernel.cancelAlarm(`epoch ${seed.id}`)
      this.#parts.kernel.erase('own-address', seed.id)
    } else if (seed.relays.length < before) {
      this.#saveOld(seed)
    }
    if (seed.relays.length < before) {
      this.#updateServed()
    }
  }

  /** Keeps connections to the relays where something is served. */
  #updateServed(): void {
    const relays = [...this.#seeds.values()].flatMap((seed) => seed.relays)
    const served = new Map(relays.map(({ relay }) => [relay.nodeKey, relay]))
    const { book } = this.#parts
    for (const relay of served.values()) {
      book.want(relay, 'served')
    }
    for (const nodeKey of this.#served) {
      if (!served.has(nodeKey)) {
        book.unwant(nodeKey, 'served')
      }
    }
    this.#served = new Set(served.keys())
  }

  /** Notes which mailboxes relays are about to be asked for. */
  #saveFilled(): void {
    for (const own of this.#own.values()) {
      if (own.seed?.isUnsaved === true) {
        this.#save(own)
      }
      for (const seed of own.old.filter(({ isUnsaved }) => isUnsaved)) {
        this.#saveOld(seed)
      }
    }
  }

  #save(own: OwnAddress): void {
    if (own.seed !== undefined) {
      own.seed.isUnsaved = false
    }
    this.#parts.kernel.write('own-address', own.contactId, own.encode())
  }

  #saveOld(seed: OwnSeed): void {
    seed.isUnsaved = false
    this.#parts.kernel.write('own-address', seed.id, seed.encode())
  }
}
