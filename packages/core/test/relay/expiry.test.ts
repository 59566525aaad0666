import assert from 'node:assert/strict'
import { LIFETIMES_MS } from '@sealpost/protocol'
import { CLOCK_SETTLE_MS } from '../../src/relay/expiry.ts'
import { ack, deposit, destroy, register, subscribe, testEnvelope, testMailbox } from './cast.ts'
import { type Client, RelayWorld } from './relay-world.ts'
import { assertRowsAddUp } from './row-scan.ts'

const bobs = testMailbox(1)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ROOM = {
  depositsPerSecond: 100_000,
  depositBurst: 100_000,
  mailboxDepositsPerMinute: 100_000
}

function setUp(): { world: RelayWorld; bob: Client } {
  const world = new RelayWorld(ROOM)
  const bob = world.connect()
  world.ask(bob, register(bobs))
  return { world, bob }
}

/** What is left of envelopes. */
function left(world: RelayWorld): readonly number[] {
  const { envelopeCount, envelopeBytes, tombstoneCount } = world.machine.status()
  return [
    envelopeCount,
    envelopeBytes,
    tombstoneCount,
    world.rows.count('envelope'),
    world.rows.count('envelope-index'),
    world.rows.count('expiry')
  ]
}

const NOTHING = [0, 0, 0, 0, 0, 0]

describe('expiry', () => {
  for (const lifetime of [0, 1, 2, 3] as const) {
    const lifetimeMs = LIFETIMES_MS[lifetime] ?? 0

    const withinMs = lifetime < 2 ? HOUR_MS : DAY_MS
    const within = lifetime < 2 ? 'an hour' : 'a day'

    it(`erases an envelope of lifetime ${String(lifetime)} within ${within} of its time, never before`, () => {
      const { world, bob } = setUp()
      world.nowMs += 12_345
      world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, lifetime)))
      world.advance(lifetimeMs)
      assert.equal(world.machine.status().envelopeCount, 1)
      world.advance(withinMs)
      assert.deepEqual(left(world), NOTHING)
    })
  }

  it('erases tombstones at the time of their envelopes', () => {
    const { world, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, 1)))
    world.ask(bob, ack(bobs, 1))
    world.advance(DAY_MS)
    assert.equal(world.machine.status().tombstoneCount, 1)
    world.advance(HOUR_MS)
    assert.deepEqual(left(world), NOTHING)
  })

  it('leaves what is not due, in the same mailbox too', () => {
    const { world, bob } = setUp()
    world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, 0)))
    world.ask(bob, deposit(bobs, testEnvelope(2, 2_048, 3)))
    world.advance(HOUR_MS)
    world.ask(world.connect(), deposit(bobs, testEnvelope(3, 2_048, 0)))
    world.advance(HOUR_MS)
    assert.deepEqual(left(world), [2, 4_096, 0, 2, 2, 2])
    const again = world.connect()
    world.ask(again, subscribe([bobs]))
    const delivered = again.pushes().map((push) => push.type === 'deliver' && push.envelope)
    assert.deepEqual(delivered, [testEnvelope(2, 2_048, 3), testEnvelope(3, 2_048, 0)])
  })

  it('makes room in the quota', () => {
    const world = new RelayWorld(ROOM)
    const box = testMailbox(1, 'request')
    const bob = world.connect()
    world.ask(bob, register(box))
    for (let number = 1; number <= 64; number++) {
      world.ask(bob, deposit(box, testEnvelope(number, 8_192, 0)))
    }
    world.advance(2 * HOUR_MS)
    const alice = world.connect()
    assert.equal(world.ask(alice, deposit(box, testEnvelope(65, 8_192, 0)))?.type, 'deposited')
  })

  it('reports how much nobody fetched', () => {
    const { world, bob } = setUp()
    world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, 0)))
    world.ask(bob, deposit(bobs, testEnvelope(2, 8_192, 0)))
    world.advance(2 * HOUR_MS)
    assert.deepEqual(
      world.notices.filter(({ event }) => event === 'expired'),
      [
        {
          type: 'notify',
          event: 'expired',
          envelopeCount: 2,
          envelopeBytes: 10_240,
          tombstoneCount: 0
        }
      ]
    )
  })

  it('looks at no more than 128 rows a step, and at none that is not due', () => {
    const { world, bob } = setUp()
    for (let number = 1; number <= 300; number++) {
      world.ask(bob, deposit(bobs, testEnvelope(number, 2_048, number <= 200 ? 0 : 3)))
    }
    world.nowMs += 2 * HOUR_MS
    const steps: number[] = []
    for (let step = 0; step < 5; step++) {
      const before = world.rows.count('envelope')
      world.give({ type: 'timeout' })
      steps.push(before - world.rows.count('envelope'))
    }
    assert.deepEqual(steps, [128, 72, 0, 0, 0])
    world.isHolding = true
    world.give({ type: 'timeout' })
    assert.equal(world.reads.length, 0, 'nothing is read before the next hour')
  })

  it('goes on after a crash where it was', () => {
    const { world, bob } = setUp()
    for (let number = 1; number <= 300; number++) {
      world.ask(bob, deposit(bobs, testEnvelope(number, 2_048, 0)))
    }
    world.nowMs += 2 * HOUR_MS
    world.give({ type: 'timeout' })
    assert.equal(world.machine.status().envelopeCount, 172)
    world.crash()
    assert.deepEqual(left(world), NOTHING)
  })

  it('tells a subscriber that waits for the last of it that all is drained', () => {
    const { world, bob } = setUp()
    world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, 0)))
    world.ask(bob, subscribe([bobs]))
    bob.takePushes()
    world.nowMs += 2 * HOUR_MS
    world.give({ type: 'frame', connection: bob.id, frame: { type: 'pong', number: 1 } })
    world.give({ type: 'timeout' })
    assert.deepEqual(bob.takePushes(), [{ type: 'drained', mailboxId: bobs.id }])
    assert.equal(world.machine.status().unackedCount, 0)
    assert.deepEqual(world.ask(bob, ack(bobs, 1)), { type: 'acked' })
    assert.deepEqual(left(world), NOTHING)
  })

  it('meets acks and deposits that come while it reads', () => {
    const { world, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    for (const number of [1, 2, 3]) {
      world.ask(bob, deposit(bobs, testEnvelope(number, 2_048, 0)))
    }
    world.nowMs += 2 * HOUR_MS
    world.isHolding = true
    world.give({ type: 'timeout' })
    world.answerRead()
    const [due] = world.reads.splice(0)
    world.send(bob, ack(bobs, 2))
    world.answerReads()
    world.send(bob, deposit(bobs, testEnvelope(4, 2_048, 0)))
    world.answerReads()
    world.reads.push(...(due === undefined ? [] : [due]))
    world.answerReads()
    assert.deepEqual(left(world), [1, 2_048, 0, 1, 1, 1])
  })
})

