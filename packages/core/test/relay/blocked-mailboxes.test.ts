import assert from 'node:assert/strict'
import { blockedMailboxHash } from '@sealpost/core'
import { mailboxIds, type MailboxRequest } from '@sealpost/protocol'
import {
  deposit,
  destroy,
  envelopeId,
  recall,
  register,
  subscribe,
  testEnvelope,
  testMailbox
} from './cast.ts'
import { RelayWorld, START_MS } from './relay-world.ts'

const bobs = testMailbox(1)
const carols = testMailbox(2)
const unknown = testMailbox(99)
const BLOCKED = { type: 'blocks', mailboxes: new Set([blockedMailboxHash(bobs.id)]) } as const
const NOTHING_BLOCKED = { type: 'blocks', mailboxes: new Set<string>() } as const

/** A relay that holds bob's and carol's mailboxes, and an envelope in each. */
function setUp(): RelayWorld {
  const world = new RelayWorld()
  const bob = world.connect()
  world.ask(bob, register(bobs, carols))
  world.ask(bob, deposit(bobs, testEnvelope(1)))
  world.ask(bob, deposit(carols, testEnvelope(2)))
  world.disconnect(bob)
  return world
}

function blockedCount(world: RelayWorld): number {
  return world.notices.filter(({ event }) => event === 'blocked').length
}

describe('a mailbox that is blocked', () => {
  const pairs: readonly (readonly [verb: string, MailboxRequest, MailboxRequest])[] = [
    ['deposit', deposit(bobs, testEnvelope(3)), deposit(unknown, testEnvelope(3))],
    [
      'live deposit',
      deposit(bobs, testEnvelope(3), { isLive: true }),
      deposit(unknown, testEnvelope(3), { isLive: true })
    ],
    ['known deposit', deposit(bobs, testEnvelope(1)), deposit(unknown, testEnvelope(1))],
    ['subscribe', subscribe([bobs]), subscribe([unknown])]
  ]
  for (const [verb, toBlocked, toUnknown] of pairs) {
    it(`looks to a ${verb} as one that there is not, at the same time`, () => {
      const heard = [toBlocked, toUnknown].map((request) => {
        const world = setUp()
        world.give(BLOCKED)
        const alice = world.connect()
        world.send(alice, request)
        world.advance(100)
        assert.equal(blockedCount(world), request === toBlocked ? 1 : 0)
        return alice.frames.map(({ atMs, frame }) => ({ afterMs: atMs - START_MS, frame }))
      })
      assert.deepEqual(heard[0], heard[1])
      assert.ok(JSON.stringify(heard[0]).includes('denied'))
    })
  }

  it('is denied whoever registers it, as one that has other tokens', () => {
    const world = setUp()
    world.give(BLOCKED)
    const answer = world.askPatiently(world.connect(), register(bobs, carols, testMailbox(3)))
    assert.deepEqual(answer, { type: 'registered', outcomes: ['denied', 'done', 'done'] })
  })

  it('is not counted for who has a wrong token, so that guesses raise no figure', () => {
    const world = setUp()
    world.give(BLOCKED)
    const mallory = world.connect()
    const { depositToken, fetchToken } = unknown
    world.askPatiently(mallory, deposit({ ...bobs, depositToken }, testEnvelope(3)))
    world.askPatiently(mallory, subscribe([{ ...bobs, fetchToken }]))
    assert.equal(blockedCount(world), 0)
  })

  it('can be emptied by its owner and by who wrote', () => {
    const world = setUp()
    world.give(BLOCKED)
    const bob = world.connect()
    assert.equal(world.askPatiently(bob, recall(bobs, 1))?.type, 'recalled')
    assert.equal(world.askPatiently(bob, destroy(bobs))?.type, 'destroyed')
    const again = world.askPatiently(bob, register(bobs))
    assert.deepEqual(again, { type: 'registered', outcomes: ['denied'] })
  })

  it('is delivered to nobody from the moment it is, and others are', () => {
    const world = setUp()
    const bob = world.connect()
    const carol = world.connect()
    world.ask(bob, subscribe([bobs]))
    world.ask(carol, subscribe([carols]))
    world.give({ ...BLOCKED, mailboxId: bobs.id })
    assert.equal(bob.cutWith, 'SEALPOST_BUSY')
    assert.equal(carol.cutWith, undefined)
    assert.equal(world.machine.status().subscriptionCount, 1)
    assert.equal(world.ask(carol, deposit(carols, testEnvelope(4)))?.type, 'deposited')
  })

  it('loses nothing: what it held and what was not acknowledged comes once that is over', () => {
    const world = setUp()
    const bob = world.connect()
    world.ask(bob, subscribe([bobs]))
    world.give({ ...BLOCKED, mailboxId: bobs.id })
    world.give(NOTHING_BLOCKED)
    const again = world.connect()
    world.ask(again, subscribe([bobs]))
    const delivered = again.frames.flatMap(({ frame }) =>
      frame.type === 'push' && frame.push.type === 'deliver' ? [frame.push.envelope.envelopeId] : []
    )
    assert.deepEqual(delivered, [envelopeId(1)])
    assert.equal(world.ask(again, deposit(bobs, testEnvelope(6)))?.type, 'deposited')
  })

  it('has a hash of its own, which is the same everywhere', () => {
    const zeros = mailboxIds.fromBytes(new Uint8Array(32))
    assert.equal(
      blockedMailboxHash(zeros),
      'e3c5bcfc1f94fdb98c2a104b3b187eacef02f6874f11bb0601e7dc780a807b35'
    )
    assert.notEqual(blockedMailboxHash(bobs.id), blockedMailboxHash(carols.id))
  })
})
