import assert from 'node:assert/strict'
import { DEFAULT_RELAY_OPTIONS } from '@sealpost/core'
import { ack, deposit, register, subscribe, testEnvelope, testMailbox } from './cast.ts'
import { type Client, RelayWorld, START_MS } from './relay-world.ts'

const DAY_MS = 86_400_000
const CLOSES_AT_MS = START_MS + 30 * DAY_MS
const FULL = { type: 'refused', reason: 'busy', retryAfterMs: 300_000 }
const bobs = testMailbox(1)

/** A relay with bob's mailbox, which its operator gives up. */
function givenUp(): { readonly world: RelayWorld; readonly bob: Client } {
  const world = new RelayWorld()
  const bob = world.connect()
  world.ask(bob, register(bobs))
  world.ask(bob, subscribe([bobs]))
  giveUp(world, CLOSES_AT_MS)
  return { world, bob }
}

function giveUp(world: RelayWorld, closesAtMs: number | undefined): void {
  world.give({ type: 'options', options: { ...DEFAULT_RELAY_OPTIONS, workBits: 0, closesAtMs } })
}

function infoOf(world: RelayWorld, client: Client): unknown[] {
  const answer = world.ask(client, { type: 'info' })
  assert.ok(answer?.type === 'info')
  return [answer.info.capacity, answer.info.closesAtMs]
}

describe('a relay that its operator gives up', () => {
  it('tells everybody who is connected to look at its info, once, and when that is taken back', () => {
    const { world, bob } = givenUp()
    const told = { type: 'going-away', retryAfterMs: 0 }
    const pushes = (): unknown[] => bob.pushes().filter(({ type }) => type === 'going-away')
    assert.deepEqual(pushes(), [told])
    giveUp(world, CLOSES_AT_MS)
    assert.deepEqual(pushes(), [told])
    assert.deepEqual(infoOf(world, bob), ['no-new-mailboxes', CLOSES_AT_MS])
    giveUp(world, undefined)
    assert.deepEqual(pushes(), [told, told])
    assert.deepEqual(infoOf(world, bob), ['open', undefined])
  })

  it('makes no mailbox any more, for those who are here neither, and knows those there are', () => {
    const { world, bob } = givenUp()
    const answer = world.ask(bob, register(bobs, testMailbox(2)))
    assert.deepEqual(answer, { type: 'registered', outcomes: ['done', 'busy'] })
    giveUp(world, undefined)
    assert.deepEqual(world.ask(bob, register(testMailbox(2))), {
      type: 'registered',
      outcomes: ['done']
    })
  })

  it('takes deposits and delivers until its end, and from then on only delivers and takes acks', () => {
    const { world, bob } = givenUp()
    world.setClock(CLOSES_AT_MS - 1)
    const stored = { type: 'deposited', outcome: 'stored' }
    assert.deepEqual(world.ask(bob, deposit(bobs, testEnvelope(1))), stored)
    assert.deepEqual(infoOf(world, bob), ['no-new-mailboxes', CLOSES_AT_MS])
    world.setClock(CLOSES_AT_MS)
    assert.deepEqual(infoOf(world, bob), ['read-only', CLOSES_AT_MS])
    assert.deepEqual(world.ask(bob, deposit(bobs, testEnvelope(2))), FULL)
    const again = world.connect()
    world.ask(again, subscribe([bobs]))
    assert.equal(again.pushes().filter(({ type }) => type === 'deliver').length, 1)
    assert.deepEqual(world.ask(again, ack(bobs, 1)), { type: 'acked' })
  })
})
