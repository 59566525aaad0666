import assert from 'node:assert/strict'
import { UNACKED_BYTES_MAX, UNACKED_ENVELOPES_MAX } from '@sealpost/protocol'
import {
  ack,
  deposit,
  destroy,
  envelopeId,
  recall,
  register,
  subscribe,
  type TestMailbox,
  testEnvelope,
  testMailbox
} from './cast.ts'
import { type Client, RelayWorld } from './relay-world.ts'

const bobs = testMailbox(1)
const ROOM = {
  depositsPerSecond: 100_000,
  depositBurst: 100_000,
  mailboxDepositsPerMinute: 100_000
}

function setUp(...mailboxes: readonly TestMailbox[]): {
  world: RelayWorld
  alice: Client
  bob: Client
} {
  const world = new RelayWorld(ROOM)
  const bob = world.connect()
  const alice = world.connect()
  world.ask(bob, register(bobs, ...mailboxes))
  return { world, alice, bob }
}

function fill(
  world: RelayWorld,
  client: Client,
  mailbox: TestMailbox,
  range: { readonly first: number; readonly last: number; readonly size?: number }
): void {
  for (let number = range.first; number <= range.last; number++) {
    const answer = world.ask(client, deposit(mailbox, testEnvelope(number, range.size)))
    assert.equal(answer?.type, 'deposited')
  }
}

/** The ids that were delivered, oldest first; `drained` and others by their name. */
function told(client: Client, mailbox?: TestMailbox): readonly string[] {
  return client.pushes().flatMap((push): readonly string[] => {
    if (mailbox !== undefined && 'mailboxId' in push && push.mailboxId !== mailbox.id) {
      return []
    }
    return push.type === 'deliver' ? [push.envelope.envelopeId] : [push.type]
  })
}

function ids(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => envelopeId(first + at))
}

