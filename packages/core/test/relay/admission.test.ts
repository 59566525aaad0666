import assert from 'node:assert/strict'
import { DEFAULT_RELAY_OPTIONS } from '@sealpost/core'
import type { MailboxAnswer } from '@sealpost/protocol'
import { Admission, IDLE_RANGES_MAX } from '../../src/relay/admission.ts'
import { Connection, Subscription } from '../../src/relay/connections.ts'
import { Delivery } from '../../src/relay/delivery.ts'
import { TokenBucket } from '../../src/relay/rates.ts'
import { RelayState } from '../../src/relay/relay-state.ts'
import {
  deposit,
  destroy,
  instance,
  register,
  subscribe,
  testEnvelope,
  testLink,
  testMailbox
} from './cast.ts'
import { type Client, RelayWorld, RITA, SeededRandom } from './relay-world.ts'

const bobs = testMailbox(1)

/** What the parts of a relay share, of a relay that holds nothing. */
function aState(): RelayState {
  return new RelayState(
    { relay: RITA, random: new SeededRandom(1), options: DEFAULT_RELAY_OPTIONS },
    { envelopeCount: 0, envelopeBytes: 0, tombstoneCount: 0, mailboxCount: 0, linkCount: 0 }
  )
}

/** How many objects the machine holds for its clients. */
function held(world: RelayWorld): readonly number[] {
  const { connectionCount, subscriptionCount, unackedCount, readCount } = world.machine.status()
  return [connectionCount, subscriptionCount, unackedCount, readCount]
}

function isCut(client: Client): boolean {
  return client.cutWith !== undefined
}

describe('connections', () => {
  it('are as many as the relay allows and not one more, until one closes', () => {
    const world = new RelayWorld({ connectionsMax: 3, connectionsPerRangeMax: 3 })
    const clients = ['a', 'b', 'c', 'd'].map((range) => world.connect(range))
    assert.deepEqual(clients.map(isCut), [false, false, false, true])
    assert.equal(clients[3]?.cutWith, 'SEALPOST_BUSY')
    const [first] = clients
    assert.ok(first !== undefined)
    world.disconnect(first)
    assert.ok(!isCut(world.connect('e')))
    assert.ok(isCut(world.connect('f')))
  })

  it('are as many from one range as the relay allows and not one more', () => {
    const world = new RelayWorld({ connectionsPerRangeMax: 2 })
    const clients = ['a', 'a', 'a', 'b'].map((range) => world.connect(range))
    assert.deepEqual(clients.map(isCut), [false, false, true, false])
    assert.equal(clients[2]?.cutWith, 'SEALPOST_SLOW_DOWN')
    const [first] = clients
    assert.ok(first !== undefined)
    world.disconnect(first)
    assert.ok(!isCut(world.connect('a')))
  })

  it('that were refused are not listened to', () => {
    const world = new RelayWorld({ connectionsMax: 0 })
    const mallory = world.connect()
    assert.equal(world.ask(mallory, { type: 'info' }), undefined)
    world.disconnect(mallory)
    assert.deepEqual(held(world), [0, 0, 0, 0])
  })

  it('leave nothing when they close, whatever they had begun', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    world.ask(bob, deposit(bobs, testEnvelope(1)))
    world.ask(bob, subscribe([bobs]))
    world.send(bob, destroy(testMailbox(9)))
    world.isHolding = true
    world.send(bob, subscribe([bobs]))
    world.send(bob, deposit(bobs, testEnvelope(2)))
    world.disconnect(bob)
    world.answerReads()
    world.isHolding = false
    world.advance(1_000)
    assert.deepEqual(held(world), [0, 0, 0, 0])
    assert.equal(world.machine.status().envelopeCount, 2)
  })

  it('may open twice, close twice and speak after they closed without harm', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.give({ type: 'opened', connection: bob.id, range: 'elsewhere' })
    world.disconnect(bob)
    world.disconnect(bob)
    world.send(bob, { type: 'info' })
    world.give({ type: 'records', id: 4_711, values: [], rows: [], isEnd: true })
    assert.deepEqual(held(world), [0, 0, 0, 0])
    assert.equal(world.machine.status().rangeCount, 0)
  })
})

