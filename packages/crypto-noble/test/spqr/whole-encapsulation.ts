import assert from 'node:assert/strict'
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

/** Holds both halves to the library's whole encapsulation, for `count` random keys. */
export function compareEncapsulations(seed: string, count: number): void {
  const random = seededRandom(seed)
  for (let run = 0; run < count; run += 1) {
    const dk = makeDecapsulationKey(random, ml_kem768)
    const [header, ekVector, m] = [headerOf(dk), ekVectorOf(dk), random.bytes(32)]
    const ek = Uint8Array.of(...ekVector, ...header.subarray(0, 32))
    const { ct1, sharedSecret } = encaps1(header, m)
    const whole = ml_kem768.encapsulate(ek, m)
    assert.deepEqual(ct1, whole.cipherText.slice(0, 960), `key ${run} of ${seed}`)
    assert.deepEqual(sharedSecret, whole.sharedSecret, `key ${run} of ${seed}`)
    const ct2 = encaps2({ header, ekVector, m, ct1 })
    assert.deepEqual(ct2, whole.cipherText.slice(960), `key ${run} of ${seed}`)
    assert.deepEqual(decaps(dk, whole.cipherText, ml_kem768), sharedSecret)
  }
}
