import assert from 'node:assert/strict'
import {
  type Envelope,
  type EnvelopeId,
  type MailboxAnswer,
  type MailboxId,
  type MailboxRequest,
  UNACKED_BYTES_MAX,
  UNACKED_ENVELOPES_MAX
} from '@sealpost/protocol'
import fc from 'fast-check'
import { parseIndex } from '../../src/relay/rows.ts'
import {
  deposit,
  envelopeId,
  instance,
  recallToken,
  register,
  testEnvelope,
  testMailbox
} from './cast.ts'
import { type Client, RelayWorld } from './relay-world.ts'
import { assertRowsAddUp } from './row-scan.ts'

const MAILBOXES = 3
const CLIENTS = 3
const ENVELOPES = 100
const QUOTA = { envelopeCountMax: 90, bytesMax: 1_500_000 }
const ROOM = {
  depositsPerSecond: 1e6,
  depositBurst: 1e6,
  requestsPerSecond: 1e6,
  requestBurst: 1e6,
  mailboxDepositsPerMinute: 1e6,
  requestsUnansweredMax: 1e6,
  quotas: { contact: QUOTA, request: QUOTA, own: QUOTA, group: QUOTA }
}

type Step =
  | { readonly type: 'read'; readonly count: number }
  | {
      readonly type: 'deposit'
      readonly mailbox: number
      readonly number: number
      readonly count: number
      readonly size: number
    }
  | { readonly type: 'recall'; readonly mailbox: number; readonly number: number }
  | { readonly type: 'subscribe'; readonly client: number; readonly mailboxes: readonly number[] }
  | { readonly type: 'unsubscribe'; readonly client: number; readonly mailbox: number }
  | { readonly type: 'ack'; readonly client: number; readonly skip: number; readonly count: number }
  | {
      readonly type: 'ack-any'
      readonly client: number
      readonly mailbox: number
      readonly number: number
      readonly count: number
    }
  | { readonly type: 'reconnect'; readonly client: number }
  | { readonly type: 'crash' }

const mailbox = fc.nat(MAILBOXES - 1)
const client = fc.nat(CLIENTS - 1)
const number = fc.nat(ENVELOPES - 1)

function step(
  type: Step['type'],
  fields: Record<string, fc.Arbitrary<unknown>>
): fc.Arbitrary<Step> {
  return fc.record({ type: fc.constant(type), ...fields }) as unknown as fc.Arbitrary<Step>
}

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: step('read', { count: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 8,
    arbitrary: step('deposit', {
      mailbox,
      number,
      count: fc.integer({ min: 1, max: 30 }),
      size: fc.constantFrom(2_048, 8_192, 32_768)
    })
  },
  { weight: 3, arbitrary: step('recall', { mailbox, number }) },
  {
    weight: 4,
    arbitrary: step('subscribe', {
      client,
      mailboxes: fc.uniqueArray(mailbox, { minLength: 1, maxLength: MAILBOXES })
    })
  },
  { weight: 1, arbitrary: step('unsubscribe', { client, mailbox }) },
  {
    weight: 8,
    arbitrary: step('ack', { client, skip: fc.nat(3), count: fc.integer({ min: 1, max: 40 }) })
  },
  {
    weight: 2,
    arbitrary: step('ack-any', { client, mailbox, number, count: fc.integer({ min: 1, max: 20 }) })
  },
  { weight: 1, arbitrary: step('reconnect', { client }) },
  { weight: 1, arbitrary: step('crash', {}) }
)

const MAILBOX_OF = Array.from({ length: MAILBOXES }, (_, at) => testMailbox(at))

function mailboxAt(at: number): (typeof MAILBOX_OF)[number] {
  const found = MAILBOX_OF[at]
  assert.ok(found !== undefined)
  return found
}

/** What one client has seen of one mailbox since it last subscribed. */
interface Seen {
  lastSequence: number
  readonly unacked: Map<EnvelopeId, number>
}

interface Asked {
  /** An ack of what was delivered; any other may have come before its envelope. */
  readonly isCertain: boolean
  readonly client: Client
  readonly number: number
  readonly request: MailboxRequest
}

/** Clients that keep book of everything they were promised. */
class Bookkeepers {
  readonly world = new RelayWorld(ROOM)
  clients: Client[] = []
  /** By client and mailbox. */
  readonly seen = new Map<string, Seen>()
  readonly asked: Asked[] = []
  /** `mailbox envelope` that were answered stored. */
  readonly stored = new Set<string>()
  /** Those that an ack or a recall was sent for, and those for which it was answered. */
  readonly maybeGone = new Set<string>()
  readonly gone = new Set<string>()

