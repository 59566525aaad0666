/**
 * What relays learn although they can read nothing: which mailboxes are fetched from one address, and from which address somebody
 * deposits into them. A relay that sees both ends of a pair has linked it; relays that collude put together what each has seen.
 */
import type { RelayInput } from '@sealpost/core'
import type { MailboxId } from '@sealpost/protocol'
import type { RandomStream } from '../random/random-stream.ts'

interface Seen {
  /** Who is at the other end of each connection, as its address tells. */
  readonly connections: Map<number, number>
  readonly owners: Map<MailboxId, number>
  /** Mailboxes into which somebody deposited before their owner was seen, by who did. */
  readonly depositors: Map<MailboxId, Set<number>>
  /** Pairs of clients, the lower number first, as one number. */
  readonly pairs: Set<number>
}

export class RelayKnowledge {
  readonly #clientCount: number
  readonly #relays: readonly Seen[]
  /** The client whose address a range is. */
  readonly #clientOf: (range: string) => number | undefined

  constructor(
    relayCount: number,
    clientCount: number,
    clientOf: (range: string) => number | undefined
  ) {
    this.#clientCount = clientCount
    this.#clientOf = clientOf
    this.#relays = Array.from({ length: relayCount }, () => ({
      connections: new Map(),
      owners: new Map(),
      depositors: new Map(),
      pairs: new Set()
    }))
  }

  /** What a relay is told. */
  saw(relay: number, input: RelayInput): void {
    const seen = this.#relays[relay]
    if (seen === undefined) {
      return
    }
    if (input.type === 'opened') {
      const client = this.#clientOf(input.range)
      if (client !== undefined) {
        seen.connections.set(input.connection, client)
      }
    } else if (input.type === 'closed') {
      seen.connections.delete(input.connection)
    } else if (input.type === 'frame' && input.frame.type === 'request') {
      const client = seen.connections.get(input.connection)
      const { request } = input.frame
      if (client !== undefined && request.type === 'subscribe') {
        for (const { mailboxId } of request.subscriptions) {
          this.#owns(seen, mailboxId, client)
        }
      } else if (client !== undefined && request.type === 'deposit') {
        this.#deposits(seen, request.mailboxId, client)
      }
    }
  }

  #owns(seen: Seen, mailboxId: MailboxId, client: number): void {
    seen.owners.set(mailboxId, client)
    for (const depositor of seen.depositors.get(mailboxId) ?? []) {
      this.#link(seen, depositor, client)
    }
    seen.depositors.delete(mailboxId)
  }

  #deposits(seen: Seen, mailboxId: MailboxId, client: number): void {
    const owner = seen.owners.get(mailboxId)
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
    const all = this.#pairsOf(this.#relays)
    const sum = this.#relays.reduce((total, { pairs }) => total + pairs.size, 0)
    return all === 0 ? 0 : sum / this.#relays.length / all
  }

  /** The same of a share of the relays that collude: the mean over draws. */
  linkedBy(share: number, random: RandomStream): number {
    const draws = 20
    const count = Math.max(1, Math.round(share * this.#relays.length))
    const all = this.#pairsOf(this.#relays)
    let sum = 0
    for (let draw = 0; draw < draws; draw++) {
      sum += this.#pairsOf(drawn(this.#relays, count, random))
    }
    return all === 0 ? 0 : sum / draws / all
  }

  #pairsOf(relays: readonly Seen[]): number {
    const pairs = new Set<number>()
    for (const seen of relays) {
      for (const pair of seen.pairs) {
        pairs.add(pair)
      }
    }
    return pairs.size
  }
}

function drawn<Item>(items: readonly Item[], count: number, random: RandomStream): readonly Item[] {
  const left = [...items]
  return Array.from({ length: count }).flatMap(() => left.splice(random.below(left.length), 1))
}
