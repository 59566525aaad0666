import assert from 'node:assert/strict'
import { LOAD_STEPS, type LoadStep } from '@sealpost/core'
import type { Capacity } from '@sealpost/protocol'
import { toldCapacity } from '../../src/relay/load.ts'
import { ack, deposit, recall, register, subscribe, testEnvelope, testMailbox } from './cast.ts'
import { RelayWorld } from './relay-world.ts'

const bobs = testMailbox(1)
const box = testMailbox(2, 'request')
const BUSY = { type: 'refused', reason: 'busy', retryAfterMs: 30_000 }
const STORED = { type: 'deposited', outcome: 'stored' }

/** What each step lets in: a stranger's mailbox, one of a person who is there, a request, a contact's envelope. */
const LETS_IN: Readonly<Record<LoadStep, readonly [boolean, boolean, boolean, boolean]>> = {
  normal: [true, true, true, true],
  'no-new-mailboxes': [false, true, true, true],
  'no-requests': [false, true, false, true],
  'read-only': [false, false, false, false]
}

describe('a relay with too much to do', () => {
  for (const step of LOAD_STEPS) {
    it(`lets in what ${step} says, and always delivers, acks and recalls`, () => {
      const world = new RelayWorld()
      const bob = world.connect()
      world.ask(bob, register(bobs, box))
      world.ask(bob, deposit(bobs, testEnvelope(1)))
      world.ask(bob, deposit(bobs, testEnvelope(2)))
      world.give({ type: 'load', step })
      assert.equal(world.machine.status().load, step)
      world.ask(bob, subscribe([bobs]))
      assert.equal(bob.pushes().length, 2)
      assert.deepEqual(world.ask(bob, ack(bobs, 1)), { type: 'acked' })
      assert.equal(world.ask(world.connect(), recall(bobs, 2))?.type, 'recalled')
      const outcome = (isIn: boolean): object => {
        return { type: 'registered', outcomes: [isIn ? 'done' : 'busy'] }
      }
      const [stranger, ours, request, contact] = LETS_IN[step]
      assert.deepEqual(world.ask(world.connect(), register(testMailbox(3))), outcome(stranger))
      assert.deepEqual(world.ask(bob, register(testMailbox(4))), outcome(ours))
      const knock = world.ask(world.connect(), deposit(box, testEnvelope(5, 8_192)))
      assert.deepEqual(knock, request ? STORED : BUSY)
      const sent = world.ask(world.connect(), deposit(bobs, testEnvelope(6)))
      assert.deepEqual(sent, contact ? STORED : BUSY)
      world.give({ type: 'load', step: 'normal' })
      assert.deepEqual(world.ask(world.connect(), register(testMailbox(7))), outcome(true))
      assert.deepEqual(world.ask(world.connect(), deposit(box, testEnvelope(8, 8_192))), STORED)
    })
  }

  it('says no more about a box to who has no token for it', () => {
    const world = new RelayWorld()
    world.ask(world.connect(), register(box))
    world.give({ type: 'load', step: 'no-requests' })
    const wrong = { ...deposit(box, testEnvelope(1, 8_192)), depositToken: new Uint8Array(32) }
    const asked = world.connect()
    world.ask(asked, wrong)
    world.advance(25)
    assert.notDeepEqual(world.ask(asked, wrong), BUSY)
  })

  it('tells clients the worse of what its disk and its load allow', () => {
    const told = LOAD_STEPS.map((load) =>
      (['open', 'no-new-mailboxes', 'busy', 'read-only'] as const).map((capacity) =>
        toldCapacity(capacity, load)
      )
    )
    const expected: readonly (readonly Capacity[])[] = [
      ['open', 'no-new-mailboxes', 'busy', 'read-only'],
      ['no-new-mailboxes', 'no-new-mailboxes', 'busy', 'read-only'],
      ['no-new-mailboxes', 'no-new-mailboxes', 'busy', 'read-only'],
      ['busy', 'busy', 'busy', 'read-only']
    ]
    assert.deepEqual(told, expected)
  })
})
