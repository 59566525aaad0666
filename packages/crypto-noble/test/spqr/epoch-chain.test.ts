import assert from 'node:assert/strict'
import type { EpochChain } from '../../src/spqr/epoch-chain.ts'
import {
  addEpoch,
  JUMP_MAX,
  receiveKey,
  sendKey,
  SKIPPED_KEYS_KEPT,
  SKIPPED_KEYS_TRIM,
  startChain
} from '../../src/spqr/epoch-chain.ts'
import { countSkipped } from '../../src/spqr/skipped-keys.ts'
import { seededRandom } from '../seeded-random.ts'

const random = seededRandom('epoch chain')
const authKey = random.bytes(32)
const secrets = Array.from({ length: 4 }, () => random.bytes(32))

describe('an epoch chain', () => {
  it('gives both sides the same keys, and each direction its own', () => {
    const alice = sendKey(startChain(authKey, 'a2b'), 0)
    const bob = sendKey(startChain(authKey, 'b2a'), 0)
    assert.deepEqual(receiveKey(startChain(authKey, 'b2a'), 0, 1).key, alice.key)
    assert.deepEqual(receiveKey(startChain(authKey, 'a2b'), 0, 1).key, bob.key)
    assert.notDeepEqual(alice.key, bob.key)
  })

  it('keeps the keys that were passed over until they are asked for, once', () => {
    const keys = sentKeys(40)
    let bob = startChain(authKey, 'b2a')
    for (const number of [3, 1, 40, 2, 17, 39, 4]) {
      const received = receiveKey(bob, 0, number)
      assert.deepEqual(received.key, keys[number - 1])
      bob = received.chain
      assert.throws(() => receiveKey(bob, 0, number), { reason: 'used' })
    }
    assert.equal(skipped(bob), 33)
  })

  it('goes 25,000 ahead and not one more', () => {
    const bob = startChain(authKey, 'b2a')
    assert.throws(() => receiveKey(bob, 0, JUMP_MAX + 1), { reason: 'jump' })
    const { chain } = receiveKey(bob, 0, JUMP_MAX)
    assert.equal(skipped(chain), SKIPPED_KEYS_KEPT)
    assert.throws(() => receiveKey(chain, 0, JUMP_MAX - SKIPPED_KEYS_KEPT - 1), { reason: 'used' })
    const oldest = receiveKey(chain, 0, JUMP_MAX - SKIPPED_KEYS_KEPT)
    assert.equal(skipped(oldest.chain), SKIPPED_KEYS_KEPT - 1)
  })

  it('still has the key 2,000 back, and forgets in steps what is further', () => {
    const last = SKIPPED_KEYS_TRIM + 50
    const keys = sentKeys(last)
    let bob = receiveKey(startChain(authKey, 'b2a'), 0, SKIPPED_KEYS_KEPT + 1).chain
    let most = 0
    // Every second message is lost from here on.
    for (let number = SKIPPED_KEYS_KEPT + 3; number <= last; number += 2) {
      bob = receiveKey(bob, 0, number).chain
      most = Math.max(most, skipped(bob))
      const back = receiveKey(bob, 0, number - SKIPPED_KEYS_KEPT)
      assert.deepEqual(back.key, keys[number - SKIPPED_KEYS_KEPT - 1])
    }
    assert.ok(most < SKIPPED_KEYS_TRIM)
  })

  it('drops all of them where a message is further ahead than they are kept', () => {
    const bob = receiveKey(startChain(authKey, 'b2a'), 0, 10).chain
    assert.equal(skipped(bob), 9)
    const kept = receiveKey(bob, 0, 10 + SKIPPED_KEYS_KEPT).chain
    assert.equal(skipped(kept), 9 + SKIPPED_KEYS_KEPT - 1)
    assert.equal(skipped(receiveKey(bob, 0, 11 + SKIPPED_KEYS_KEPT).chain), SKIPPED_KEYS_KEPT)
  })

  it('closes an epoch for receiving two epochs after it is not sent in any more', () => {
    let bob = startChain(authKey, 'b2a')
    for (const secret of secrets) {
      bob = addEpoch(bob, secret)
    }
    // Receiving alone closes nothing.
    for (const epoch of [0, 1, 2, 3, 4]) {
      bob = receiveKey(bob, epoch, 1).chain
    }
    assert.throws(() => receiveKey(bob, 5, 1), { reason: 'epoch' })
    const sent = sendKey(bob, 3).chain
    assert.equal(sent.links.length, 3)
    assert.throws(() => receiveKey(sent, 1, 2), { reason: 'epoch' })
    for (const epoch of [2, 3, 4]) {
      receiveKey(sent, epoch, 2)
    }
  })

  it('forgets what it sent with in an earlier epoch', () => {
    const alice = sendKey(addEpoch(startChain(authKey, 'a2b'), random.bytes(32)), 1).chain
    assert.equal(alice.links[0]?.send.next, undefined)
    assert.throws(() => sendKey(alice, 0), { reason: 'epoch' })
    assert.throws(() => sendKey(alice, 2), { reason: 'epoch' })
  })

  it('is never changed by a step', () => {
    const chain = receiveKey(startChain(authKey, 'b2a'), 0, 5).chain
    const copy = structuredClone(chain)
    receiveKey(chain, 0, 2)
    receiveKey(chain, 0, 3_000)
    sendKey(addEpoch(chain, random.bytes(32)), 1)
    assert.deepEqual(chain, copy)
  })
})

function skipped(chain: EpochChain): number {
  return countSkipped(chain.links[0]?.receive.skipped ?? new Uint8Array(0))
}

/** The first keys that alice sends with. */
function sentKeys(count: number): readonly Uint8Array[] {
  let alice = startChain(authKey, 'a2b')
  return Array.from({ length: count }, () => {
    const sent = sendKey(alice, 0)
    alice = sent.chain
    return sent.key
  })
}
