/**
 * What relays learn although they can read nothing, alone and where they collude.
 *
 * ```
 *   what a relay is told and says --address of each stream--> mailboxes and who deposits: linked pairs
 *                                                        `--> kinds, sizes, times: what is left to find out about a few people
 * ```
 */
import type { RelayInput } from '@sealpost/core'
import type { MailboxRequest, RelayFrame } from '@sealpost/protocol'
import type { RandomStream } from '../random/random-stream.ts'
import { LinkedPairs } from './linked-pairs.ts'
import { WatchedPeople } from './watched-people.ts'

export interface KnowledgeInit {
  readonly relayCount: number
  readonly clientCount: number
  /** Relays of each client. */
  readonly replicas: number
  /** The client whose address a range is. */
  readonly clientOf: (range: string) => number | undefined
  /** That of the run: relays that collude compare times, not clocks that are wrong. */
  readonly clock: { readonly nowUs: number }
  /** Who is watched. */
  readonly random: RandomStream
}

interface Asker {
  readonly relay: number
  readonly client: number
  readonly connection: number
}

export class RelayKnowledge {
  readonly relayCount: number
  readonly clientCount: number
  readonly pairs: LinkedPairs
  readonly watched: WatchedPeople
  readonly #init: KnowledgeInit
  /** By relay: who is at the other end of each connection, as its address tells. */
  readonly #connections: readonly Map<number, number>[]

  constructor(init: KnowledgeInit) {
    const { clientCount, relayCount } = init
    this.relayCount = relayCount
    this.clientCount = clientCount
    this.pairs = new LinkedPairs(relayCount, clientCount)
    this.watched = new WatchedPeople(init)
    this.#init = init
    this.#connections = Array.from({ length: relayCount }, () => new Map<number, number>())
  }

  get nowUs(): number {
    return this.#init.clock.nowUs
  }

  /** What is watched is counted from now on. */
  beginCounting(): void {
    this.watched.begin(this.nowUs)
  }

  /** What a relay is told. */
  saw(relay: number, input: RelayInput): void {
    const connections = this.#connections[relay]
    if (connections === undefined) {
      return
    }
    if (input.type === 'opened') {
      const client = this.#init.clientOf(input.range)
      if (client !== undefined) {
        connections.set(input.connection, client)
        this.watched.opened({ client, relay, connection: input.connection, atUs: this.nowUs })
      }
    } else if (input.type === 'closed') {
      const client = connections.get(input.connection)
      connections.delete(input.connection)
      if (client !== undefined) {
        this.watched.closed({ client, relay, connection: input.connection, atUs: this.nowUs })
      }
    } else if (input.type === 'frame' && input.frame.type === 'request') {
      const client = connections.get(input.connection)
      if (client !== undefined) {
        this.#asked({ relay, client, connection: input.connection }, input.frame.request)
      }
    }
  }

  #asked({ relay, client, connection }: Asker, request: MailboxRequest): void {
    if (request.type === 'subscribe') {
      this.watched.owns(client, relay, connection)
      for (const { mailboxId } of request.subscriptions) {
        this.pairs.owns(relay, mailboxId, client)
      }
    } else if (request.type === 'deposit') {
      const { envelope, isLive, mailboxId } = request
      this.pairs.deposits(relay, mailboxId, client)
      if (!isLive) {
        this.watched.deposited({
          relay,
          from: client,
          to: this.pairs.ownerOf(relay, mailboxId),
          envelopeId: envelope.envelopeId,
          bytes: envelope.sealed.length,
          atUs: this.nowUs
        })
      }
    }
  }

  /** What a relay says. */
  said(relay: number, connection: number, frame: RelayFrame): void {
    const to = this.#connections[relay]?.get(connection)
    if (to === undefined || frame.type !== 'push') {
      return
    }
    const { push } = frame
    if (push.type === 'deliver' && !push.isLive) {
      const { envelopeId, sealed } = push.envelope
      const atUs = this.nowUs
      this.watched.delivered({ relay, to, envelopeId, bytes: sealed.length, atUs })
    }
  }
}
