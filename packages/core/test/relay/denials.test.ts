import assert from 'node:assert/strict'
import type { MailboxRequest } from '@sealpost/protocol'
import {
  ack,
  claimId,
  deposit,
  destroy,
  recall,
  register,
  subscribe,
  testEnvelope,
  testLink,
  testMailbox
} from './cast.ts'
import { type Client, RelayWorld } from './relay-world.ts'

const bobs = testMailbox(1)
const carols = testMailbox(2)
const unknown = testMailbox(99)
const link = testLink(1)
const noToken = new Uint8Array(32)

/** A relay that holds bob's and carol's mailboxes, an envelope in each, and a link. */
function setUp(): RelayWorld {
  const world = new RelayWorld()
  const bob = world.connect()
  world.ask(bob, register(bobs, carols))
  world.ask(bob, deposit(bobs, testEnvelope(1)))
  world.ask(bob, deposit(carols, testEnvelope(2)))
  world.ask(bob, {
    type: 'register',
    registrations: [{ type: 'link', linkId: link.id, claimHash: noToken, ownerHash: noToken }],
    work: undefined
  })
  return world
}

/** What mallory may try, by verb: each way must look like every other of the same verb. */
const FORGERIES: Readonly<Record<string, readonly MailboxRequest[]>> = {
  deposit: [
    deposit(unknown, testEnvelope(3)),
    deposit(bobs, testEnvelope(3), { depositToken: noToken }),
    deposit(bobs, testEnvelope(1), { depositToken: noToken }),
    deposit(bobs, testEnvelope(3), { depositToken: carols.depositToken }),
    deposit(bobs, testEnvelope(3), { depositToken: bobs.fetchToken }),
    deposit(bobs, testEnvelope(3), { depositToken: noToken, isLive: true }),
    deposit(unknown, testEnvelope(3), { isLive: true })
  ],
  subscribe: [
    subscribe([unknown]),
    subscribe([{ ...bobs, fetchToken: noToken }]),
    subscribe([{ ...bobs, fetchToken: carols.fetchToken }]),
    subscribe([{ ...bobs, fetchToken: bobs.depositToken }])
  ],
  ack: [ack(unknown, 1), ack(bobs, 1), ack(carols, 1)],
  recall: [
    recall(unknown, 1),
    recall(bobs, 3),
    recall(bobs, 2),
    { ...recall(bobs, 1), recallToken: noToken } as MailboxRequest,
    { ...recall(bobs, 1), recallToken: bobs.fetchToken } as MailboxRequest
  ],
  destroy: [
    destroy(unknown),
    destroy({ ...bobs, fetchToken: noToken }),
    destroy({ ...bobs, fetchToken: bobs.depositToken })
  ],
  'put-claimables': [testLink(9), link].map(({ id }) => ({
    type: 'put-claimables',
    linkId: id,
    ownerToken: claimId(1),
    claimables: [],
    replaceAll: true
  })),
  'count-claimables': [testLink(9), link].map(({ id }) => ({
    type: 'count-claimables',
    linkId: id,
    ownerToken: claimId(1)
  })),
  claim: [testLink(9), link].map(({ id }) => ({
    type: 'claim',
    linkId: id,
    claimToken: claimId(1),
    claimId: claimId(2),
    work: undefined
  })),
  register: [
    { ...register(bobs), registrations: [{ ...bobs.registration, isQuiet: true }] },
    { ...register(bobs), registrations: [{ ...bobs.registration, kind: 'group' }] },
    { ...register(bobs), registrations: [{ ...bobs.registration, fetchHash: noToken }] },
    { ...register(bobs), registrations: [{ ...bobs.registration, depositHash: noToken }] }
  ] as readonly MailboxRequest[]
}

/** All that mallory hears of one request, with the times. */
function heard(world: RelayWorld, mallory: Client, request: MailboxRequest): unknown {
  const sentAtMs = world.nowMs
  world.give({
    type: 'frame',
    connection: mallory.id,
    frame: { type: 'request', number: 5, request }
  })
  world.advance(100)
  return mallory.frames.map(({ atMs, frame }) => ({ afterMs: atMs - sentAtMs, frame }))
}

