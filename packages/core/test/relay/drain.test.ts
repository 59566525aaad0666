import assert from 'node:assert/strict'
import { DRAIN_ACKS_MS } from '../../src/relay/drain.ts'
import { ack, deposit, destroy, register, subscribe, testEnvelope, testMailbox } from './cast.ts'
import { type Client, RelayWorld } from './relay-world.ts'

const bobs = testMailbox(1)
const BUSY = { type: 'refused', reason: 'busy', retryAfterMs: 1_000 }

function setUp(): { world: RelayWorld; bob: Client } {
  const world = new RelayWorld()
  const bob = world.connect()
  world.ask(bob, register(bobs))
  return { world, bob }
}

describe('drain', () => {
  it('is complete at once where nothing is under way', () => {
    const { world } = setUp()
    world.give({ type: 'drain' })
    assert.ok(world.isDrained)
  })

  it('tells everyone who is connected, once', () => {
    const { world, bob } = setUp()
    const alice = world.connect()
    world.give({ type: 'drain' })
    world.give({ type: 'drain' })
    for (const client of [alice, bob]) {
      assert.deepEqual(client.pushes(), [{ type: 'going-away', retryAfterMs: 1_000 }])
    }
  })

  it('finishes what was asked before it says drained', () => {
    const { world, bob } = setUp()
    world.isHolding = true
    const number = world.send(bob, deposit(bobs, testEnvelope(1)))
    world.give({ type: 'drain' })
    assert.ok(!world.isDrained)
    world.answerReads()
    assert.deepEqual(bob.answerTo(number), { type: 'deposited', outcome: 'stored' })
    assert.ok(world.isDrained)
  })

  it('waits for denials that are on their way', () => {
    const { world, bob } = setUp()
    world.send(bob, destroy(testMailbox(9)))
    world.give({ type: 'drain' })
    assert.ok(!world.isDrained)
    world.advance(25)
    assert.ok(world.isDrained)
  })

  it('does not wait for the answers of who has gone', () => {
    const { world, bob } = setUp()
    world.send(bob, destroy(testMailbox(9)))
    world.give({ type: 'drain' })
    assert.ok(!world.isDrained)
    world.disconnect(bob)
    assert.ok(world.isDrained)
  })

  it('waits for acks of what was delivered, but not for ever', () => {
    for (const isAcked of [true, false]) {
      const { world, bob } = setUp()
      world.ask(bob, subscribe([bobs]))
      world.ask(bob, deposit(bobs, testEnvelope(1)))
      world.give({ type: 'drain' })
      world.advance(DRAIN_ACKS_MS - 1)
      assert.ok(!world.isDrained)
      if (isAcked) {
        world.ask(bob, ack(bobs, 1))
      } else {
        world.advance(1)
      }
      assert.ok(world.isDrained)
      assert.equal(world.machine.status().envelopeCount, isAcked ? 0 : 1)
    }
  })

  it('takes no deposits, no new mailboxes and no new connections', () => {
    const { world, bob } = setUp()
    world.give({ type: 'drain' })
    assert.deepEqual(world.ask(bob, deposit(bobs, testEnvelope(1))), BUSY)
    assert.deepEqual(world.ask(bob, register(testMailbox(2))), {
      type: 'registered',
      outcomes: ['busy']
    })
    assert.equal(world.connect().cutWith, 'SEALPOST_BUSY')
  })

  it('delivers nothing more', () => {
    const { world, bob } = setUp()
    for (let number = 1; number <= 60; number++) {
      world.ask(bob, deposit(bobs, testEnvelope(number)))
    }
    world.nowMs += 1_000
    for (let number = 61; number <= 80; number++) {
      world.ask(bob, deposit(bobs, testEnvelope(number)))
    }
    world.ask(bob, subscribe([bobs]))
    world.give({ type: 'drain' })
    world.ask(bob, ack(bobs, ...Array.from({ length: 64 }, (_, at) => at + 1)))
    assert.equal(bob.pushes().filter(({ type }) => type === 'deliver').length, 64)
    assert.ok(world.isDrained)
    assert.equal(world.machine.status().envelopeCount, 16)
  })

  it('says drained once', () => {
    const { world } = setUp()
    world.give({ type: 'drain' })
    world.isDrained = false
    world.advance(60_000)
    world.give({ type: 'drain' })
    assert.ok(!world.isDrained)
  })
})
