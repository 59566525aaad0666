/**
 * How this device reaches one device of a contact: the address record, and the epoch that each of its relays accepts.
 *
 * The search for an epoch at a relay, where e is the present one:
 * ```
 *   e --denied--> e+1 --denied--> e-1 --denied--> e-2 ... --denied--> the last that was accepted --denied--> nowhere (wait)
 *   any of them --stored--> kept until the epoch turns
 * ```
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type AddressRecord,
  type ContactId,
  decodeAddressRecord,
  type DeviceNumber,
  encodeAddressRecord,
  EPOCH_MS,
  EPOCH_SEARCH_MAX,
  equalBytes,
  type NodeKey
} from '@sealpost/protocol'
import { AcceptedEpochSchema, TheirAddressRowSchema } from '@sealpost/protocol/home'
import { epochAt, type MailboxSecrets, mailboxSecrets, SeedChain } from './seeds.ts'

/** Mailboxes that an address led to before are served for so long, for a home that was put back to what it was then. */
const FORMER_MS: number = 8 * EPOCH_MS

interface Search {
  /** The present epoch when it began: a new one begins when that turns. */
  readonly presentEpoch: number
  /** How many epochs were denied. */
  deniedCount: number
}

export class TheirAddress {
  readonly contactId: ContactId
  readonly device: DeviceNumber
  #record: AddressRecord
  #continued: TheirAddress | undefined
  /** Where it led before, and until when it may still, by the wall clock. */
  #former: { readonly record: AddressRecord; readonly untilMs: number } | undefined
  readonly #chain: SeedChain
  readonly #accepted = new Map<NodeKey, number>()
  readonly #searches = new Map<NodeKey, Search>()
  /** Relays that denied all there was to try, and took nothing since. */
  readonly #nowhere = new Set<NodeKey>()
  #cache: { readonly relay: NodeKey; readonly epoch: number; readonly secrets: MailboxSecrets }[] =
    []

  constructor(contactId: ContactId, record: AddressRecord) {
    this.contactId = contactId
    this.device = record.device
    this.#record = record
    this.#chain = new SeedChain(record.seed, record.seedEpoch)
  }

  static restore(contactId: ContactId, value: Uint8Array): TheirAddress {
    const row = fromBinary(TheirAddressRowSchema, value)
    const address = new TheirAddress(contactId, decodeAddressRecord(row.record))
    for (const { nodeKey, epoch } of row.accepted) {
      address.#accepted.set(nodeKey as NodeKey, epoch)
    }
    if (row.former.length > 0) {
      address.#former = { record: decodeAddressRecord(row.former), untilMs: row.formerUntilMs }
    }
    return address
  }

