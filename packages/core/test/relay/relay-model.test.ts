import assert from 'node:assert/strict'
import type { Lifetime, MailboxAnswer, MailboxKind, MailboxRequest } from '@sealpost/protocol'
import fc from 'fast-check'
import { type MailboxRow, parseMailbox } from '../../src/relay/rows.ts'
import {
  ack,
  deposit,
  destroy,
  envelopeId,
  recall,
  register,
  subscribe,
  testEnvelope,
  testMailbox
} from './cast.ts'
import { type ModelPush, RelayModel } from './relay-model.ts'
import { type Client, RelayWorld } from './relay-world.ts'
import { assertRowsAddUp } from './row-scan.ts'

const HOUR_MS = 3_600_000
const MAILBOXES = 4
const ENVELOPES = 12
const CLIENTS = 3
const QUOTA = { envelopeCountMax: 6, bytesMax: 40_000 }
const KINDS: readonly MailboxKind[] = ['contact', 'own', 'group', 'contact']

/** Bounds that no sequence of steps reaches, so that the model needs none of them. */
const ROOM = {
  depositsPerSecond: 1e6,
  depositBurst: 1e6,
  requestsPerSecond: 1e6,
  requestBurst: 1e6,
  mailboxDepositsPerMinute: 1e6,
  groupDepositsPerMinute: 1e6,
  quotas: { contact: QUOTA, request: QUOTA, own: QUOTA, group: QUOTA }
}

const mailbox = fc.nat(MAILBOXES - 1)
const number = fc.nat(ENVELOPES - 1)
const client = fc.nat(CLIENTS - 1)

type Step =
  | { readonly type: 'register' | 'destroy'; readonly mailbox: number }
  | {
      readonly type: 'deposit'
      readonly mailbox: number
      readonly number: number
      readonly size: number
      readonly lifetime: Lifetime
    }
  | { readonly type: 'recall'; readonly mailbox: number; readonly number: number }
  | {
      readonly type: 'subscribe'
      readonly client: number
      readonly mailboxes: readonly number[]
      readonly instance: number
    }
  | { readonly type: 'unsubscribe'; readonly client: number; readonly mailbox: number }
  | {
      readonly type: 'ack'
      readonly client: number
      readonly mailbox: number
      readonly numbers: readonly number[]
    }
  | { readonly type: 'reconnect'; readonly client: number }
  | { readonly type: 'advance'; readonly ms: number }
  | { readonly type: 'reset' }

function step(
  type: Step['type'],
  fields: Record<string, fc.Arbitrary<unknown>>
): fc.Arbitrary<Step> {
  return fc.record({ type: fc.constant(type), ...fields }) as unknown as fc.Arbitrary<Step>
}

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: step('register', { mailbox }) },
  { weight: 1, arbitrary: step('destroy', { mailbox }) },
  {
    weight: 12,
    arbitrary: step('deposit', {
      mailbox,
      number,
      size: fc.constantFrom(2_048, 8_192, 32_768),
      lifetime: fc.constantFrom(0, 1)
    })
  },
  { weight: 3, arbitrary: step('recall', { mailbox, number }) },
  {
    weight: 4,
    arbitrary: step('subscribe', {
      client,
      mailboxes: fc.uniqueArray(mailbox, { minLength: 1, maxLength: MAILBOXES }),
      instance: fc.nat(1)
    })
  },
  { weight: 1, arbitrary: step('unsubscribe', { client, mailbox }) },
  {
    weight: 8,
    arbitrary: step('ack', {
      client,
      mailbox,
      numbers: fc.array(number, { minLength: 1, maxLength: 6 })
    })
  },
  { weight: 1, arbitrary: step('reconnect', { client }) },
  {
    weight: 2,
    arbitrary: step('advance', {
      ms: fc.constantFrom(1, 1_000, HOUR_MS / 2, HOUR_MS, 13 * HOUR_MS)
    })
  },
  { weight: 1, arbitrary: step('reset', {}) }
)

