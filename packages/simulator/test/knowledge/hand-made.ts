/** Relays and clients of which a test says every frame: what relays then know has one answer. */
import type {
  MailboxRequest,
  MailboxPush,
  Envelope,
  EnvelopeId,
  MailboxId
} from '@sealpost/protocol'
import { RelayKnowledge } from '../../src/knowledge/relay-knowledge.ts'
import type { KnownOfPerson } from '../../src/knowledge/watched-person.ts'
import { randomStream } from '../../src/random/random-stream.ts'

const SECOND_US = 1_000_000
const NONE = new Uint8Array(0)

/** Everybody has one mailbox at each of their relays, and is watched. */
export class HandMade {
  readonly knowledge: RelayKnowledge
  readonly #clock = { nowUs: 0 }
  readonly #connections = new Map<string, number>()
  #connectionCount = 0
  #envelopeCount = 0

  constructor(relayCount: number, clientCount: number, replicas = relayCount) {
    this.knowledge = new RelayKnowledge({
      relayCount,
      clientCount,
      replicas,
      clientOf: Number,
      clock: this.#clock,
      random: randomStream(1, 'watched')
    })
  }

  /** All fetch at all relays, and it is counted. */
  begin(owners: readonly number[]): this {
    for (const relay of Array.from({ length: this.knowledge.relayCount }).keys()) {
      for (const client of Array.from({ length: this.knowledge.clientCount }).keys()) {
        this.opens(relay, client)
        if (owners.includes(client)) {
          const mailboxId = mailboxOf(relay, client)
          const subscriptions = [{ mailboxId, fetchToken: NONE }]
          this.#asks(relay, client, { type: 'subscribe', instance: NONE, subscriptions })
        }
      }
    }
    this.knowledge.beginCounting()
    return this
  }

  at(seconds: number): this {
    this.#clock.nowUs = seconds * SECOND_US
    return this
  }

  opens(relay: number, client: number): this {
    const connection = ++this.#connectionCount
    this.#connections.set(`${String(relay)} ${String(client)}`, connection)
    this.knowledge.saw(relay, { type: 'opened', atMs: 0, connection, range: String(client) })
    return this
  }

  closes(relay: number, client: number): this {
    const connection = this.#connection(relay, client)
    this.knowledge.saw(relay, { type: 'closed', atMs: 0, connection })
    return this
  }

  /** @returns what it is known by at this relay */
  deposits(relay: number, from: number, to: number, bytes = 2048): Envelope {
    const envelopeId = `e${String(++this.#envelopeCount)}` as EnvelopeId
    const envelope: Envelope = {
      envelopeId,
      recallHash: NONE,
      lifetime: 2,
      sealed: new Uint8Array(bytes)
    }
    this.#asks(relay, from, {
      type: 'deposit',
      mailboxId: mailboxOf(relay, to),
      depositToken: NONE,
      envelope,
      isLive: false,
      work: undefined
    })
    return envelope
  }

  delivers(relay: number, to: number, envelope: Envelope): this {
    const mailboxId = mailboxOf(relay, to)
    return this.#pushes(relay, to, { type: 'deliver', mailboxId, envelope, isLive: false })
  }

  /** What the relays of these bits know of somebody, once it is over. */
  known(client: number, mask: number): KnownOfPerson | undefined {
    const { watched } = this.knowledge
    watched.end(this.#clock.nowUs)
    return watched.people.find((one) => one.client === client)?.known(mask, watched.rounds)
  }

  #asks(relay: number, client: number, request: MailboxRequest): void {
    const connection = this.#connection(relay, client)
    const frame = { type: 'request', number: 1, request } as const
    this.knowledge.saw(relay, { type: 'frame', atMs: 0, connection, frame })
  }

  #pushes(relay: number, client: number, push: MailboxPush): this {
    this.knowledge.said(relay, this.#connection(relay, client), { type: 'push', push })
    return this
  }

  #connection(relay: number, client: number): number {
    return this.#connections.get(`${String(relay)} ${String(client)}`) ?? -1
  }
}

function mailboxOf(relay: number, client: number): MailboxId {
  return `mailbox of ${String(client)} at ${String(relay)}` as MailboxId
}