describe('requests without an answer', () => {
  it('are as many as the relay allows; one more ends the connection', () => {
    const world = new RelayWorld({ requestsUnansweredMax: 10 })
    const bob = world.connect()
    world.ask(bob, register(bobs))
    world.isHolding = true
    for (let number = 1; number <= 10; number++) {
      world.send(bob, deposit(bobs, testEnvelope(number)))
    }
    assert.ok(!isCut(bob))
    world.send(bob, deposit(bobs, testEnvelope(11)))
    assert.equal(bob.cutWith, 'SEALPOST_FLOODED')
    world.answerReads()
    assert.deepEqual(held(world), [0, 0, 0, 0])
    assert.equal(world.machine.status().envelopeCount, 10, 'what was asked in time is done')
  })

  it('count while their denial is on its way', () => {
    const world = new RelayWorld({ requestsUnansweredMax: 10 })
    const mallory = world.connect()
    for (let number = 1; number <= 11; number++) {
      world.send(mallory, destroy(bobs))
    }
    assert.equal(mallory.cutWith, 'SEALPOST_FLOODED')
    world.advance(100)
    assert.equal(mallory.frames.length, 0)
  })

  it('do not count once answered', () => {
    const world = new RelayWorld({ requestsUnansweredMax: 1 })
    const bob = world.connect()
    for (let number = 1; number <= 100; number++) {
      assert.equal(world.ask(bob, { type: 'info' })?.type, 'info')
    }
  })
})

describe('other requests', () => {
  it('are bounded by a rate for each connection', () => {
    const world = new RelayWorld({ requestsPerSecond: 10, requestBurst: 5 })
    const bob = world.connect()
    const answers = Array.from({ length: 6 }, () => world.ask(bob, { type: 'info' })?.type)
    assert.deepEqual(answers, ['info', 'info', 'info', 'info', 'info', 'refused'])
    assert.deepEqual(world.ask(bob, { type: 'info' }), {
      type: 'refused',
      reason: 'slow-down',
      retryAfterMs: 100
    })
    world.nowMs += 100
    assert.equal(world.ask(bob, { type: 'info' })?.type, 'info')
  })

  it('cost by what they read and write', () => {
    const mailboxes = Array.from({ length: 64 }, (_, number) => testMailbox(number))
    const claimables = Array.from({ length: 4 }, () => ({
      blob: new Uint8Array(4_096),
      expiresAtMs: Number.MAX_SAFE_INTEGER,
      isFallback: false
    }))
    const { id: linkId, ownerToken } = testLink(1)
    const put = {
      type: 'put-claimables',
      linkId,
      ownerToken,
      claimables,
      replaceAll: true
    } as const
    for (const request of [subscribe(mailboxes), register(...mailboxes), put]) {
      const world = new RelayWorld({ requestsPerSecond: 1, requestBurst: 10 })
      const mallory = world.connect()
      world.askPatiently(mallory, request)
      world.askPatiently(mallory, request)
      assert.deepEqual(world.ask(mallory, { type: 'info' })?.type, 'refused', request.type)
    }
  })

  it('are refused where too many wait for the disk, deposits too', () => {
    const world = new RelayWorld({ pendingReadsMax: 2 })
    const bob = world.connect()
    world.isHolding = true
    world.send(bob, destroy(bobs))
    world.send(bob, destroy(bobs))
    const busy = { type: 'refused', reason: 'busy', retryAfterMs: 1_000 }
    assert.deepEqual(world.ask(bob, destroy(bobs)), busy)
    assert.deepEqual(world.ask(bob, deposit(bobs, testEnvelope(1))), busy)
    world.answerReads()
    world.isHolding = false
    assert.equal(world.askPatiently(bob, destroy(bobs))?.type, 'refused')
  })

  it('of a later version are refused as such', () => {
    const world = new RelayWorld()
    assert.deepEqual(world.ask(world.connect(), { type: 'unknown' }), {
      type: 'refused',
      reason: 'unsupported-version'
    })
  })
})