describe('subscribe', () => {
  it('delivers what is held in the order it came, then says drained once it is acked', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 5 })
    assert.deepEqual(world.ask(bob, subscribe([bobs])), { type: 'subscribed', outcomes: ['done'] })
    assert.deepEqual(told(bob), ids(1, 5))
    world.ask(bob, ack(bobs, 1, 2, 3, 4))
    assert.deepEqual(told(bob), ids(1, 5))
    world.ask(bob, ack(bobs, 5))
    assert.deepEqual(told(bob), [...ids(1, 5), 'drained'])
  })

  it('answers before it delivers', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 1 })
    bob.frames.length = 0
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(
      bob.frames.map(({ frame }) => frame.type),
      ['answer', 'push']
    )
  })

  it('delivers an envelope exactly as it was deposited', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 1, size: 8_192 })
    world.ask(bob, subscribe([bobs]))
    fill(world, alice, bobs, { first: 2, last: 2, size: 8_192 })
    assert.deepEqual(
      bob.pushes(),
      [1, 2].map((number) => ({
        type: 'deliver',
        mailboxId: bobs.id,
        envelope: testEnvelope(number, 8_192),
        isLive: false
      }))
    )
  })

  it('says in its answer that a mailbox is empty, without reading it, and not again once it is', () => {
    const { world, alice, bob } = setUp()
    world.isHolding = true
    const number = world.send(bob, subscribe([bobs]))
    world.answerRead()
    assert.deepEqual(bob.answerTo(number), { type: 'subscribed', outcomes: ['empty'] })
    assert.equal(world.reads.length, 0)
    world.isHolding = false
    fill(world, alice, bobs, { first: 1, last: 1 })
    world.ask(bob, ack(bobs, 1))
    assert.deepEqual(told(bob), ids(1, 1))
  })

  it('says drained for what was held when asked, not for what came since', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 1 })
    world.ask(bob, subscribe([bobs]))
    fill(world, alice, bobs, { first: 2, last: 2 })
    world.ask(bob, ack(bobs, 1))
    assert.deepEqual(told(bob), [...ids(1, 2), 'drained'])
    world.ask(bob, ack(bobs, 2))
    assert.deepEqual(told(bob), [...ids(1, 2), 'drained'])
  })

  it('delivers again what was delivered and not acked when its connection is gone', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 3 })
    world.ask(bob, subscribe([bobs]))
    world.ask(bob, ack(bobs, 2))
    world.disconnect(bob)
    assert.equal(world.machine.status().unackedCount, 0)
    const again = world.connect()
    world.ask(again, subscribe([bobs]))
    assert.deepEqual(told(again), [envelopeId(1), envelopeId(3)])
  })

  it('knows when that was delivered which has waited longest for its ack', () => {
    const { world, alice, bob } = setUp()
    const oldestAtMs = (): number | undefined => world.machine.status().oldestUnackedAtMs
    assert.equal(oldestAtMs(), undefined)
    world.ask(bob, subscribe([bobs]))
    const firstAtMs = world.nowMs
    fill(world, alice, bobs, { first: 1, last: 2 })
    world.advance(5_000)
    const thirdAtMs = world.nowMs
    fill(world, alice, bobs, { first: 3, last: 3 })
    assert.equal(oldestAtMs(), firstAtMs)
    world.ask(bob, ack(bobs, 1))
    assert.equal(oldestAtMs(), firstAtMs, 'the second came with the first')
    world.ask(bob, ack(bobs, 2))
    assert.equal(oldestAtMs(), thirdAtMs)
    world.disconnect(bob)
    assert.equal(oldestAtMs(), undefined)
  })

  it('says it by the wall clock, also where that was set since', () => {
    const { world, alice, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    const deliveredAtMs = world.nowMs
    fill(world, alice, bobs, { first: 1, last: 1 })
    world.setClock(world.nowMs - 3_600_000)
    assert.equal(world.machine.status().oldestUnackedAtMs, deliveredAtMs - 3_600_000)
  })

  it('delivers anew when repeated on the same connection', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 2 })
    world.ask(bob, subscribe([bobs]))
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(told(bob), [...ids(1, 2), ...ids(1, 2)])
    assert.equal(world.machine.status().unackedCount, 2)
    world.ask(bob, ack(bobs, 1, 2))
    assert.equal(told(bob).at(-1), 'drained')
    assert.equal(world.machine.status().envelopeCount, 0)
  })

  it('takes 256 at once and not one more', () => {
    const mailboxes = Array.from({ length: 257 }, (_, number) => testMailbox(number + 100))
    const { world, bob } = setUp()
    for (let at = 0; at < 257; at += 64) {
      world.ask(bob, register(...mailboxes.slice(at, at + 64)))
    }
    const tooMany = world.ask(bob, subscribe(mailboxes))
    assert.deepEqual(tooMany, { type: 'refused', reason: 'too-large' })
    const answer = world.ask(bob, subscribe(mailboxes.slice(1)))
    assert.deepEqual(answer, { type: 'subscribed', outcomes: Array<string>(256).fill('empty') })
  })

  it('takes the same mailbox twice in one request as once', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 1 })
    world.ask(bob, subscribe([bobs, bobs]))
    assert.deepEqual(told(bob), ids(1, 1))
    assert.equal(world.machine.status().subscriptionCount, 1)
  })

  it('does nothing where the connection closed before the rows came', () => {
    const { world, bob } = setUp()
    world.isHolding = true
    world.send(bob, subscribe([bobs]))
    world.disconnect(bob)
    world.answerReads()
    assert.equal(world.machine.status().subscriptionCount, 0)
  })
})

