import assert from 'node:assert/strict'
import type { RelayEffect } from '@sealpost/core'
import { type EnvelopeId, envelopeIds, type MailboxId, mailboxIds } from '@sealpost/protocol'
import { KnownEnvelopes } from '../../src/relay/known-envelopes.ts'
import { deposit, register, testEnvelope, testMailbox } from './cast.ts'
import { type Client, RelayWorld } from './relay-world.ts'

const STORED = { type: 'deposited', outcome: 'stored' }

function mailboxOf(number: number): MailboxId {
  return mailboxIds.fromBytes(new Uint8Array(32).fill(number))
}

function envelopeOf(number: number): EnvelopeId {
  return envelopeIds.fromBytes(new Uint8Array(16).fill(number))
}

describe('known envelopes', () => {
  it('say of no mailbox that an id is new before it was seen from its first envelope on', () => {
    const known = new KnownEnvelopes()
    assert.equal(known.isNew(mailboxOf(1), envelopeOf(1)), false)
    known.add(mailboxOf(1), envelopeOf(1))
    assert.equal(known.isNew(mailboxOf(1), envelopeOf(2)), false)
    known.begin(mailboxOf(1), envelopeOf(1))
    assert.equal(known.isNew(mailboxOf(1), envelopeOf(1)), false)
    assert.equal(known.isNew(mailboxOf(1), envelopeOf(2)), true)
    assert.equal(known.isNew(mailboxOf(2), envelopeOf(2)), false)
  })

  it('forget the mailbox that was begun first when one id too many is in memory', () => {
    const known = new KnownEnvelopes(3)
    known.begin(mailboxOf(1), envelopeOf(1))
    known.begin(mailboxOf(2), envelopeOf(1))
    known.add(mailboxOf(2), envelopeOf(2))
    assert.equal(known.idCount, 3)
    assert.equal(known.isNew(mailboxOf(1), envelopeOf(9)), true)
    known.add(mailboxOf(2), envelopeOf(3))
    assert.equal(known.idCount, 3)
    assert.equal(known.isNew(mailboxOf(1), envelopeOf(9)), false)
    assert.equal(known.isNew(mailboxOf(2), envelopeOf(9)), true)
  })
})

describe('a deposit whose id is certainly new', () => {
  /** What a deposit asks for at once. */
  function effectsOf(world: RelayWorld, client: Client, number: number): readonly RelayEffect[] {
    const request = deposit(bobs, testEnvelope(number))
    const frame = { type: 'request', number, request } as const
    return world.give({ type: 'frame', connection: client.id, frame })
  }

  const bobs = testMailbox(1)

  it('reads nothing, and one that comes again is looked up and stored once', () => {
    const world = new RelayWorld()
    const alice = world.connect()
    world.ask(world.connect(), register(bobs))
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(1))), STORED)
    const fresh = effectsOf(world, alice, 2)
    assert.ok(fresh.some(({ type }) => type === 'write'))
    assert.ok(fresh.every(({ type }) => type !== 'read'))
    const again = effectsOf(world, alice, 2)
    assert.deepEqual(
      again.map(({ type }) => type),
      ['read']
    )
    world.answerReads()
    assert.equal(world.machine.status().envelopeCount, 2)
  })

  it('is looked up again after a restart', () => {
    const world = new RelayWorld()
    world.ask(world.connect(), register(bobs))
    world.ask(world.connect(), deposit(bobs, testEnvelope(1)))
    world.crash()
    const alice = world.connect()
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(1))), STORED)
    assert.equal(world.machine.status().envelopeCount, 1)
  })

  it('waits behind one of its mailbox that is being looked up, so that envelopes keep their order', () => {
    const world = new RelayWorld()
    const alice = world.connect()
    world.ask(world.connect(), register(bobs))
    world.ask(alice, deposit(bobs, testEnvelope(1)))
    world.isHolding = true
    effectsOf(world, alice, 1)
    assert.deepEqual(
      effectsOf(world, alice, 2).map(({ type }) => type),
      ['read']
    )
    world.answerReads()
    assert.equal(world.machine.status().envelopeCount, 2)
  })
})
