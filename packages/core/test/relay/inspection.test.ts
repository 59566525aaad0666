import assert from 'node:assert/strict'
import { blockedMailboxHash } from '@sealpost/core'
import type { HeldEnvelope, MailboxAnswer, MailboxPage, MailboxRequest } from '@sealpost/protocol'
import {
  ack,
  deposit,
  destroy,
  envelopeId,
  recall,
  register,
  subscribe,
  testEnvelope,
  type TestMailbox,
  testMailbox
} from './cast.ts'
import { type Client, RelayWorld, START_MS } from './relay-world.ts'

const WEEK_MS = 604_800_000
const bobs = testMailbox(1)
const carols = testMailbox(2)

function inspect(mailbox: TestMailbox, fromSequence = 0): MailboxRequest {
  const { id: mailboxId, fetchToken } = mailbox
  return { type: 'inspect', mailboxId, fetchToken, fromSequence }
}

function pageOf(answer: MailboxAnswer | undefined): MailboxPage {
  assert.ok(answer?.type === 'inspected', JSON.stringify(answer))
  return answer.page
}

/** All pages of a mailbox. */
function allOf(world: RelayWorld, client: Client, mailbox: TestMailbox): readonly HeldEnvelope[] {
  const envelopes: HeldEnvelope[] = []
  let from: number | undefined = 0
  while (from !== undefined) {
    const page: MailboxPage = pageOf(world.ask(client, inspect(mailbox, from)))
    envelopes.push(...page.envelopes)
    from = page.nextSequence
  }
  return envelopes
}

function setUp(count: number): { readonly world: RelayWorld; readonly bob: Client } {
  const world = new RelayWorld()
  const bob = world.connect()
  world.ask(bob, register(bobs, carols))
  for (let number = 0; number < count; number++) {
    world.ask(bob, deposit(bobs, testEnvelope(number)))
  }
  return { world, bob }
}

describe('what is held for a mailbox', () => {
  it('is told to its owner: how it was registered, and every envelope as it was deposited', () => {
    const { world, bob } = setUp(1)
    const page = pageOf(world.ask(bob, inspect(bobs)))
    const { depositHash, fetchHash, kind, isQuiet } = bobs.registration
    assert.deepEqual(
      { ...page, envelopes: [] },
      {
        kind,
        isQuiet,
        depositHash,
        fetchHash,
        usedAtMs: Math.floor(START_MS / WEEK_MS) * WEEK_MS,
        envelopes: [],
        nextSequence: undefined
      }
    )
    const { recallHash, sealed } = testEnvelope(0)
    const [held] = page.envelopes
    assert.deepEqual(
      [held?.envelopeId, held?.recallHash, held?.state, held?.sealed],
      [envelopeId(0), recallHash, 'live', sealed]
    )
    assert.ok((held?.expiresAtMs ?? 0) > START_MS)
  })

  it('is told a page at a time, and all of it', () => {
    for (const count of [0, 6, 7, 8, 20]) {
      const { world, bob } = setUp(count)
      assert.deepEqual(
        allOf(world, bob, bobs).map((held) => held.envelopeId),
        Array.from({ length: count }, (_, number) => envelopeId(number))
      )
      assert.deepEqual(allOf(world, bob, carols), [])
    }
  })

  it('has what is kept of those that were fetched or taken back, without their content', () => {
    const { world, bob } = setUp(3)
    world.ask(bob, subscribe([bobs]))
    world.ask(bob, ack(bobs, 0))
    world.disconnect(bob)
    const alice = world.connect()
    world.ask(alice, recall(bobs, 1))
    assert.deepEqual(
      allOf(world, alice, bobs).map(({ state, sealed }) => [state, sealed.length]),
      [
        ['acked', 0],
        ['recalled', 0],
        ['live', 2_048]
      ]
    )
  })

  it('is told to nobody else, and looks to them as where there is nothing', () => {
    const { world } = setUp(1)
    const mallory = world.connect()
    const wrong = inspect({ ...bobs, fetchToken: carols.fetchToken })
    const denied = { type: 'refused', reason: 'denied' }
    assert.deepEqual(world.askPatiently(mallory, wrong), denied)
    assert.deepEqual(world.askPatiently(mallory, inspect(testMailbox(9))), denied)
  })

  it('has nothing of a predecessor that was destroyed, and nothing once it is destroyed', () => {
    const { world, bob } = setUp(3)
    world.isHolding = true
    world.send(bob, destroy(bobs))
    world.answerRead()
    world.isHolding = false
    world.ask(bob, register(bobs))
    world.ask(bob, deposit(bobs, testEnvelope(7)))
    assert.deepEqual(
      allOf(world, bob, bobs).map((held) => held.envelopeId),
      [envelopeId(7)]
    )
    world.ask(bob, destroy(bobs))
    assert.equal(world.askPatiently(bob, inspect(bobs))?.type, 'refused')
  })

  it('is told of a mailbox that is blocked, too', () => {
    const { world, bob } = setUp(2)
    world.give({ type: 'blocks', mailboxes: new Set([blockedMailboxHash(bobs.id)]) })
    assert.equal(allOf(world, bob, bobs).length, 2)
  })
})