  constructor() {
    this.reconnectAll()
    this.world.ask(this.client(0), register(...MAILBOX_OF))
    this.client(0).frames.length = 0
    this.world.isHolding = true
  }

  reconnectAll(): void {
    this.clients = Array.from({ length: CLIENTS }, () => this.world.connect())
    this.seen.clear()
    this.asked.length = 0
  }

  client(at: number): Client {
    const found = this.clients[at]
    assert.ok(found !== undefined)
    return found
  }

  send(from: Client, request: MailboxRequest, isCertain = true): void {
    const number = from.nextNumber
    this.asked.push({ client: from, number, request, isCertain })
    this.world.send(from, request)
    this.listen()
  }

  seenOf(of: Client, mailboxId: MailboxId): Seen {
    const key = `${String(of.id)} ${mailboxId}`
    let seen = this.seen.get(key)
    if (seen === undefined) {
      seen = { lastSequence: -1, unacked: new Map() }
      this.seen.set(key, seen)
    }
    return seen
  }

  /** Takes everything that was said since, in order. */
  listen(): void {
    const heard = this.clients.flatMap((one) =>
      one.frames.splice(0).map(({ order, frame }) => ({ one, order, frame }))
    )
    for (const { one, frame } of heard.sort((a, b) => a.order - b.order)) {
      if (frame.type === 'answer') {
        this.#onAnswer(one, frame.number, frame.answer)
      } else if (frame.type === 'push' && frame.push.type === 'deliver') {
        this.#onDeliver(one, frame.push.mailboxId, frame.push.envelope)
      } else if (frame.type === 'push' && frame.push.type === 'superseded') {
        this.#forget(one, frame.push.mailboxId)
      }
    }
  }