describe('subscriptions', () => {
  const many = Array.from({ length: 5 }, (_, number) => testMailbox(number))

  it('are bounded for a connection', () => {
    const world = new RelayWorld({ subscriptionsPerConnectionMax: 4 })
    const bob = world.connect()
    world.ask(bob, register(...many))
    assert.deepEqual(world.ask(bob, subscribe(many)), {
      type: 'subscribed',
      outcomes: ['empty', 'empty', 'empty', 'empty', 'busy']
    })
    assert.deepEqual(world.ask(bob, subscribe(many.slice(0, 4))), {
      type: 'subscribed',
      outcomes: ['empty', 'empty', 'empty', 'empty']
    })
    world.ask(bob, { type: 'unsubscribe', mailboxIds: [testMailbox(0).id] })
    assert.deepEqual(world.ask(bob, subscribe(many.slice(4))), {
      type: 'subscribed',
      outcomes: ['empty']
    })
  })

  it('are bounded for the relay, and a takeover is always possible', () => {
    const world = new RelayWorld({ subscriptionsMax: 4 })
    const bob = world.connect()
    world.ask(bob, register(...many))
    world.ask(bob, subscribe(many.slice(0, 4)))
    const other = world.connect()
    assert.deepEqual(world.ask(other, subscribe(many, 2)), {
      type: 'subscribed',
      outcomes: ['empty', 'empty', 'empty', 'empty', 'busy']
    })
  })

  it('that come and go without end take no more memory than those that stay', () => {
    const state = aState()
    const delivery = new Delivery(state)
    const registrations = new TokenBucket()
    const range = { name: '', connectionCount: 1, registrations, knocks: new TokenBucket() }
    const mallory = new Connection(1, range, 0)
    // Without credit nothing leaves the line by its turn.
    mallory.unackedCount = 64
    const held = { cursor: 0, endSequence: 5, backlog: 5 }
    for (let round = 0; round < 10_000; round++) {
      const subscription = new Subscription(mallory, bobs.id, instance(1), held)
      mallory.subscriptions.set(bobs.id, subscription)
      delivery.start(subscription)
      delivery.end(subscription)
      assert.ok(mallory.line.length <= 66, String(mallory.line.length))
    }
  })
})

function isRefused(answer: MailboxAnswer | undefined, reason: string): boolean {
  return answer?.type === 'refused' && answer.reason === reason
}

describe('options', () => {
  it('hold from the next request on', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    const options = { ...world.options, operator: 'rita', workBits: 21, depositsPerSecond: 7 }
    world.give({ type: 'options', options })
    const answer = world.ask(bob, { type: 'info' })
    assert.ok(answer?.type === 'info')
    const { operator, workBits, limits } = answer.info
    assert.deepEqual([operator, workBits, limits.depositsPerSecond], ['rita', 21, 7])
  })

  it('that shrink the memory for summaries do so at once', () => {
    const world = new RelayWorld({ mailboxCacheSize: 2_000 })
    for (let first = 0; first < 1_920; first += 64) {
      const some = Array.from({ length: 64 }, (_, at) => testMailbox(first + at))
      world.ask(world.connect(String(first)), register(...some))
    }
    assert.equal(world.machine.status().cachedMailboxCount, 1_920)
    world.give({ type: 'options', options: { ...world.options, mailboxCacheSize: 1 } })
    assert.equal(world.machine.status().cachedMailboxCount, 1_024)
  })
})