describe('delivery', () => {
  it('hands a deposit to who has caught up in the same handle, without a read', () => {
    const { world, alice, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    world.isHolding = true
    world.send(alice, deposit(bobs, testEnvelope(1)))
    const read = world.reads[0]
    assert.ok(read !== undefined && read.keys.length === 1 && read.range === undefined)
    world.answerRead()
    assert.equal(world.reads.length, 0)
    assert.deepEqual(told(bob), [envelopeId(1)])
  })

  it('comes with the rows and the answer of its deposit, as one transaction', () => {
    const { world, alice, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    world.isHolding = true
    world.send(alice, deposit(bobs, testEnvelope(1)))
    const id = world.reads.shift()?.id ?? 0
    const none = { values: [undefined], rows: [], isEnd: true }
    const effects = world.give({ type: 'records', id, ...none })
    const told = effects.map((effect) =>
      effect.type === 'write' ? effect.table : effect.type === 'send' ? effect.connection : ''
    )
    assert.deepEqual(
      told.sort(),
      [alice.id, bob.id, 'envelope', 'envelope-index', 'expiry', 'mailbox', 'relay'].sort()
    )
  })

  it('keeps order where deposits come while older ones are being read', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 3 })
    world.isHolding = true
    world.send(bob, subscribe([bobs]))
    world.answerRead()
    assert.equal(world.reads.length, 1, 'the rows are being read')
    const [rowsRead] = world.reads.splice(0)
    world.send(alice, deposit(bobs, testEnvelope(4)))
    world.answerReads()
    assert.deepEqual(told(bob), [])
    world.reads.push(...(rowsRead === undefined ? [] : [rowsRead]))
    world.answerReads()
    assert.deepEqual(told(bob), ids(1, 4))
  })

  it('goes on after 64 envelopes only when some are acked', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 100 })
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(told(bob), ids(1, UNACKED_ENVELOPES_MAX))
    fill(world, alice, bobs, { first: 101, last: 101 })
    assert.equal(told(bob).length, 64)
    world.ask(bob, ack(bobs, ...Array.from({ length: 64 }, (_, at) => at + 1)))
    assert.deepEqual(told(bob), ids(1, 101))
    assert.equal(world.machine.status().unackedCount, 37)
  })

  it('hands over the 64th and not the 65th as they come', () => {
    const { world, alice, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    bob.takePushes()
    fill(world, alice, bobs, { first: 1, last: 66 })
    assert.deepEqual(told(bob), ids(1, 64))
    world.ask(bob, ack(bobs, ...Array.from({ length: 16 }, (_, at) => at + 1)))
    assert.deepEqual(told(bob), ids(1, 66))
  })

  it('keeps order where too little credit is back for a read, but enough for what comes', () => {
    const { world, alice, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    bob.takePushes()
    fill(world, alice, bobs, { first: 1, last: 66 })
    world.ask(bob, ack(bobs, 1, 2, 3))
    fill(world, alice, bobs, { first: 67, last: 67 })
    assert.deepEqual(told(bob), ids(1, 64))
    world.ask(bob, ack(bobs, ...Array.from({ length: 61 }, (_, at) => at + 4)))
    assert.deepEqual(told(bob), ids(1, 67))
  })

  it('goes on after 1 MiB only when some is acked', () => {
    const { world, alice, bob } = setUp()
    const count = UNACKED_BYTES_MAX / 32_768
    fill(world, alice, bobs, { first: 1, last: count + 1, size: 32_768 })
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(told(bob), ids(1, count))
    world.ask(bob, ack(bobs, ...Array.from({ length: count }, (_, at) => at + 1)))
    assert.deepEqual(told(bob), ids(1, count + 1))
  })

  it('hands over the last that fits in 1 MiB and not the next as they come', () => {
    const { world, alice, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    bob.takePushes()
    const count = UNACKED_BYTES_MAX / 32_768
    fill(world, alice, bobs, { first: 1, last: count + 1, size: 32_768 })
    assert.deepEqual(told(bob), ids(1, count))
  })

  it('never exceeds its credit while several mailboxes are read at once', () => {
    const others = Array.from({ length: 8 }, (_, number) => testMailbox(number + 10))
    const { world, alice, bob } = setUp(...others)
    others.forEach((mailbox, at) => {
      fill(world, alice, mailbox, { first: at * 40, last: at * 40 + 39 })
    })
    world.isHolding = true
    world.send(bob, subscribe(others))
    world.answerRead()
    let acked = 0
    while (acked < 8 * 40) {
      while (world.answerRead()) {
        assert.ok(world.machine.status().unackedCount <= UNACKED_ENVELOPES_MAX)
      }
      const pushes = bob.takePushes().flatMap((push) => (push.type === 'deliver' ? [push] : []))
      assert.ok(pushes.length > 0, 'delivery goes on')
      acked += pushes.length
      for (const { mailboxId, envelope } of pushes) {
        const envelopeIds = [envelope.envelopeId]
        world.send(bob, { type: 'ack', mailboxId, envelopeIds })
      }
    }
    world.answerReads()
    assert.equal(world.machine.status().envelopeCount, 0)
  })

  it('keeps room for what is being read when something comes', () => {
    const [carols, daves] = [testMailbox(2), testMailbox(3)]
    const { world, alice, bob } = setUp(carols, daves)
    fill(world, alice, carols, { first: 1, last: 40 })
    fill(world, alice, daves, { first: 101, last: 140 })
    world.isHolding = true
    world.send(bob, subscribe([carols, daves, bobs]))
    world.answerRead()
    const rowsReads = world.reads.splice(0)
    assert.equal(rowsReads.length, 2, 'all of the credit is spoken for')
    world.send(alice, deposit(bobs, testEnvelope(201)))
    world.answerReads()
    assert.deepEqual(told(bob, bobs), [])
    world.reads.push(...rowsReads)
    world.answerReads()
    assert.equal(world.machine.status().unackedCount, UNACKED_ENVELOPES_MAX)
  })

  it('serves mailboxes in turn', () => {
    const carols = testMailbox(2)
    const { world, alice, bob } = setUp(carols)
    fill(world, alice, bobs, { first: 1, last: 200 })
    fill(world, alice, carols, { first: 1_001, last: 1_003 })
    world.ask(bob, subscribe([bobs, carols]))
    assert.deepEqual(told(bob, carols), ids(1_001, 1_003))
    assert.ok(told(bob, bobs).length > 0)
  })

  it('passes over tombstones, many of them too', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 300 })
    for (let number = 2; number <= 299; number++) {
      world.ask(alice, recall(bobs, number))
      world.nowMs += 20
    }
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(told(bob), [envelopeId(1), envelopeId(300)])
    world.ask(bob, ack(bobs, 1, 300))
    assert.equal(told(bob).at(-1), 'drained')
  })

  it('passes over a row that cannot be read, and says so', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 3 })
    const key = world.rows.all('envelope')[1]?.key ?? ''
    world.rows.apply({ type: 'write', table: 'envelope', key, value: Uint8Array.of(9, 9) })
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(told(bob), [envelopeId(1), envelopeId(3)])
    assert.ok(world.notices.some(({ event }) => event === 'row-corrupt'))
  })
})

