/**
 * Pairs of clients of whom a relay has seen both ends: one deposited into a mailbox that the other fetched from. Relays that collude
 * put together what each has seen.
 */
import type { MailboxId } from '@sealpost/protocol'

interface Seen {
  readonly owners: Map<MailboxId, number>
  /** Mailboxes into which somebody deposited before their owner was seen, by who did. */
  readonly depositors: Map<MailboxId, Set<number>>
  /** Pairs of clients, the lower number first, as one number. */
  readonly pairs: Set<number>
}

export class LinkedPairs {
  readonly #clientCount: number
  readonly #relays: readonly Seen[]

  constructor(relayCount: number, clientCount: number) {
    this.#clientCount = clientCount
    this.#relays = Array.from({ length: relayCount }, () => ({
      owners: new Map(),
      depositors: new Map(),
      pairs: new Set()
    }))
  }

  /** Who fetches from a mailbox, as far as this relay has seen. */
  ownerOf(relay: number, mailboxId: MailboxId): number | undefined {
    return this.#relays[relay]?.owners.get(mailboxId)
  }

  owns(relay: number, mailboxId: MailboxId, client: number): void {
    const seen = this.#relays[relay]
    if (seen === undefined) {
      return
    }
    seen.owners.set(mailboxId, client)
    for (const depositor of seen.depositors.get(mailboxId) ?? []) {
      this.#link(seen, depositor, client)
    }
    seen.depositors.delete(mailboxId)
  }

  deposits(relay: number, mailboxId: MailboxId, client: number): void {
    const seen = this.#relays[relay]
    const owner = seen?.owners.get(mailboxId)
    if (seen === undefined) {
      return
    }
    if (owner !== undefined) {
      this.#link(seen, client, owner)
      return
    }
    const depositors = seen.depositors.get(mailboxId) ?? new Set()
    seen.depositors.set(mailboxId, depositors.add(client))
  }

  #link(seen: Seen, one: number, other: number): void {
    if (one !== other) {
      seen.pairs.add(Math.min(one, other) * this.#clientCount + Math.max(one, other))
    }
  }

  /** Mailboxes that a relay knows to be of one address, on average over the addresses it knows. */
  mailboxesPerAddress(): number {
    let mailboxes = 0
    let addresses = 0
    for (const { owners } of this.#relays) {
      mailboxes += owners.size
      addresses += new Set(owners.values()).size
    }
    return addresses === 0 ? 0 : mailboxes / addresses
  }

  /** Of all pairs that any relay could link, those that one relay links, on average. */
  linkedByOne(): number {
    const all = pairsOf(this.#relays)
    const sum = this.#relays.reduce((total, { pairs }) => total + pairs.size, 0)
    return all === 0 ? 0 : sum / this.#relays.length / all
  }

  /** The same of relays that collude: the mean over sets of them. */
  linkedBy(sets: readonly (readonly number[])[]): number {
    const all = pairsOf(this.#relays)
    const sum = sets.reduce(
      (total, set) => total + pairsOf(set.flatMap((relay) => this.#relays[relay] ?? [])),
      0
    )
    return all === 0 ? 0 : sum / sets.length / all
  }
}

function pairsOf(relays: readonly Seen[]): number {
  const pairs = new Set<number>()
  for (const seen of relays) {
    for (const pair of seen.pairs) {
      pairs.add(pair)
    }
  }
  return pairs.size
}
