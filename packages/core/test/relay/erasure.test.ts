import assert from 'node:assert/strict'
import { MAILBOX_IDLE_MS } from '@sealpost/protocol'
import { ack, deposit, destroy, register, subscribe, testEnvelope, testMailbox } from './cast.ts'
import { type Client, RelayWorld } from './relay-world.ts'

const bobs = testMailbox(1)
const WEEK_MS = 604_800_000
const ROOM = {
  depositsPerSecond: 100_000,
  depositBurst: 100_000,
  mailboxDepositsPerMinute: 100_000
}

function setUp(count: number): { world: RelayWorld; bob: Client } {
  const world = new RelayWorld(ROOM)
  const bob = world.connect()
  world.ask(bob, register(bobs))
  for (let number = 1; number <= count; number++) {
    world.ask(bob, deposit(bobs, testEnvelope(number)))
  }
  return { world, bob }
}

/** Rows that tell of any mailbox. */
function mailboxRows(world: RelayWorld): readonly string[] {
  return world.rows
    .everything()
    .map(([table]) => table)
    .filter((table) => table !== 'relay')
}

describe('destroy', () => {
  it('leaves nothing, by and by', () => {
    const { world, bob } = setUp(3)
    world.ask(bob, subscribe([bobs]))
    world.ask(bob, ack(bobs, 2))
    assert.deepEqual(world.ask(bob, destroy(bobs)), { type: 'destroyed' })
    const { envelopeCount, envelopeBytes, tombstoneCount, mailboxCount } = world.machine.status()
    assert.deepEqual([envelopeCount, envelopeBytes, tombstoneCount, mailboxCount], [0, 0, 0, 0])
    world.advance(0)
    assert.deepEqual(mailboxRows(world), [])
    assert.ok(world.notices.some(({ event }) => event === 'erased'))
  })

  it('denies everything afterwards, itself too', () => {
    const { world, bob } = setUp(1)
    world.ask(bob, destroy(bobs))
    const denied = { type: 'refused', reason: 'denied' }
    assert.deepEqual(world.askPatiently(bob, destroy(bobs)), denied)
    assert.deepEqual(world.askPatiently(bob, deposit(bobs, testEnvelope(1))), denied)
    assert.deepEqual(world.askPatiently(bob, subscribe([bobs])), {
      type: 'subscribed',
      outcomes: ['denied']
    })
  })

  it('erases a bounded number of rows a step, one step a timeout', () => {
    const { world, bob } = setUp(500)
    world.ask(bob, destroy(bobs))
    const steps: number[] = []
    while (world.rows.count('envelope') > 0) {
      const before = world.rows.count('envelope')
      assert.ok((world.machine.deadlineMs() ?? Number.POSITIVE_INFINITY) <= world.nowMs)
      world.give({ type: 'timeout' })
      steps.push(before - world.rows.count('envelope'))
    }
    assert.deepEqual(
      steps.filter((count) => count > 0),
      [256, 244]
    )
    world.advance(0)
    assert.deepEqual(mailboxRows(world), [])
  })

  it('goes on after a crash', () => {
    const { world, bob } = setUp(500)
    world.ask(bob, destroy(bobs))
    world.give({ type: 'timeout' })
    world.give({ type: 'timeout' })
    assert.ok(world.rows.count('envelope') > 0)
    world.crash()
    assert.deepEqual(mailboxRows(world), [])
  })

  it('of one mailbox touches no other', () => {
    const { world, bob } = setUp(2)
    const carols = testMailbox(2)
    world.ask(bob, register(carols))
    world.ask(bob, deposit(carols, testEnvelope(1)))
    world.ask(bob, destroy(bobs))
    world.advance(0)
    assert.equal(world.rows.count('envelope'), 1)
    assert.equal(world.machine.status().envelopeCount, 1)
    world.ask(bob, subscribe([carols]))
    assert.equal(bob.pushes()[0]?.type, 'deliver')
  })
})

describe('a mailbox registered again before its predecessor is erased', () => {
  it('has nothing of it, and the same envelopes can be deposited anew', () => {
    const { world, bob } = setUp(500)
    world.ask(bob, destroy(bobs))
    world.ask(bob, register(bobs))
    for (const number of [1, 300, 499]) {
      assert.deepEqual(world.ask(bob, deposit(bobs, testEnvelope(number))), {
        type: 'deposited',
        outcome: 'stored'
      })
    }
    assert.equal(world.machine.status().envelopeCount, 3)
    world.advance(0)
    assert.equal(world.rows.count('envelope'), 3)
    assert.equal(world.rows.count('envelope-index'), 3)
    assert.equal(world.rows.count('expiry'), 3)
    assert.equal(world.rows.count('doomed-mailbox'), 0)
    world.ask(bob, subscribe([bobs]))
    assert.equal(bob.pushes().filter(({ type }) => type === 'deliver').length, 3)
  })

  it('and destroyed again while the sweep is on its way leaves nothing', () => {
    for (let steps = 0; steps < 6; steps++) {
      const { world, bob } = setUp(500)
      world.ask(bob, destroy(bobs))
      for (let step = 0; step < steps; step++) {
        world.give({ type: 'timeout' })
      }
      world.ask(bob, register(bobs))
      for (let number = 400; number < 420; number++) {
        world.ask(bob, deposit(bobs, testEnvelope(number)))
      }
      world.ask(bob, destroy(bobs))
      world.advance(0)
      assert.deepEqual(mailboxRows(world), [], `destroyed after ${String(steps)} steps`)
    }
  })

  it('is swept right where a step is being read when it is destroyed again', () => {
    const { world, bob } = setUp(10)
    world.ask(bob, destroy(bobs))
    world.give({ type: 'timeout' })
    world.isHolding = true
    world.give({ type: 'timeout' })
    assert.equal(world.reads.length, 1)
    const [step] = world.reads.splice(0)
    world.send(bob, register(bobs))
    world.answerReads()
    world.send(bob, deposit(bobs, testEnvelope(1)))
    world.answerReads()
    world.send(bob, destroy(bobs))
    world.answerReads()
    world.reads.push(...(step === undefined ? [] : [step]))
    world.isHolding = false
    world.answerReads()
    world.advance(0)
    assert.deepEqual(mailboxRows(world), [])
  })
})