describe('takeover', () => {
  it('tells the connection of another instance, which gets nothing more', () => {
    const { world, alice, bob } = setUp()
    world.ask(bob, subscribe([bobs], 1))
    bob.takePushes()
    const copy = world.connect()
    world.ask(copy, subscribe([bobs], 2))
    assert.deepEqual(bob.takePushes(), [{ type: 'superseded', mailboxId: bobs.id }])
    fill(world, alice, bobs, { first: 1, last: 1 })
    assert.deepEqual(told(bob), [])
    assert.deepEqual(told(copy), [envelopeId(1)])
  })

  it('moves to a new connection of the same instance without a word', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 1 })
    world.ask(bob, subscribe([bobs]))
    bob.takePushes()
    const again = world.connect()
    world.ask(again, subscribe([bobs]))
    assert.deepEqual(bob.takePushes(), [])
    assert.deepEqual(told(again), ids(1, 1))
    assert.equal(world.machine.status().unackedCount, 1)
  })

  it('concerns only the mailboxes that are taken over', () => {
    const carols = testMailbox(2)
    const { world, alice, bob } = setUp(carols)
    world.ask(bob, subscribe([bobs, carols], 1))
    world.ask(world.connect(), subscribe([bobs], 2))
    fill(world, alice, carols, { first: 1, last: 1 })
    assert.equal(told(bob).at(-1), envelopeId(1))
  })

  it('gives the credit of what is taken over to the other mailboxes of the connection', () => {
    const carols = testMailbox(2)
    const { world, alice, bob } = setUp(carols)
    fill(world, alice, bobs, { first: 1, last: 64 })
    world.ask(bob, subscribe([bobs], 1))
    fill(world, alice, carols, { first: 100, last: 103 })
    world.ask(bob, subscribe([carols], 1))
    assert.deepEqual(told(bob, carols), [])
    world.ask(world.connect(), subscribe([bobs], 2))
    assert.deepEqual(told(bob, carols), ids(100, 103))
  })

  it('denies acks to who was superseded', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 1 })
    world.ask(bob, subscribe([bobs], 1))
    world.ask(world.connect(), subscribe([bobs], 2))
    assert.deepEqual(world.askPatiently(bob, ack(bobs, 1)), { type: 'refused', reason: 'denied' })
    assert.equal(world.machine.status().envelopeCount, 1)
  })

  it('lets the latest win, back and forth', () => {
    const { world, alice, bob } = setUp()
    const copy = world.connect()
    for (let round = 0; round < 5; round++) {
      world.ask(bob, subscribe([bobs], 1))
      world.ask(copy, subscribe([bobs], 2))
    }
    bob.takePushes()
    copy.takePushes()
    fill(world, alice, bobs, { first: 1, last: 1 })
    assert.deepEqual([told(bob), told(copy)], [[], ids(1, 1)])
  })
})