describe('expiry of a mailbox that is destroyed and registered again meanwhile', () => {
  /** One envelope, due; the sweep has read its key and asks for its rows. */
  function dueWhileDestroyed(): { world: RelayWorld; client: Client } {
    const { world, bob } = setUp()
    world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, 0)))
    world.nowMs += 2 * HOUR_MS
    world.isHolding = true
    world.give({ type: 'timeout' })
    const client = world.connect()
    world.send(client, destroy(bobs))
    world.send(client, register(bobs))
    return { world, client }
  }

  it('counts nothing of its predecessor', () => {
    const { world } = dueWhileDestroyed()
    world.answerReads()
    world.isHolding = false
    world.advance(0)
    assert.deepEqual(left(world), NOTHING)
    assertRowsAddUp(world, true)
  })

  it('leaves a later envelope of the same sequence alone', () => {
    const { world, client } = dueWhileDestroyed()
    world.answerRead()
    const dueRead = world.reads.pop()
    world.answerReads()
    world.isHolding = false
    world.advance(0)
    world.ask(client, destroy(bobs))
    world.advance(0)
    world.ask(client, register(bobs))
    world.ask(client, deposit(bobs, testEnvelope(2, 2_048, 0)))
    assert.ok(dueRead !== undefined)
    world.reads.push(dueRead)
    world.answerReads()
    assert.deepEqual(left(world), [1, 2_048, 0, 1, 1, 1])
    assertRowsAddUp(world, true)
  })
})

