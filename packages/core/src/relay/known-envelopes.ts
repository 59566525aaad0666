/**
 * Which envelope ids a mailbox has ever had, for mailboxes that were seen from their first envelope on. An id that is not among
 * them is new, and no row has to be read to say so; one that is, is looked up like all those of other mailboxes.
 *
 * ```
 *   nothing known --an envelope in an empty mailbox--> all known --too many in memory--> nothing known
 * ```
 */
import type { EnvelopeId, MailboxId } from '@sealpost/protocol'

/** Ids in memory, of all mailboxes: about 100 bytes each. */
const IDS_MAX = 131_072

export class KnownEnvelopes {
  readonly #mailboxes = new Map<MailboxId, Set<EnvelopeId>>()
  readonly #idsMax: number
  #idCount = 0

  constructor(idsMax: number = IDS_MAX) {
    this.#idsMax = idsMax
  }

  /** Ids in memory. */
  get idCount(): number {
    return this.#idCount
  }

  /** Whether a mailbox certainly has no row of this id. */
  isNew(mailboxId: MailboxId, envelopeId: EnvelopeId): boolean {
    return this.#mailboxes.get(mailboxId)?.has(envelopeId) === false
  }

  /** A mailbox without a single row, neither of an envelope nor of a tombstone, is about to get this one. */
  begin(mailboxId: MailboxId, envelopeId: EnvelopeId): void {
    this.#forget(mailboxId)
    this.#mailboxes.set(mailboxId, new Set())
    this.add(mailboxId, envelopeId)
  }

  /** A mailbox gets a row of this id. Must be told of every one. */
  add(mailboxId: MailboxId, envelopeId: EnvelopeId): void {
    const ids = this.#mailboxes.get(mailboxId)
    if (ids === undefined) {
      return
    }
    const sizeBefore = ids.size
    ids.add(envelopeId)
    this.#idCount += ids.size - sizeBefore
    while (this.#idCount > this.#idsMax) {
      const [oldest] = this.#mailboxes.keys()
      if (oldest === undefined) {
        return
      }
      this.#forget(oldest)
    }
  }

  #forget(mailboxId: MailboxId): void {
    this.#idCount -= this.#mailboxes.get(mailboxId)?.size ?? 0
    this.#mailboxes.delete(mailboxId)
  }
}