describe('unsubscribe', () => {
  it('ends delivery, and what was not acked comes again', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 1 })
    world.ask(bob, subscribe([bobs]))
    const answer = world.ask(bob, { type: 'unsubscribe', mailboxIds: [bobs.id] })
    assert.deepEqual(answer, { type: 'unsubscribed' })
    fill(world, alice, bobs, { first: 2, last: 2 })
    assert.deepEqual(told(bob), ids(1, 1))
    bob.takePushes()
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(told(bob), ids(1, 2))
  })

  it('takes ids that are not subscribed to, and of others', () => {
    const { world, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    const mallory = world.connect()
    const mailboxIds = [testMailbox(9).id, bobs.id]
    assert.deepEqual(world.ask(mallory, { type: 'unsubscribe', mailboxIds }), {
      type: 'unsubscribed'
    })
    assert.equal(world.machine.status().subscriptionCount, 1)
  })

  it('gives its credit to others', () => {
    const carols = testMailbox(2)
    const { world, alice, bob } = setUp(carols)
    fill(world, alice, bobs, { first: 1, last: 64 })
    world.ask(bob, subscribe([bobs]))
    fill(world, alice, carols, { first: 100, last: 103 })
    world.ask(bob, subscribe([carols]))
    assert.deepEqual(told(bob, carols), [])
    world.ask(bob, { type: 'unsubscribe', mailboxIds: [bobs.id] })
    assert.deepEqual(told(bob, carols), ids(100, 103))
  })

  it('is harmless while rows are being read', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 2 })
    world.isHolding = true
    world.send(bob, subscribe([bobs]))
    world.answerRead()
    world.send(bob, { type: 'unsubscribe', mailboxIds: [bobs.id] })
    world.answerReads()
    assert.deepEqual(told(bob), [])
    world.isHolding = false
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(told(bob), ids(1, 2))
  })
})

describe('a subscription whose mailbox is destroyed', () => {
  it('gives its credit to the other mailboxes of the connection', () => {
    const carols = testMailbox(2)
    const { world, alice, bob } = setUp(carols)
    fill(world, alice, bobs, { first: 1, last: 64 })
    world.ask(bob, subscribe([bobs]))
    fill(world, alice, carols, { first: 100, last: 103 })
    world.ask(bob, subscribe([carols]))
    assert.deepEqual(told(bob, carols), [])
    world.ask(alice, destroy(bobs))
    assert.deepEqual(told(bob, carols), ids(100, 103))
  })

  it('ends, whoever destroys it', () => {
    const { world, alice, bob } = setUp()
    fill(world, alice, bobs, { first: 1, last: 1 })
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(world.ask(world.connect(), destroy(bobs)), { type: 'destroyed' })
    const status = world.machine.status()
    assert.deepEqual([status.subscriptionCount, status.unackedCount], [0, 0])
    assert.deepEqual(world.askPatiently(bob, ack(bobs, 1)), { type: 'refused', reason: 'denied' })
  })
})