describe('denials', () => {
  for (const [verb, requests] of Object.entries(FORGERIES)) {
    it(`of ${verb} are the same answer at the same time, whatever was wrong`, () => {
      const all = requests.map((request) => {
        const world = setUp()
        return heard(world, world.connect(), request)
      })
      for (const one of all) {
        assert.deepEqual(one, all[0])
      }
      assert.equal(JSON.stringify(all[0]).includes('"afterMs":25'), true)
    })

    it(`of ${verb} leave no trace`, () => {
      for (const request of requests) {
        const world = setUp()
        const before = JSON.stringify(world.rows.everything())
        heard(world, world.connect(), request)
        assert.equal(JSON.stringify(world.rows.everything()), before)
      }
    })
  }

  it('come 25 ms after arrival, not a millisecond before', () => {
    const world = setUp()
    const mallory = world.connect()
    const number = world.send(mallory, deposit(unknown, testEnvelope(1)))
    assert.equal(world.machine.deadlineMs(), world.nowMs + 25)
    world.advance(24)
    assert.equal(mallory.answerTo(number), undefined)
    world.advance(1)
    assert.deepEqual(mallory.answerTo(number), { type: 'refused', reason: 'denied' })
  })

  it('come 25 ms after arrival even where the rows took some of it, and at once where they took all', () => {
    for (const [readMs, answeredMs] of [
      [10, 25],
      [40, 40]
    ] as const) {
      const world = setUp()
      const mallory = world.connect()
      world.isHolding = true
      const sentAtMs = world.nowMs
      world.send(mallory, deposit(unknown, testEnvelope(1)))
      world.nowMs += readMs
      world.isHolding = false
      world.answerReads()
      world.advance(100)
      assert.equal((mallory.frames[0]?.atMs ?? 0) - sentAtMs, answeredMs)
    }
  })

  it('become slow-down beyond 30 a minute, until the minute is over', () => {
    const world = setUp()
    const mallory = world.connect()
    for (let i = 0; i < 30; i++) {
      const answer = world.askPatiently(mallory, deposit(unknown, testEnvelope(1)))
      assert.deepEqual(answer, { type: 'refused', reason: 'denied' })
    }
    const answer = world.askPatiently(mallory, deposit(unknown, testEnvelope(1)))
    assert.deepEqual(answer, {
      type: 'refused',
      reason: 'slow-down',
      retryAfterMs: 60_000 - 30 * 25
    })
    assert.equal(world.ask(mallory, deposit(bobs, testEnvelope(9)))?.type, 'deposited')
    world.advance(60_000 - 31 * 25)
    assert.deepEqual(world.askPatiently(mallory, deposit(unknown, testEnvelope(1))), {
      type: 'refused',
      reason: 'denied'
    })
  })

  it('of one connection do not count for another', () => {
    const world = setUp()
    const mallory = world.connect()
    for (let i = 0; i < 31; i++) {
      world.askPatiently(mallory, deposit(unknown, testEnvelope(1)))
    }
    assert.deepEqual(world.askPatiently(world.connect(), destroy(unknown)), {
      type: 'refused',
      reason: 'denied'
    })
  })

  it('of a part do not undo the rest, however many there were', () => {
    const world = setUp()
    const mallory = world.connect()
    for (let i = 0; i < 31; i++) {
      world.askPatiently(mallory, destroy(unknown))
    }
    const number = world.send(mallory, subscribe([bobs, unknown]))
    assert.equal(mallory.pushes().length, 0, 'nothing is delivered before the answer')
    world.advance(25)
    assert.deepEqual(mallory.answerTo(number), { type: 'subscribed', outcomes: ['done', 'denied'] })
    assert.deepEqual(
      mallory.frames.slice(-2).map(({ frame }) => frame.type),
      ['answer', 'push']
    )
  })

  it('of a part hold back what comes until the answer, and lose none of it', () => {
    const world = setUp()
    const bob = world.connect()
    const other = testMailbox(3)
    world.ask(bob, register(other))
    const before = bob.frames.length
    world.send(bob, subscribe([other, unknown]))
    world.ask(world.connect(), deposit(other, testEnvelope(7)))
    assert.equal(bob.frames.length, before)
    world.advance(25)
    assert.deepEqual(
      bob.frames
        .slice(before)
        .map(({ frame }) => (frame.type === 'push' ? frame.push.type : frame.type)),
      ['answer', 'deliver']
    )
  })

  it('are forgotten with their connection', () => {
    const world = setUp()
    const mallory = world.connect()
    world.send(mallory, destroy(unknown))
    world.disconnect(mallory)
    world.advance(1_000)
    assert.equal(mallory.frames.length, 0)
  })

  it('are not told apart by what the machine reports', () => {
    const world = setUp()
    const mallory = world.connect()
    world.askPatiently(mallory, deposit(unknown, testEnvelope(1)))
    world.askPatiently(mallory, deposit(bobs, testEnvelope(1), { depositToken: noToken }))
    const refusals = world.notices.filter(({ event }) => event === 'refused')
    assert.deepEqual(refusals[0], refusals[1])
    assert.equal(refusals.length, 2)
  })
})