const MAILBOX_OF = Array.from({ length: MAILBOXES }, (_, at) =>
  testMailbox(at, KINDS[at] ?? 'contact', at === 3)
)
const NUMBER_OF = new Map(
  Array.from({ length: ENVELOPES }, (_, at) => [envelopeId(at) as string, at] as const)
)

function mailboxAt(at: number): ReturnType<typeof testMailbox> {
  const found = MAILBOX_OF[at]
  assert.ok(found !== undefined)
  return found
}

/** A relay and its clients, driven step by step. */
class Run {
  readonly world = new RelayWorld(ROOM)
  readonly #resetBy: 'crash' | 'disconnect'
  #clients: Client[]

  constructor(resetBy: 'crash' | 'disconnect') {
    this.#resetBy = resetBy
    this.#clients = Array.from({ length: CLIENTS }, () => this.world.connect())
  }

  client(at: number): Client {
    const found = this.#clients[at]
    assert.ok(found !== undefined)
    return found
  }

  /** Takes a step. @returns the answer, if it was a request. */
  take(step: Step): MailboxAnswer | undefined {
    const { world } = this
    switch (step.type) {
      case 'advance':
        this.#advance(step.ms)
        return undefined
      case 'reset':
        this.#reset()
        return undefined
      case 'reconnect':
        world.disconnect(this.client(step.client))
        this.#clients[step.client] = world.connect()
        return undefined
      case 'subscribe':
      case 'unsubscribe':
      case 'ack':
        return world.askPatiently(this.client(step.client), requestOf(step))
      default: {
        const anyone = world.connect()
        const answer = world.askPatiently(anyone, requestOf(step))
        world.disconnect(anyone)
        return answer
      }
    }
  }

  #advance(ms: number): void {
    const endMs = this.world.nowMs + ms
    while (this.world.nowMs < endMs) {
      this.world.advance(Math.min(29_000, endMs - this.world.nowMs))
      for (const { id } of this.#clients) {
        this.world.give({ type: 'frame', connection: id, frame: { type: 'pong', number: 0 } })
      }
    }
  }

  #reset(): void {
    if (this.#resetBy === 'crash') {
      this.world.crash()
    } else {
      for (const one of this.#clients) {
        this.world.disconnect(one)
      }
      // A restart finishes what sweeps there are to do; here they must not lag behind.
      this.world.advance(0)
    }
    this.#clients = Array.from({ length: CLIENTS }, () => this.world.connect())
  }

  /** What clients were told since the last time, mailbox by mailbox. */
  takePushes(): readonly ModelPush[] {
    return this.#clients.flatMap((one, at) =>
      one.takePushes().flatMap((push): readonly ModelPush[] => {
        if (push.type === 'going-away') {
          return []
        }
        const mailboxOf = MAILBOX_OF.findIndex(({ id }) => id === push.mailboxId)
        const numberOf =
          push.type === 'deliver' ? NUMBER_OF.get(push.envelope.envelopeId) : undefined
        return [{ client: at, mailbox: mailboxOf, type: push.type, number: numberOf }]
      })
    )
  }
}

function requestOf(
  step: Exclude<Step, { type: 'advance' | 'reset' | 'reconnect' }>
): MailboxRequest {
  switch (step.type) {
    case 'register':
      return register(mailboxAt(step.mailbox))
    case 'destroy':
      return destroy(mailboxAt(step.mailbox))
    case 'deposit': {
      const envelope = testEnvelope(step.number, step.size, step.lifetime)
      return deposit(mailboxAt(step.mailbox), envelope)
    }
    case 'recall':
      return recall(mailboxAt(step.mailbox), step.number)
    case 'subscribe':
      return subscribe(step.mailboxes.map(mailboxAt), step.instance)
    case 'unsubscribe':
      return { type: 'unsubscribe', mailboxIds: [mailboxAt(step.mailbox).id] }
    case 'ack':
      return ack(mailboxAt(step.mailbox), ...step.numbers)
  }
}

