import assert from 'node:assert/strict'
import { TOMBSTONES_MAX } from '@sealpost/protocol'
import { TOMBSTONES_SLACK } from '../../src/relay/tombstones.ts'
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
import { type Client, RelayWorld } from './relay-world.ts'
import { assertRowsAddUp } from './row-scan.ts'

const bobs = testMailbox(1, 'group')
const ACKED = { type: 'acked' }
const ROOM = {
  depositsPerSecond: 100_000,
  depositBurst: 100_000,
  groupDepositsPerMinute: 100_000
}

function setUp(count: number): { world: RelayWorld; alice: Client; bob: Client } {
  const world = new RelayWorld(ROOM)
  const bob = world.connect()
  const alice = world.connect()
  world.ask(bob, register(bobs))
  for (let number = 1; number <= count; number++) {
    world.ask(alice, deposit(bobs, testEnvelope(number)))
  }
  return { world, alice, bob }
}

describe('ack', () => {
  it('erases what it names and leaves tombstones', () => {
    const { world, bob } = setUp(3)
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(world.ask(bob, ack(bobs, 1, 3)), ACKED)
    const status = world.machine.status()
    assert.deepEqual(
      [status.envelopeCount, status.envelopeBytes, status.tombstoneCount, status.unackedCount],
      [1, 2_048, 2, 1]
    )
    const sizes = world.rows.all('envelope').map(({ value }) => value.length)
    assert.ok(sizes.filter((size) => size < 100).length === 2)
  })

  it('needs no read for what this stream delivered', () => {
    const { world, bob } = setUp(3)
    world.ask(bob, subscribe([bobs]))
    world.isHolding = true
    assert.deepEqual(world.ask(bob, ack(bobs, 1, 2, 3)), ACKED)
    assert.equal(world.reads.length, 0)
  })

  it('answers acked for ids that were never there, and twice for one', () => {
    const { world, bob } = setUp(1)
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(world.ask(bob, ack(bobs, 77)), ACKED)
    assert.deepEqual(world.ask(bob, ack(bobs, 1, 1, 77, 1)), ACKED)
    assert.deepEqual(world.ask(bob, ack(bobs, 1)), ACKED)
    const status = world.machine.status()
    assert.deepEqual([status.envelopeCount, status.tombstoneCount], [0, 1])
  })

  it('erases what an earlier connection delivered and what was not delivered yet', () => {
    const { world, bob } = setUp(100)
    world.ask(bob, subscribe([bobs]))
    world.disconnect(bob)
    const again = world.connect()
    world.ask(again, subscribe([bobs]))
    assert.deepEqual(world.ask(again, ack(bobs, 1, 99, 100, 100)), ACKED)
    assert.equal(world.machine.status().envelopeCount, 97)
    for (let first = 2; first < 99; first += 16) {
      const numbers = Array.from({ length: Math.min(16, 99 - first) }, (_, at) => first + at)
      world.ask(again, ack(bobs, ...numbers))
    }
    const delivered = again.pushes().filter(({ type }) => type === 'deliver').length
    assert.equal(delivered, 98, 'what was acked before its turn is not delivered')
    assert.deepEqual(again.pushes().at(-1), { type: 'drained', mailboxId: bobs.id })
  })

  it('counts once where its envelope is delivered while rows are read', () => {
    const { world, bob } = setUp(1)
    world.isHolding = true
    world.send(bob, subscribe([bobs]))
    world.answerRead()
    const number = world.send(bob, ack(bobs, 1))
    world.answerReads()
    assert.deepEqual(bob.answerTo(number), ACKED)
    assert.deepEqual(
      bob.pushes().map(({ type }) => type),
      ['deliver', 'drained']
    )
    const status = world.machine.status()
    assert.deepEqual([status.envelopeCount, status.tombstoneCount, status.unackedCount], [0, 1, 0])
    assertRowsAddUp(world, true)
  })

  it('of everything spares the next subscription the reading of tombstones', () => {
    const { world, alice, bob } = setUp(60)
    world.ask(bob, subscribe([bobs]))
    for (let number = 60; number >= 1; number--) {
      world.ask(bob, ack(bobs, number))
    }
    world.ask(bob, { type: 'unsubscribe', mailboxIds: [bobs.id] })
    world.ask(alice, deposit(bobs, testEnvelope(61)))
    world.isHolding = true
    world.send(bob, subscribe([bobs]))
    world.answerRead()
    const [read] = world.reads
    assert.ok(read?.range !== undefined)
    const { rows } = world.rows.range(read.range)
    assert.equal(rows.length, 1)
  })

  it('is done where its connection closes while rows are read', () => {
    const { world, bob } = setUp(2)
    world.ask(bob, subscribe([bobs]))
    world.isHolding = true
    world.send(bob, ack(bobs, 1, 77))
    world.disconnect(bob)
    world.answerReads()
    assert.equal(world.machine.status().envelopeCount, 1)
  })

  it('counts once where another connection acks the same meanwhile', () => {
    const { world, bob } = setUp(2)
    world.ask(bob, subscribe([bobs]))
    world.isHolding = true
    const mine = world.send(bob, ack(bobs, 1, 77))
    const mineReads = world.reads.splice(0)
    const again = world.connect()
    world.send(again, subscribe([bobs]))
    world.answerReads()
    world.send(again, ack(bobs, 1))
    world.reads.push(...mineReads)
    world.answerReads()
    assert.deepEqual(bob.answerTo(mine), ACKED)
    const status = world.machine.status()
    assert.deepEqual([status.envelopeCount, status.tombstoneCount], [1, 1])
  })

  it('is answered where the mailbox is destroyed meanwhile, and ends nothing of its successor', () => {
    const { world, alice, bob } = setUp(1)
    world.ask(bob, subscribe([bobs]))
    world.isHolding = true
    const number = world.send(bob, ack(bobs, 1, 77))
    const held = world.reads.splice(0)
    world.send(bob, destroy(bobs))
    world.answerReads()
    world.send(bob, register(bobs))
    world.answerReads()
    world.send(alice, deposit(bobs, testEnvelope(2)))
    world.answerReads()
    world.reads.push(...held)
    world.answerReads()
    assert.deepEqual(bob.answerTo(number), ACKED)
    assert.equal(world.machine.status().envelopeCount, 1)
  })

  it('takes 256 ids and not one more', () => {
    const { world, bob } = setUp(0)
    world.ask(bob, subscribe([bobs]))
    const numbers = Array.from({ length: 257 }, (_, at) => at)
    assert.deepEqual(world.ask(bob, ack(bobs, ...numbers)), {
      type: 'refused',
      reason: 'too-large'
    })
    assert.deepEqual(world.ask(bob, ack(bobs, ...numbers.slice(1))), ACKED)
  })

  it('costs nothing of a connection rate for what was delivered, and in proportion for the rest', () => {
    const { world, bob } = setUp(0)
    const options = { ...world.options, requestsPerSecond: 1, requestBurst: 5 }
    world.give({ type: 'options', options })
    world.ask(bob, subscribe([bobs]))
    const numbers = Array.from({ length: 64 }, (_, at) => at)
    assert.deepEqual(world.ask(bob, ack(bobs, ...numbers)), ACKED, '4 of the 4 left')
    const answer = world.ask(bob, ack(bobs, 99))
    assert.ok(answer?.type === 'refused' && answer.reason === 'slow-down')
    const alice = world.connect()
    world.ask(alice, deposit(bobs, testEnvelope(1)))
    assert.deepEqual(world.ask(bob, ack(bobs, 1)), ACKED)
  })
})