  /**
   * The address under another record of the same device. Where that goes on with the same seed at the same relays, so does what
   * is known of them; else it is known for a while where it led before.
   */
  renewed(record: AddressRecord, nowMs: number): TheirAddress {
    const { firstEpoch } = this.#chain
    const given = new SeedChain(record.seed, record.seedEpoch)
    const meetAt = Math.max(firstEpoch, record.seedEpoch)
    const [known, other] = [this.#chain.at(meetAt), given.at(meetAt)]
    const isSameSeed = known !== undefined && other !== undefined && equalBytes(known, other)
    const isSame =
      isSameSeed &&
      record.phaseMs === this.#record.phaseMs &&
      record.relays.length === this.#record.relays.length &&
      record.relays.every(({ nodeKey }) =>
        this.#record.relays.some((relay) => relay.nodeKey === nodeKey)
      )
    if (!isSame) {
      const moved = new TheirAddress(this.contactId, record)
      moved.#former = { record: this.#record, untilMs: nowMs + FORMER_MS }
      return moved
    }
    const { seed, seedEpoch } = this.#record
    const renewed = new TheirAddress(this.contactId, { ...record, seed, seedEpoch })
    for (const [nodeKey, epoch] of this.#accepted) {
      renewed.#accepted.set(nodeKey, epoch)
    }
    renewed.#continued = this
    renewed.#former = this.#former
    return renewed
  }

  /** Whether it leads to the same mailboxes as `other`, of which it was made. */
  continues(other: TheirAddress): boolean {
    return this.#continued === other
  }

  /** Where the device is if it was put back to what it was before it told this address; undefined once nobody serves that. */
  former(nowMs: number): TheirAddress | undefined {
    const former = this.#former
    const isServed = former !== undefined && Math.abs(former.untilMs - nowMs) <= FORMER_MS
    return isServed && nowMs < former.untilMs
      ? new TheirAddress(this.contactId, former.record)
      : undefined
  }

  /** As the contact gave it, but without seeds that no relay needs any more. */
  get record(): AddressRecord {
    return this.#record
  }

  /** Its row. */
  encode(): Uint8Array {
    return toBinary(
      TheirAddressRowSchema,
      create(TheirAddressRowSchema, {
        record: encodeAddressRecord(this.#record),
        accepted: [...this.#accepted].map(([nodeKey, epoch]) =>
          create(AcceptedEpochSchema, { nodeKey, epoch })
        ),
        former: this.#former ? encodeAddressRecord(this.#former.record) : new Uint8Array(0),
        formerUntilMs: this.#former?.untilMs ?? 0
      })
    )
  }

  /** The present epoch of its mailboxes; whom a corrected clock leaves without its seed begins with the oldest that is there. */
  presentEpoch(networkTimeMs: number): number {
    return Math.max(epochAt(networkTimeMs, this.#record.phaseMs), this.#chain.firstEpoch)
  }

  /** What opens the mailbox of an epoch at a node; undefined where its seed was erased, or is not to be had. */
  secretsAt(node: NodeKey, epoch: number): MailboxSecrets | undefined {
    return epoch < this.#chain.firstEpoch ? undefined : this.#secrets(node, epoch)
  }

  /** The mailbox to try at a relay now; undefined once all that could be were denied. */
  mailbox(
    relay: NodeKey,
    networkTimeMs: number
  ): { readonly epoch: number; readonly secrets: MailboxSecrets } | undefined {
    const present = this.presentEpoch(networkTimeMs)
    let search = this.#searches.get(relay)
    if (search?.presentEpoch !== present) {
      search = { presentEpoch: present, deniedCount: 0 }
      this.#searches.set(relay, search)
    }
    const epoch = this.#candidate(relay, search)
    if (epoch === undefined) {
      this.#nowhere.add(relay)
    }
    const secrets = epoch === undefined ? undefined : this.#secrets(relay, epoch)
    return epoch === undefined || secrets === undefined ? undefined : { epoch, secrets }
  }

  /** The relay denied `epoch`: the next call of `mailbox` names another. Late answers for an epoch left already change nothing. */
  denied(relay: NodeKey, epoch: number): void {
    const search = this.#searches.get(relay)
    if (search !== undefined && this.#candidate(relay, search) === epoch) {
      search.deniedCount += 1
    }
  }

  /** Whether the relay took the last deposit in that epoch. */
  isAccepted(relay: NodeKey, epoch: number): boolean {
    return this.#accepted.get(relay) === epoch
  }

  /** Whether every relay that it names has denied all there was to try, and took nothing since; not known over a restart. */
  get isNowhere(): boolean {
    return this.#record.relays.every(({ nodeKey }) => this.#nowhere.has(nodeKey))
  }

  /** All epochs were denied a while ago: the next search begins anew. */
  searchAgain(relay: NodeKey): void {
    this.#searches.delete(relay)
  }

  /**
   * The relay took a deposit in `epoch`.
   *
   * @returns whether the row must be written.
   */
  accepted(relay: NodeKey, epoch: number): boolean {
    this.#nowhere.delete(relay)
    if (this.#accepted.get(relay) === epoch) {
      return false
    }
    this.#accepted.set(relay, epoch)
    const known = this.#record.relays.map(
      ({ nodeKey }) => this.#accepted.get(nodeKey) ?? this.#chain.firstEpoch
    )
    this.#chain.eraseBefore(Math.min(...known))
    const seedEpoch = this.#chain.firstEpoch
    const seed = this.#chain.at(seedEpoch)?.slice() ?? this.#record.seed
    this.#record = { ...this.#record, seed, seedEpoch }
    this.#cache = this.#cache.filter((entry) => entry.epoch >= seedEpoch)
    return true
  }

  #candidate(relay: NodeKey, search: Search): number | undefined {
    const present = search.presentEpoch
    const oldest = Math.max(
      this.#accepted.get(relay) ?? this.#chain.firstEpoch,
      present - EPOCH_SEARCH_MAX
    )
    if (search.deniedCount < 2) {
      return present + search.deniedCount
    }
    const epoch = present - (search.deniedCount - 1)
    return epoch >= oldest && epoch >= this.#chain.firstEpoch ? epoch : undefined
  }

  #secrets(relay: NodeKey, epoch: number): MailboxSecrets | undefined {
    const cached = this.#cache.find((entry) => entry.relay === relay && entry.epoch === epoch)
    if (cached !== undefined) {
      return cached.secrets
    }
    const seed = this.#chain.at(epoch)
    if (seed === undefined) {
      return undefined
    }
    const secrets = mailboxSecrets(seed, relay)
    this.#cache = [...this.#cache.slice(-15), { relay, epoch, secrets }]
    return secrets
  }
}