  #forget(of: Client, mailboxId: MailboxId): void {
    this.seen.delete(`${String(of.id)} ${mailboxId}`)
  }

  #onDeliver(to: Client, mailboxId: MailboxId, { envelopeId: envelope, sealed }: Envelope): void {
    const key = `${mailboxId} ${envelope}`
    assert.ok(!this.gone.has(key), 'delivered after an ack or recall was answered')
    const seen = this.seenOf(to, mailboxId)
    assert.ok(!seen.unacked.has(envelope), 'delivered twice to one subscription')
    const row = this.world.rows.get({ table: 'envelope-index', key: mailboxId + envelope })
    const index = row === undefined ? undefined : parseIndex(row)
    assert.ok(index !== undefined && index !== 'corrupt', 'delivered without a row')
    assert.ok(index.sequence > seen.lastSequence, 'delivered out of order')
    seen.lastSequence = index.sequence
    seen.unacked.set(envelope, sealed.length)
    let count = 0
    let bytes = 0
    for (const { id } of MAILBOX_OF) {
      for (const [other, size] of this.seen.get(`${String(to.id)} ${id}`)?.unacked ?? []) {
        // What another client acked before it was superseded, or recalled, uses no credit any more.
        const isCounted = !this.maybeGone.has(`${id} ${other}`)
        count += isCounted ? 1 : 0
        bytes += isCounted ? size : 0
      }
    }
    assert.ok(count <= UNACKED_ENVELOPES_MAX && bytes <= UNACKED_BYTES_MAX, 'beyond the credit')
  }

  #onAnswer(to: Client, number: number, answer: MailboxAnswer): void {
    const at = this.asked.findIndex((one) => one.client === to && one.number === number)
    const [asked] = this.asked.splice(at, 1)
    assert.ok(at >= 0 && asked !== undefined, 'an answer nobody waits for')
    const { request } = asked
    if (request.type === 'deposit' && answer.type === 'deposited') {
      const key = `${request.mailboxId} ${request.envelope.envelopeId}`
      if (answer.outcome === 'stored') {
        assert.ok(!this.gone.has(key), 'stored again after it was gone')
        this.stored.add(key)
      } else {
        assert.ok(this.maybeGone.has(key), 'gone, though nobody acked or recalled it')
      }
    } else if (request.type === 'recall' && answer.type === 'recalled') {
      if (answer.outcome === 'recalled') {
        this.gone.add(`${request.mailboxId} ${request.envelopeId}`)
      }
    } else if (request.type === 'ack' && answer.type === 'acked') {
      for (const envelope of request.envelopeIds) {
        this.seenOf(to, request.mailboxId).unacked.delete(envelope)
        if (asked.isCertain) {
          this.gone.add(`${request.mailboxId} ${envelope}`)
        }
      }
    } else if (request.type === 'subscribe') {
      assert.equal(answer.type, 'subscribed')
      // What follows the answer belongs to the new subscription.
      for (const { mailboxId } of request.subscriptions) {
        this.#forget(to, mailboxId)
      }
    } else {
      assert.ok(['unsubscribed', 'acked', 'refused'].includes(answer.type), answer.type)
    }
  }

  /** Acks some of what a client has; it forgets them only when it is answered. */
  ack(from: Client, skip: number, count: number): void {
    for (const { id } of MAILBOX_OF) {
      const seen = this.seen.get(`${String(from.id)} ${id}`)
      const envelopeIds = [...(seen?.unacked.keys() ?? [])].slice(skip, skip + count)
      if (envelopeIds.length > 0) {
        for (const envelope of envelopeIds) {
          this.maybeGone.add(`${id} ${envelope}`)
          seen?.unacked.delete(envelope)
        }
        this.send(from, { type: 'ack', mailboxId: id, envelopeIds })
      }
    }
  }

  take(step: Step): void {
    const { world } = this
    switch (step.type) {
      case 'read':
        for (let i = 0; i < step.count; i++) {
          world.answerRead()
          this.listen()
        }
        return
      case 'deposit':
        for (let at = step.number; at < Math.min(step.number + step.count, ENVELOPES); at++) {
          const envelope = testEnvelope(at, step.size)
          this.send(this.client(at % CLIENTS), deposit(mailboxAt(step.mailbox), envelope))
        }
        return
      case 'recall': {
        const { id } = mailboxAt(step.mailbox)
        const recalled = envelopeId(step.number)
        this.maybeGone.add(`${id} ${recalled}`)
        this.send(this.client(0), {
          type: 'recall',
          mailboxId: id,
          envelopeId: recalled,
          recallToken: recallToken(step.number)
        })
        return
      }
      case 'subscribe':
        this.#subscribe(step.client, step.mailboxes)
        return
      case 'unsubscribe': {
        const { id } = mailboxAt(step.mailbox)
        this.send(this.client(step.client), { type: 'unsubscribe', mailboxIds: [id] })
        this.#forget(this.client(step.client), id)
        return
      }
      case 'ack':
        this.ack(this.client(step.client), step.skip, step.count)
        return
      case 'ack-any': {
        const { id } = mailboxAt(step.mailbox)
        const from = this.client(step.client)
        const envelopeIds = Array.from({ length: step.count }, (_, at) =>
          envelopeId(step.number + at)
        )
        for (const envelope of envelopeIds) {
          this.maybeGone.add(`${id} ${envelope}`)
        }
        this.send(from, { type: 'ack', mailboxId: id, envelopeIds }, false)
        return
      }
      case 'reconnect': {
        const former = this.client(step.client)
        world.disconnect(former)
        this.clients[step.client] = world.connect()
        const others = this.asked.filter((one) => one.client !== former)
        this.asked.splice(0, this.asked.length, ...others)
        return
      }
      case 'crash':
        world.crash()
        this.reconnectAll()
    }
  }

  #subscribe(at: number, mailboxes: readonly number[]): void {
    const subscriptions = mailboxes.map((which) => {
      const { id, fetchToken } = mailboxAt(which)
      return { mailboxId: id, fetchToken }
    })
    this.send(this.client(at), { type: 'subscribe', instance: instance(at), subscriptions })
  }

  /** Lets everything come to an end: one client takes and acks all there is. */
  finish(): void {
    const { world } = this
    world.isHolding = false
    world.answerReads()
    this.listen()
    this.#subscribe(0, [0, 1, 2])
    const delivered = new Set<string>()
    for (let round = 0; round < 1_000 && world.machine.status().envelopeCount > 0; round++) {
      for (const { id } of MAILBOX_OF) {
        for (const envelope of this.seenOf(this.client(0), id).unacked.keys()) {
          delivered.add(`${id} ${envelope}`)
        }
      }
      this.ack(this.client(0), 0, 64)
    }
    assert.equal(world.machine.status().envelopeCount, 0, 'all is delivered in the end')
    for (const key of this.stored) {
      assert.ok(delivered.has(key) || this.maybeGone.has(key), 'stored, and lost')
    }
    world.advance(1_000)
    this.listen()
    assert.equal(this.asked.length, 0, 'every request is answered')
  }
}

describe('a relay whose reads take their time', () => {
  it('loses nothing it stored, repeats nothing acked, keeps order, credit and quotas', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 70, size: 'max' }), (steps) => {
        const all = new Bookkeepers()
        for (const step of steps) {
          all.take(step)
          assertRowsAddUp(all.world)
        }
        all.finish()
        assertRowsAddUp(all.world, true)
      }),
      { numRuns: 60 }
    )
  }).timeout(60_000)
})