describe('tombstones', () => {
  it('are kept, the newest 8,192, and a few more until the oldest are erased together', () => {
    const { world, alice, bob } = setUp(0)
    world.ask(bob, subscribe([bobs]))
    const most = TOMBSTONES_MAX + TOMBSTONES_SLACK
    for (let number = 1; number <= most; number++) {
      world.ask(alice, deposit(bobs, testEnvelope(number, 2_048, 3)))
      world.ask(bob, ack(bobs, number))
      alice.frames.length = 0
      bob.frames.length = 0
    }
    assert.equal(world.machine.status().tombstoneCount, most)
    world.ask(alice, deposit(bobs, testEnvelope(most + 1, 2_048, 3)))
    world.ask(bob, ack(bobs, most + 1))
    assert.equal(world.machine.status().tombstoneCount, TOMBSTONES_MAX)
    assert.equal(world.rows.count('envelope'), TOMBSTONES_MAX)
    assert.equal(world.rows.count('envelope-index'), TOMBSTONES_MAX)
    assert.equal(world.rows.count('expiry'), TOMBSTONES_MAX)
    assertRowsAddUp(world, true)
    for (let number = most + 2; number <= most + 60; number++) {
      world.ask(alice, deposit(bobs, testEnvelope(number, 2_048, 3)))
      world.ask(bob, ack(bobs, number))
    }
    for (let number = most + 61; number <= most + 70; number++) {
      world.ask(alice, deposit(bobs, testEnvelope(number, 2_048, 3)))
    }
    world.isHolding = true
    for (let number = most + 61; number <= most + 65; number++) {
      world.ask(bob, ack(bobs, number))
    }
    assert.equal(world.reads.length, 0)
    for (let number = most + 66; number <= most + 70; number++) {
      world.ask(bob, ack(bobs, number))
    }
    assert.equal(world.reads.length, 1, 'one read for all that are too many')
    world.isHolding = false
    world.answerReads()
    assert.equal(world.machine.status().tombstoneCount, TOMBSTONES_MAX)
    const oldestKept = most + 70 - TOMBSTONES_MAX + 1
    assert.deepEqual(
      [oldestKept - 1, oldestKept].map((number) => {
        const answer = world.ask(alice, deposit(bobs, testEnvelope(number, 2_048, 3)))
        return answer?.type === 'deposited' ? answer.outcome : undefined
      }),
      ['stored', 'gone']
    )
  }).timeout(20_000)

  it('leave live envelopes alone that lie between them', () => {
    const { world, alice, bob } = setUp(0)
    for (let number = 1; number <= 2_000; number++) {
      world.ask(alice, deposit(bobs, testEnvelope(number, 2_048, 3)))
    }
    alice.frames.length = 0
    world.ask(bob, subscribe([bobs]))
    const most = TOMBSTONES_MAX + TOMBSTONES_SLACK + 1
    for (let number = 1; number <= most; number++) {
      // Every fourth of the first two thousand stays, and is acked at the end.
      if (number > 2_000) {
        world.ask(alice, deposit(bobs, testEnvelope(number, 2_048, 3)))
      } else if (number % 4 === 0) {
        world.ask(alice, deposit(bobs, testEnvelope(10_000 + number, 2_048, 3)))
        world.nowMs += 10
        world.ask(bob, ack(bobs, 10_000 + number))
        continue
      }
      world.nowMs += 10
      world.ask(bob, ack(bobs, number))
      alice.frames.length = 0
      bob.frames.length = 0
    }
    const status = world.machine.status()
    assert.ok(status.tombstoneCount <= most - 1 && status.tombstoneCount >= TOMBSTONES_MAX)
    assert.equal(status.envelopeCount, 500)
    assert.equal(world.rows.count('envelope'), status.tombstoneCount + 500)
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(4, 2_048, 3))), {
      type: 'deposited',
      outcome: 'stored'
    })
    assert.equal(world.machine.status().envelopeCount, 500, 'it was there all the time')
    for (let number = 4; number <= 2_000; number += 4) {
      world.nowMs += 10
      world.ask(bob, ack(bobs, number))
      alice.frames.length = 0
      bob.frames.length = 0
    }
    assert.equal(world.machine.status().envelopeCount, 0)
    assertRowsAddUp(world, true)
  }).timeout(20_000)
})

