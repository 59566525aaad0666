import assert from 'node:assert/strict'
import { NULL_CIPHERS } from '../../src/cipher/null-cipher.ts'
import type { DirectReach } from '../../src/nodes/direct-exchange.ts'
import { OBJECT_CARRIER, WIRE_CARRIER } from '../../src/nodes/frame-carrier.ts'
import { SmallWorld } from './small-world.ts'

const PUBLIC: DirectReach = { isPublic: () => true, punchedAtTry: () => undefined }
const RELAY_COUNT = 3

/** Two who say something to each other, and so come to a path where there is one. */
function acquainted(direct: DirectReach, carrier = OBJECT_CARRIER): SmallWorld {
  const small = new SmallWorld(1, 2, carrier, NULL_CIPHERS, { direct })
  small.say(0, 1, 'where are you')
  small.pass(5)
  small.say(1, 0, 'here')
  small.pass(60)
  return small
}

/** Deposits that a text leads to, receipt and all: at relays, and on direct streams. */
function depositsOf(small: SmallWorld, text: string): readonly [relays: number, direct: number] {
  const before = { ...small.deposits }
  small.say(0, 1, text)
  small.pass(20)
  assert.equal(small.received[1]?.at(-1), text)
  return [small.deposits.relay - before.relay, small.deposits.direct - before.direct]
}

describe('clients with ways to each other', () => {
  it('let texts pass without a deposit at a relay, where both can be dialled and are online', () => {
    const small = acquainted(PUBLIC)
    const [relays, direct] = depositsOf(small, 'no relay sees this')
    assert.equal(relays, 0)
    assert.ok(direct >= 2)
  })

  it('let relays have everything where no NAT lets anything through', () => {
    const small = acquainted({ isPublic: () => false, punchedAtTry: () => undefined })
    assert.ok(small.clientsSaid.has('offer-path'))
    const [relays, direct] = depositsOf(small, 'as ever')
    assert.ok(relays >= RELAY_COUNT)
    assert.equal(direct, 0)
  })

  it('dial whoever can be dialled, from behind any NAT', () => {
    const small = acquainted({
      isPublic: (node) => node === RELAY_COUNT,
      punchedAtTry: () => undefined
    })
    assert.ok(!small.clientsSaid.has('offer-path'))
    assert.equal(depositsOf(small, 'through one NAT')[0], 0)
  })

  it('come through two NATs by an offer, at once or at the second try', () => {
    for (const tries of [1, 2] as const) {
      const small = acquainted({ isPublic: () => false, punchedAtTry: () => tries })
      assert.equal(depositsOf(small, 'through two NATs')[0], 0)
    }
  })

  it('fall back to relays once one of them is gone, and lose nothing', () => {
    for (const go of [
      (small: SmallWorld) => small.world.clients[1]?.setOnline(false),
      (small: SmallWorld) => small.world.clients[1]?.stop(true)
    ]) {
      const small = acquainted(PUBLIC)
      go(small)
      small.say(0, 1, 'wait for me')
      small.pass(60)
      assert.ok(small.world.relays.every(({ status }) => status?.envelopeCount === 1))
      small.world.clients[1]?.start()
      small.world.clients[1]?.setOnline(true)
      small.pass(120)
      assert.equal(small.received[1]?.at(-1), 'wait for me')
    }
  })

  it('take a stream for lost on which nothing passes', () => {
    const small = acquainted(PUBLIC)
    small.cut.add(RELAY_COUNT + 1)
    small.say(0, 1, 'into the void')
    small.pass(60)
    small.cut.clear()
    small.pass(700)
    assert.equal(small.received[1]?.at(-1), 'into the void')
    assert.equal(small.delivered.size, 3)
  })

  it('go through the same events whether frames are encoded or handed over', () => {
    const reach: DirectReach = { isPublic: (node) => node % 2 === 1, punchedAtTry: () => 1 }
    const [object, wire] = [OBJECT_CARRIER, WIRE_CARRIER].map((carrier) => {
      const small = acquainted(reach, carrier)
      depositsOf(small, 'once more')
      small.world.clients[0]?.setOnline(false)
      small.pass(60)
      return small.kernel.traceHash
    })
    assert.equal(object, wire)
  })
})