describe('a deposit on its way while its mailbox is destroyed', () => {
  it('is denied', () => {
    const { world, bob } = setUp(0)
    world.isHolding = true
    const number = world.send(bob, deposit(bobs, testEnvelope(1)))
    const held = world.reads.splice(0)
    world.send(bob, destroy(bobs))
    world.answerReads()
    world.reads.push(...held)
    world.answerReads()
    world.isHolding = false
    world.advance(25)
    assert.deepEqual(bob.answerTo(number), { type: 'refused', reason: 'denied' })
    assert.deepEqual(mailboxRows(world), [])
  })
})

describe('idle mailboxes', () => {
  it('are erased 26 weeks after the week of the last subscription, not before', () => {
    const { world, bob } = setUp(1)
    world.ask(bob, subscribe([bobs]))
    world.disconnect(bob)
    const weekEndMs = (Math.floor(world.nowMs / WEEK_MS) + 1) * WEEK_MS
    world.advance(weekEndMs + MAILBOX_IDLE_MS - 1 - world.nowMs)
    assert.equal(world.machine.status().mailboxCount, 1)
    world.advance(1)
    assert.equal(world.machine.status().mailboxCount, 0)
    assert.deepEqual(mailboxRows(world), [])
    assert.deepEqual(
      world.notices.filter(({ event }) => event === 'erased'),
      [{ type: 'notify', event: 'erased', what: 'mailbox', reason: 'idle' }]
    )
  })

  it('are kept by a subscription in time', () => {
    const { world, bob } = setUp(0)
    world.disconnect(bob)
    world.advance(25 * WEEK_MS)
    const again = world.connect()
    world.ask(again, subscribe([bobs]))
    world.disconnect(again)
    world.advance(25 * WEEK_MS)
    assert.equal(world.machine.status().mailboxCount, 1)
    assert.equal(world.rows.count('idle-mailbox'), 1)
  })

  it('are not idle while a connection lasts that subscribed half a year ago', () => {
    const { world, bob } = setUp(0)
    world.ask(bob, subscribe([bobs]))
    for (let week = 0; week < 30; week++) {
      for (let step = 0; step < 14; step++) {
        // Twice a day is enough where nobody asks for a pong in between.
        world.nowMs += WEEK_MS / 14
        world.give({ type: 'frame', connection: bob.id, frame: { type: 'pong', number: 1 } })
      }
      world.give({ type: 'timeout' })
    }
    assert.equal(world.machine.status().mailboxCount, 1)
  })

  it('are not idle because of a subscription under a clock that was set back', () => {
    const { world, bob } = setUp(0)
    const rightMs = world.nowMs
    world.setClock(rightMs - 40 * WEEK_MS)
    world.ask(bob, subscribe([bobs]))
    world.disconnect(bob)
    world.setClock(rightMs)
    world.advance(25 * WEEK_MS)
    assert.equal(world.machine.status().mailboxCount, 1)
  })

  it('are kept where somebody subscribes while the sweep reads', () => {
    const { world, bob } = setUp(0)
    world.disconnect(bob)
    const weekEndMs = (Math.floor(world.nowMs / WEEK_MS) + 1) * WEEK_MS
    world.advance(weekEndMs + MAILBOX_IDLE_MS - 1 - world.nowMs)
    const again = world.connect()
    world.isHolding = true
    world.nowMs += 1
    world.give({ type: 'timeout' })
    world.send(again, subscribe([bobs]))
    for (let i = 0; i < 100 && again.frames.length === 0; i++) {
      world.answerRead()
    }
    world.disconnect(again)
    world.isHolding = false
    world.answerReads()
    assert.equal(world.machine.status().mailboxCount, 1)
    assert.equal(world.rows.count('idle-mailbox'), 1)
  })

  it('are erased many at a time, and none that is used', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    for (let first = 0; first < 320; first += 64) {
      const some = Array.from({ length: 64 }, (_, at) => testMailbox(first + at))
      world.ask(bob, register(...some))
    }
    world.disconnect(bob)
    world.advance(20 * WEEK_MS)
    const again = world.connect()
    world.ask(again, subscribe([testMailbox(7), testMailbox(300)]))
    world.disconnect(again)
    world.advance(8 * WEEK_MS)
    assert.equal(world.machine.status().mailboxCount, 2)
    assert.equal(world.rows.count('mailbox'), 2)
  })

  it('are not erased within a day of a clock that was set forward by a year', () => {
    const { world, bob } = setUp(1)
    world.disconnect(bob)
    const rightMs = world.nowMs
    world.setClock(rightMs + 52 * WEEK_MS)
    world.advance(WEEK_MS / 7 - 1)
    assert.equal(world.machine.status().mailboxCount, 1)
    world.setClock(rightMs + WEEK_MS / 7)
    world.advance(WEEK_MS)
    assert.equal(world.machine.status().mailboxCount, 1)
    world.setClock(rightMs + 52 * WEEK_MS)
    world.advance(WEEK_MS / 7)
    assert.equal(world.machine.status().mailboxCount, 0)
  })
})