describe('recall', () => {
  const RECALLED = { type: 'recalled', outcome: 'recalled' }
  const DELIVERED = { type: 'recalled', outcome: 'delivered' }
  const UNKNOWN = { type: 'recalled', outcome: 'unknown' }

  it('takes back what nobody fetched, and says so again when repeated', () => {
    const { world, alice, bob } = setUp(2)
    assert.deepEqual(world.ask(alice, recall(bobs, 1)), RECALLED)
    assert.deepEqual(world.ask(alice, recall(bobs, 1)), RECALLED)
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(
      bob.pushes().map((push) => push.type === 'deliver' && push.envelope.envelopeId),
      [envelopeId(2)]
    )
    const status = world.machine.status()
    assert.deepEqual([status.envelopeCount, status.tombstoneCount], [1, 1])
  })

  it('says delivered once it is on its way or acked', () => {
    const { world, alice, bob } = setUp(1)
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(world.ask(alice, recall(bobs, 1)), DELIVERED)
    assert.equal(world.machine.status().envelopeCount, 1, 'it changes nothing')
    world.ask(bob, ack(bobs, 1))
    assert.deepEqual(world.ask(alice, recall(bobs, 1)), DELIVERED)
  })

  it('never says delivered of a quiet mailbox, and does take back what is on its way', () => {
    const world = new RelayWorld(ROOM)
    const quiet = testMailbox(1, 'contact', true)
    const bob = world.connect()
    world.ask(bob, register(quiet))
    world.ask(bob, subscribe([quiet]))
    bob.takePushes()
    for (const number of [1, 2]) {
      world.ask(bob, deposit(quiet, testEnvelope(number)))
    }
    world.ask(bob, ack(quiet, 1))
    assert.deepEqual(world.ask(bob, recall(quiet, 1)), RECALLED)
    assert.deepEqual(world.ask(bob, recall(quiet, 2)), RECALLED)
    assert.deepEqual(world.ask(bob, ack(quiet, 2)), ACKED)
    const status = world.machine.status()
    assert.deepEqual([status.envelopeCount, status.tombstoneCount, status.unackedCount], [0, 2, 0])
  })

  it('frees the quota and says unknown after expiry', () => {
    const world = new RelayWorld({ ...ROOM, knocksPerMinutePerRange: 1_000 })
    const box = testMailbox(1, 'request')
    const bob = world.connect()
    world.ask(bob, register(box))
    for (let number = 1; number <= 64; number++) {
      world.ask(bob, deposit(box, testEnvelope(number, 8_192, 0)))
    }
    world.ask(bob, recall(box, 64))
    assert.equal(world.ask(bob, deposit(box, testEnvelope(65, 8_192, 0)))?.type, 'deposited')
    world.advance(3 * 3_600_000)
    assert.deepEqual(world.askPatiently(world.connect(), recall(box, 1)), UNKNOWN)
  })

  it('meets a destroy and a new beginning while rows are read', () => {
    const { world, alice, bob } = setUp(300)
    world.isHolding = true
    const number = world.send(alice, recall(bobs, 1))
    world.send(bob, destroy(bobs))
    world.send(bob, register(bobs))
    world.answerReads()
    world.isHolding = false
    world.advance(25)
    assert.deepEqual(alice.answerTo(number), UNKNOWN)
    assert.equal(world.machine.status().tombstoneCount, 0)
    assertRowsAddUp(world, true)
  })

  it('meets an ack that came while rows were read', () => {
    const { world, alice, bob } = setUp(1)
    world.ask(bob, subscribe([bobs]))
    world.isHolding = true
    const number = world.send(alice, recall(bobs, 1))
    world.answerRead()
    world.send(bob, ack(bobs, 1))
    world.answerReads()
    assert.deepEqual(alice.answerTo(number), DELIVERED)
    assert.equal(world.machine.status().tombstoneCount, 1)
  })
})