describe('a clock that is set', () => {
  it('forward by a year expires nothing for an hour, and nothing at all once it is set back', () => {
    const { world, bob } = setUp()
    world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, 2)))
    const rightMs = world.nowMs
    world.setClock(rightMs + 365 * DAY_MS)
    world.advance(CLOCK_SETTLE_MS - 1)
    assert.equal(world.machine.status().envelopeCount, 1)
    world.setClock(rightMs + HOUR_MS)
    world.advance(DAY_MS)
    assert.equal(world.machine.status().envelopeCount, 1)
    world.advance(14 * DAY_MS)
    assert.deepEqual(left(world), NOTHING)
  })

  it('forward for good expires what is due an hour later', () => {
    const { world, bob } = setUp()
    world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, 2)))
    world.setClock(world.nowMs + 365 * DAY_MS)
    world.advance(CLOCK_SETTLE_MS)
    assert.deepEqual(left(world), NOTHING)
  })

  it('forward by a year while the relay is down expires nothing for an hour after its start', () => {
    const { world, bob } = setUp()
    world.ask(bob, deposit(bobs, testEnvelope(1, 2_048, 2)))
    const rightMs = world.nowMs
    world.nowMs = rightMs + 365 * DAY_MS
    world.crash()
    world.advance(CLOCK_SETTLE_MS - 1)
    assert.equal(world.machine.status().envelopeCount, 1)
    world.setClock(rightMs + HOUR_MS)
    world.advance(DAY_MS)
    assert.equal(world.machine.status().envelopeCount, 1)
    world.nowMs = rightMs + 60 * DAY_MS
    world.crash()
    world.advance(CLOCK_SETTLE_MS)
    assert.deepEqual(left(world), NOTHING)
  })

  it('back expires what comes afterwards by the new time', () => {
    const { world, bob } = setUp()
    world.advance(10 * DAY_MS)
    world.setClock(world.nowMs - 9 * DAY_MS)
    world.ask(world.connect(), deposit(bobs, testEnvelope(1, 2_048, 0)))
    assert.equal(bob.cutWith, 'SEALPOST_STALLED')
    world.advance(2 * HOUR_MS)
    assert.deepEqual(left(world), NOTHING)
  })

  it('back while due keys are read leaves nothing unswept afterwards', () => {
    const { world } = setUp()
    world.advance(10 * DAY_MS - 1)
    world.isHolding = true
    world.nowMs += 1
    world.give({ type: 'timeout' })
    assert.ok(world.reads.some(({ range }) => range?.table === 'expiry'))
    world.setClock(world.nowMs - 9 * DAY_MS)
    world.isHolding = false
    world.answerReads()
    world.ask(world.connect(), deposit(bobs, testEnvelope(1, 2_048, 0)))
    world.advance(2 * HOUR_MS)
    assert.deepEqual(left(world), NOTHING)
  })

  it('neither loses nor repeats a delivery, forward or back', () => {
    for (const jumpMs of [-400 * DAY_MS, -2 * HOUR_MS, -1_500, 1_500, 2 * HOUR_MS, 400 * DAY_MS]) {
      const { world, bob } = setUp()
      world.ask(bob, subscribe([bobs]))
      world.ask(bob, deposit(bobs, testEnvelope(1)))
      bob.takePushes()
      world.setClock(world.nowMs + jumpMs)
      world.advance(1_000)
      assert.deepEqual(bob.takePushes(), [], String(jumpMs))
      world.ask(bob, deposit(bobs, testEnvelope(2)))
      assert.equal(bob.pushes().length, 1)
      assert.deepEqual(world.ask(bob, deposit(bobs, testEnvelope(1))), {
        type: 'deposited',
        outcome: 'stored'
      })
      assert.deepEqual(world.ask(bob, ack(bobs, 1, 2)), { type: 'acked' })
      assert.equal(world.machine.status().envelopeCount, 0)
    }
  })

  it('holds up neither denials nor pings nor rates, forward or back', () => {
    for (const jumpMs of [-400 * DAY_MS, 400 * DAY_MS]) {
      const { world } = setUp()
      const mallory = world.connect()
      for (let number = 1; number <= 121; number++) {
        world.ask(world.connect(), deposit(bobs, testEnvelope(number)))
      }
      const number = world.send(mallory, deposit(testMailbox(9), testEnvelope(1)))
      world.setClock(world.nowMs + jumpMs)
      world.advance(24)
      assert.equal(mallory.answerTo(number), undefined)
      world.advance(1)
      assert.deepEqual(mallory.answerTo(number), { type: 'refused', reason: 'denied' })
      world.advance(36_000)
      assert.deepEqual(mallory.frames.at(-1)?.frame.type, 'ping')
    }
  })
})
