import assert from 'node:assert/strict'
import { sha3_256 } from '@noble/hashes/sha3.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import {
  decaps,
  ekVectorOf,
  encaps1,
  encaps2,
  headerOf,
  makeDecapsulationKey
} from '../../src/spqr/mlkem768-incremental.ts'
import { seededRandom } from '../seeded-random.ts'
import { compareEncapsulations } from './whole-encapsulation.ts'

describe('incremental ML-KEM-768', () => {
  const random = seededRandom('incremental')
  const dk = makeDecapsulationKey(random, ml_kem768)
  const [header, ekVector, m] = [headerOf(dk), ekVectorOf(dk), random.bytes(32)]
  const { ct1, sharedSecret } = encaps1(header, m)

  it('makes both halves of what the library makes as a whole, for 300 random keys', () => {
    compareEncapsulations('300 keys', 300)
  }).timeout(60_000)

  it('is given what it needs and leaves it as it was', () => {
    const copies = [header, ekVector, m, ct1].map((bytes) => bytes.slice())
    encaps1(header, m)
    encaps2({ header, ekVector, m, ct1 })
    assert.deepEqual([header, ekVector, m, ct1], copies)
  })

  it('refuses a vector that is not the one in the header', () => {
    for (const at of [0, 575, 1151]) {
      const other = ekVector.with(at, (ekVector[at] ?? 0) ^ 1)
      assert.throws(() => encaps2({ header, ekVector: other, m, ct1 }), { reason: 'forged' })
    }
  })

  it('refuses a vector with a coefficient that is not below q, though the header announces it', () => {
    // The first coefficient becomes q itself.
    const other = ekVector.with(0, 0x01).with(1, ((ekVector[1] ?? 0) & 0xf0) | 0x0d)
    const rho = header.slice(0, 32)
    const announced = Uint8Array.of(...rho, ...sha3_256(Uint8Array.of(...other, ...rho)))
    const first = encaps1(announced, m)
    assert.throws(() => encaps2({ header: announced, ekVector: other, m, ct1: first.ct1 }), {
      reason: 'forged'
    })
  })

  it('holds its first half to the library whenever it makes the second', () => {
    const wrong = ct1.with(7, (ct1[7] ?? 0) ^ 1)
    assert.throws(() => encaps2({ header, ekVector, m, ct1: wrong }), { code: 'SEALPOST_BUG' })
  })

  it('gives another secret for a ciphertext that was changed', () => {
    const ct2 = encaps2({ header, ekVector, m, ct1 })
    const changed = Uint8Array.of(...ct1, ...ct2.with(0, (ct2[0] ?? 0) ^ 1))
    const other = decaps(dk, changed, ml_kem768)
    assert.equal(other.length, 32)
    assert.notDeepEqual(other, sharedSecret)
  })

  it('finds a decapsulation key that is damaged', () => {
    const damaged = dk.with(1152, (dk[1152] ?? 0) ^ 1)
    assert.throws(() => decaps(damaged, new Uint8Array(1088), ml_kem768), {
      code: 'SEALPOST_STORE_CORRUPT'
    })
  })
})
