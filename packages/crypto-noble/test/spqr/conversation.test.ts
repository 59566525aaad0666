import assert from 'node:assert/strict'
import fc from 'fast-check'
import { encodeSpqr, initialSpqr, spqrReceive, spqrSend } from '../../src/spqr/index.ts'
import type { NativeMlKem768 } from '../../src/spqr/index.ts'
import { seededRandom } from '../seeded-random.ts'
import { Talk } from './talk.ts'

/** Every way from one state to another, as the diagram in braid-state.ts has them. */
const STEPS = [
  'Ct1Acknowledged > Ct2Sampled',
  'Ct1Received > EkSentCt1Received',
  'Ct1Sampled > Ct1Acknowledged',
  'Ct1Sampled > Ct2Sampled',
  'Ct1Sampled > EkReceivedCt1Sampled',
  'Ct2Sampled > KeysUnsampled',
  'EkReceivedCt1Sampled > Ct2Sampled',
  'EkSentCt1Received > NoHeaderReceived',
  'HeaderReceived > Ct1Sampled',
  'HeaderSent > Ct1Received',
  'KeysSampled > HeaderSent',
  'KeysUnsampled > KeysSampled',
  'NoHeaderReceived > HeaderReceived'
]

describe('a conversation under SPQR', () => {
  it('comes through 20 epochs in turns, each of fewer than 50 round trips', () => {
    const talk = new Talk('in turns')
    let roundTrips = 0
    for (; talk.epoch < 20; roundTrips += 1) {
      talk.roundTrip()
    }
    assert.ok(roundTrips > 800 && roundTrips < 1_000, `${roundTrips} round trips`)
  })

  it('comes through 20 epochs in bad weather, by every step there is', () => {
    const talk = new Talk('in bad weather')
    for (let turn = 0; talk.epoch < 20 || talk.steps.size < STEPS.length; turn += 1) {
      assert.ok(turn < 20_000, `only ${talk.epoch} epochs, ${[...talk.steps].join(', ')}`)
      talk.turn({ loss: 0.35, reordering: 0.4, duplication: 0.2, balance: 0.5 })
    }
    assert.deepEqual([...talk.steps].sort(), STEPS)
  }).timeout(30_000)

  it('agrees on every key in any weather', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const weather = fc.record({
      loss: share.map((value) => value / 2),
      reordering: share,
      duplication: share,
      balance: share
    })
    fc.assert(
      fc.property(fc.string(), weather, (seed, conditions) => {
        const talk = new Talk(seed)
        for (let turn = 0; turn < 400; turn += 1) {
          talk.turn(conditions)
        }
      }),
      { numRuns: 12 }
    )
  }).timeout(30_000)

  it('goes on in the same epoch while only one side talks', () => {
    const talk = new Talk('one way')
    for (let count = 0; count < 300; count += 1) {
      const before = talk.states.bob.parts.braid.name
      talk.receive(talk.send('alice'))
      assert.ok(['NoHeaderReceived', 'HeaderReceived'].includes(before))
    }
    assert.equal(talk.epoch, 0)
    talk.roundTrip()
  })

  it('draws randomness for a key pair and for an encapsulation, and for nothing else', () => {
    const drawn: number[] = []
    const random = seededRandom('counted')
    const counting = {
      bytes(count: number): Uint8Array {
        drawn.push(count)
        return random.bytes(count)
      }
    }
    let [alice, bob] = [
      initialSpqr(new Uint8Array(32), 'a2b'),
      initialSpqr(new Uint8Array(32), 'b2a')
    ]
    while (bob.parts.chain.sendEpoch < 2) {
      const there = spqrSend(alice, counting)
      bob = spqrReceive(bob, there.message).state
      const back = spqrSend(bob, counting)
      bob = back.state
      alice = spqrReceive(there.state, back.message).state
    }
    assert.deepEqual(drawn, [64, 32, 64, 32])
  })

  it('runs the same on the same randomness', () => {
    const [one, other] = [new Talk('replay'), new Talk('replay')]
    for (const talk of [one, other]) {
      for (let turn = 0; turn < 300; turn += 1) {
        talk.turn({ loss: 0.2, reordering: 0.3, duplication: 0, balance: 0.5 })
      }
    }
    assert.deepEqual(encodeSpqr(one.states.alice), encodeSpqr(other.states.alice))
    assert.deepEqual(encodeSpqr(one.states.bob), encodeSpqr(other.states.bob))
  })

  it('does not begin with a key of another length', () => {
    for (const length of [0, 31, 33]) {
      assert.throws(() => initialSpqr(new Uint8Array(length), 'a2b'), { code: 'SEALPOST_USAGE' })
    }
  })

  it('uses the platform for key pairs and decapsulation where it is given', () => {
    const talk = new Talk('native')
    const calls: string[] = []
    const native: NativeMlKem768 = {
      keygen(seed) {
        calls.push('keygen')
        return { secretKey: new Uint8Array(2_400).fill(seed[0] ?? 0) }
      },
      decapsulate() {
        calls.push('decapsulate')
        return new Uint8Array(32)
      }
    }
    const sent = spqrSend(talk.states.alice, seededRandom('native'), native)
    spqrReceive(talk.states.bob, sent.message, native)
    assert.deepEqual(calls, ['keygen'])
  })
})