describe('a flood', () => {
  it('of connections, guesses and registrations leaves nothing behind', () => {
    const world = new RelayWorld({ registrationsPerHourPerRange: 10 })
    for (let round = 0; round < 300; round++) {
      const mallory = world.connect(`range ${String(round)}`)
      const mailboxes = Array.from({ length: 20 }, (_, at) => testMailbox(1_000 + round * 20 + at))
      world.send(mallory, register(...mailboxes))
      world.send(mallory, destroy(bobs))
      world.send(mallory, subscribe([bobs]))
      world.disconnect(mallory)
    }
    world.advance(1_000)
    assert.deepEqual(held(world), [0, 0, 0, 0])
    assert.equal(world.machine.status().mailboxCount, 3_000)
    assert.ok(world.machine.status().cachedMailboxCount <= 16_384)
  })

  it('of ranges is forgotten, but for those that registered within the hour', () => {
    const world = new RelayWorld()
    const settled = world.connect('settled')
    world.ask(settled, register(bobs))
    world.disconnect(settled)
    for (let round = 0; round < 1_000; round++) {
      world.disconnect(world.connect(`range ${String(round)}`))
    }
    assert.equal(world.machine.status().rangeCount, 1)
    world.advance(3_600_000)
    world.disconnect(world.connect('settled'))
    assert.equal(world.machine.status().rangeCount, 0)
  })

  it('of ranges that register is remembered up to a bound, the latest', () => {
    const state = aState()
    const admission = new Admission(state)
    for (let round = 0; round <= IDLE_RANGES_MAX; round++) {
      const mallory = admission.open(round, `range ${String(round)}`)
      assert.ok(mallory !== undefined)
      assert.ok(admission.takeRegistration(mallory))
      admission.close(mallory)
      assert.equal(admission.rangeCount, Math.min(round + 1, IDLE_RANGES_MAX))
    }
  })

  it('of a request box holds before anything is looked at that costs', () => {
    const box = testMailbox(1, 'request')
    const world = new RelayWorld({ knocksPerMinutePerRange: 1 })
    world.ask(world.connect(), register(box))
    const mallory = world.connect()
    const knock = (fill: number): MailboxAnswer | undefined =>
      world.ask(mallory, deposit(box, testEnvelope(fill, 8_192)))
    world.give({ type: 'options', options: { ...world.options, workBits: 32 } })
    // What is refused for want of work is not counted.
    for (let fill = 0; fill < 3; fill++) {
      assert.ok(isRefused(knock(fill), 'needs-work'))
    }
    world.give({ type: 'options', options: { ...world.options, workBits: 0 } })
    assert.equal(knock(3)?.type, 'deposited')
    world.give({ type: 'options', options: { ...world.options, workBits: 32 } })
    assert.ok(isRefused(knock(4), 'slow-down'))
    world.advance(60_000)
    assert.ok(isRefused(knock(5), 'needs-work'))
  })

  it('of a request box from one range of addresses leaves room for others', () => {
    const world = new RelayWorld({ knocksPerMinutePerRange: 5 })
    const [box, other] = [testMailbox(2, 'request'), testMailbox(3, 'request')]
    world.ask(world.connect(), register(bobs, box, other))
    const knock = (range: string, number: number, where = box): unknown => {
      const mallory = world.connect(range)
      const answer = world.ask(mallory, deposit(where, testEnvelope(number, 8_192)))
      world.disconnect(mallory)
      return answer
    }
    const slowDown = { type: 'refused', reason: 'slow-down', retryAfterMs: 12_000 }
    const stored = { type: 'deposited', outcome: 'stored' }
    const first = [1, 2, 3, 4, 5].map((number) => knock('mallory', number))
    assert.deepEqual(first, [stored, stored, stored, stored, stored])
    assert.deepEqual(knock('mallory', 6), slowDown, 'on whatever connection')
    assert.deepEqual(knock('mallory', 6, other), slowDown, 'at whatever box')
    assert.deepEqual(knock('mallory', 1), stored, 'what is there already counts for nothing')
    assert.deepEqual(knock('bob', 7), stored)
    const contact = world.ask(world.connect('mallory'), deposit(bobs, testEnvelope(8)))
    assert.deepEqual(contact, stored, 'contacts are no strangers')
    world.advance(11_999)
    assert.deepEqual(knock('mallory', 6), { ...slowDown, retryAfterMs: 1 })
    world.advance(1)
    assert.deepEqual(knock('mallory', 6), stored)
  })

  it('of a request box leaves a contact mailbox as it was', () => {
    const world = new RelayWorld()
    const box = testMailbox(2, 'request')
    const bob = world.connect()
    world.ask(bob, register(bobs, box))
    for (let round = 0; round < 11; round++) {
      const mallory = world.connect(`range ${String(round)}`)
      for (let number = 0; number < 60; number++) {
        world.send(mallory, deposit(box, testEnvelope(round * 60 + number, 8_192)))
      }
    }
    assert.equal(world.machine.status().envelopeCount, 64)
    const answer = world.ask(world.connect(), deposit(bobs, testEnvelope(1)))
    assert.deepEqual(answer, { type: 'deposited', outcome: 'stored' })
  })
})