/** What the model says to a step, in the words of `wordsOf`. */
function modelAnswer(model: RelayModel, step: Step, nowMs: number): string | undefined {
  switch (step.type) {
    case 'register':
      return model.register(step.mailbox, KINDS[step.mailbox] ?? 'contact', step.mailbox === 3)
    case 'destroy':
      return model.destroy(step.mailbox)
    case 'deposit':
      return model.deposit(step.mailbox, step, nowMs)
    case 'recall':
      return model.recall(step.mailbox, step.number)
    case 'subscribe':
      return step.mailboxes.map((at) => model.subscribe(at, step.client, step.instance)).join(' ')
    case 'unsubscribe':
      model.unsubscribe(step.mailbox, step.client)
      return 'unsubscribed'
    case 'ack':
      return model.ack(step.mailbox, step.client, step.numbers)
    case 'reconnect':
      model.disconnect(step.client)
      return undefined
    case 'reset':
      for (let at = 0; at < CLIENTS; at++) {
        model.disconnect(at)
      }
      return undefined
    case 'advance':
      return undefined
  }
}

function wordsOf(answer: MailboxAnswer | undefined): string | undefined {
  switch (answer?.type) {
    case 'registered':
    case 'subscribed':
      return answer.outcomes.join(' ')
    case 'deposited':
    case 'recalled':
      return answer.outcome
    case 'refused':
      return answer.reason
    default:
      return answer?.type
  }
}

/** Pushes of each client and mailbox in order; mailboxes of one client may be served in any order. */
function byMailbox(pushes: readonly ModelPush[]): readonly ModelPush[] {
  return [...pushes].sort((a, b) => a.client - b.client || a.mailbox - b.mailbox)
}

describe('a relay', () => {
  it('answers and tells what the simplest relay would, whatever comes one after another', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 80, size: 'max' }), (steps) => {
        const run = new Run('crash')
        const model = new RelayModel(QUOTA)
        for (const step of steps) {
          const nowMs = run.world.nowMs
          const answer = run.take(step)
          assert.equal(wordsOf(answer), modelAnswer(model, step, nowMs), JSON.stringify(step))
          model.expire(run.world.nowMs)
          assert.deepEqual(byMailbox(run.takePushes()), byMailbox(model.pushes))
          model.pushes = []
          const { envelopeCount, tombstoneCount, mailboxCount } = run.world.machine.status()
          assert.deepEqual({ envelopeCount, tombstoneCount, mailboxCount }, model.totals())
          assertRowsAddUp(run.world)
        }
        run.world.advance(0)
        assertRowsAddUp(run.world, true)
      }),
      { numRuns: 150 }
    )
  }).timeout(60_000)

  it('that was stopped and restored behaves as one that never stopped', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 80, size: 'max' }), (steps) => {
        const stopped = new Run('crash')
        const lasting = new Run('disconnect')
        for (const step of steps) {
          assert.deepEqual(stopped.take(step), lasting.take(step), JSON.stringify(step))
          assert.deepEqual(stopped.takePushes(), lasting.takePushes())
        }
        stopped.world.advance(0)
        lasting.world.advance(0)
        assert.deepEqual(rowsOf(stopped.world), rowsOf(lasting.world))
      }),
      { numRuns: 100 }
    )
  }).timeout(60_000)
})

/**
 * All rows but the challenges, which are drawn. Where live envelopes begin is only known from below, and a relay that went on
 * may have learnt more of it in memory than one that read it again.
 */
function rowsOf(world: RelayWorld): unknown {
  const mailboxes = world.rows.all('mailbox').map(({ key, value }) => {
    const row = parseMailbox(value)
    assert.notEqual(row, 'corrupt')
    return [key, { ...(row as MailboxRow), firstLive: 0 }]
  })
  const others = world.rows.everything()
  return [mailboxes, others.filter(([table]) => table !== 'relay' && table !== 'mailbox')]
}
