/** When an address gets another seed, when a contact is told, and when older seeds are served no longer. Decides, changes only seeds. */
import { type ContactId, EPOCH_MS, EPOCH_SEARCH_MAX, type NodeKey } from '@sealpost/protocol'
import type { Contacts } from '../peer/contacts.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import { backoffMs } from '../time/backoff.ts'
import type { OwnAddress } from './own-address.ts'
import type { OwnSeed } from './own-seed.ts'
import { epochAt } from './seeds.ts'

const WEEK_MS = 7 * 24 * 3_600_000
/** What leaked of a seed is worth nothing after so long. */
const SEED_AGE_MAX_MS: number = 12 * WEEK_MS
/** An older seed is served for so long after the contact has the present one: for a contact who restores an old backup. */
const SERVED_AFTER_MS: number = 8 * WEEK_MS
/** The same for own devices, as long as relays keep mailboxes: a copy of a home that was put away has nobody else to ask for others. */
const SERVED_TO_OWN_MS: number = EPOCH_SEARCH_MAX * EPOCH_MS
/** A relay that could not be reached for so long, while others could, does not come back. */
const DEAD_AFTER_MS: number = 4 * WEEK_MS
/** Relays have erased by themselves what was not subscribed to for so long, and senders search no further back. */
const ERASED_AFTER_MS: number = EPOCH_SEARCH_MAX * EPOCH_MS
/** Seeds made because a clock was corrected, or since somebody has the last one: a relay that lies must not make one after another. */
const HEAL = { firstMs: 60_000, maxMs: 24 * 3_600_000 }

/** How an address gets another seed. */
export interface Renewing {
  readonly state?: 'served' | 'leaked'
  /** The version is at least that. */
  readonly least?: number
  /** Whether anybody knows the seed that there was, for certain. */
  readonly isKnown?: true
}

interface Healing {
  count: number
  /** In steady time. */
  notBeforeMs: number
}

export class AddressRenewal {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #contacts: Contacts
  readonly #healings = new Map<ContactId, Healing>()

  constructor(kernel: PeerKernel, book: RelayBook, contacts: Contacts) {
    this.#kernel = kernel
    this.#book = book
    this.#contacts = contacts
  }

  /** Whether the present seed is too old, or of an epoch that turned out to lie ahead. */
  isSeedDue(own: OwnAddress, seed: OwnSeed): boolean {
    if (!this.#book.isTimeKnown) {
      return false
    }
    const timeMs = this.#book.networkTimeMs()
    // Whoever is away would only find more of the same on coming back: a new seed waits until they have the last one.
    const isReceived = own.isSeedTold && own.receiptedBy.size > 0
    if (isReceived && Math.abs(timeMs - seed.madeAtMs) >= SEED_AGE_MAX_MS) {
      return true
    }
    const isAhead = epochAt(timeMs, seed.phaseMs) < seed.chain.firstEpoch
    return isAhead && this.mayHeal(own.contactId)
  }

  /** Whether a seed may be made because the last one is of no use; counts that it was. */
  mayHeal(contactId: ContactId): boolean {
    const { steadyMs, random } = this.#kernel
    const healing = this.#healings.get(contactId) ?? { count: 0, notBeforeMs: steadyMs }
    if (steadyMs < healing.notBeforeMs) {
      return false
    }
    healing.count += 1
    healing.notBeforeMs = steadyMs + backoffMs(HEAL, healing.count, random)
    this.#healings.set(contactId, healing)
    return true
  }

  /** Whether the contact is to be told of the version that there is; its mailboxes must be registered too. */
  isUpdateDue(own: OwnAddress): boolean {
    const contact = this.#contacts.get(own.contactId)
    const isFriend = contact?.standing === 'accepted' || contact?.standing === 'self'
    if (!isFriend || contact.owesAnswer || own.told.version >= own.version) {
      return false
    }
    if (this.#contacts.devices(contact).length === 0) {
      // There is no other device yet.
      return false
    }
    // Of another bundle alone, whoever does not even have the last version yet learns later.
    return !own.isSeedTold || own.receiptedBy.size > 0
  }

  /** Goes on with the older seeds' ends. @returns those that are to be saved. */
  settle(own: OwnAddress): readonly OwnSeed[] {
    if (!this.#book.isTimeKnown) {
      return []
    }
    const timeMs = this.#book.earlyTimeMs
    const standing = this.#contacts.get(own.contactId)?.standing
    const isNobody = standing === undefined || standing === 'failed'
    const isReceipted = this.#isReceipted(own, timeMs)
    return own.old.filter((seed) => {
      const isTold = own.told.version > seed.lastVersion
      const isOver = isNobody || (isTold && isReceipted)
      if (seed.isEnding || (seed.servedUntilMs === 0 && !isOver)) {
        return false
      }
      const isBegun = seed.servedUntilMs === 0
      if (isBegun) {
        const forMs = standing === 'self' ? SERVED_TO_OWN_MS : SERVED_AFTER_MS
        seed.servedUntilMs = seed.state === 'leaked' ? timeMs : this.#book.lateTimeMs + forMs
      }
      const isEnd = seed.servedUntilMs <= timeMs
      if (isEnd) {
        seed.state = 'retired'
      }
      return isBegun || isEnd
    })
  }

  /** Whether a relay where an older seed was served is dead, and nobody needs it any more, or the person gave it up. */
  isGivenUp(seed: OwnSeed, relay: NodeKey): boolean {
    const session = this.#book.get(relay)
    const sinceMs = session?.failingSinceMs ?? 0
    const isNeeded = seed.servedUntilMs === 0 && !seed.isEnding
    const afterMs = seed.state === 'doomed' ? ERASED_AFTER_MS : DEAD_AFTER_MS
    if (session?.isAbandoned === true) {
      return true
    }
    return sinceMs > 0 && !isNeeded && this.#book.earlyTimeMs - sinceMs >= afterMs
  }

  /** Whether every device of the contact has what it was last told, or will never say so. */
  #isReceipted(own: OwnAddress, timeMs: number): boolean {
    const contact = this.#contacts.get(own.contactId)
    const devices = contact === undefined ? [] : this.#contacts.devices(contact)
    const isByAll = devices.length > 0 && devices.every((device) => own.receiptedBy.has(device))
    return isByAll || timeMs - own.told.atMs >= ERASED_AFTER_MS
  }
}
