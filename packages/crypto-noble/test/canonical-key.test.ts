import assert from 'node:assert/strict'
import { ed25519 } from '@noble/curves/ed25519.js'
import { agreeAll } from '../src/agreement.ts'
import { canonicalAgreement, isCanonicalKey } from '../src/canonical-key.ts'
import { encodeCurveKey, uOf } from '../src/curve-key.ts'
import { makeCurvePair } from '../src/prekey-record.ts'
import { edwardsY } from '../src/xeddsa.ts'
import { seededRandom } from './seeded-random.ts'

const { Point } = ed25519
const { Fp } = Point
/** A point of order eight. */
const EIGHTH = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')

async function isCanonical(key: Uint8Array): Promise<boolean> {
  const [returned] = await agreeAll([canonicalAgreement(key)], undefined)
  return isCanonicalKey(key, returned)
}

/** What the question means, by the library's own test of the group. */
function isOfPrimeOrder(key: Uint8Array): boolean {
  const encoded = edwardsY(uOf(key), 0)
  try {
    return encoded !== undefined && Point.fromBytes(encoded, true).isTorsionFree()
  } catch {
    return false
  }
}

function keyOf(point: InstanceType<typeof Point>): Uint8Array {
  const { y } = point.toAffine()
  return encodeCurveKey(Fp.toBytes(Fp.div(Fp.add(Fp.ONE, y), Fp.sub(Fp.ONE, y))))
}

describe('a canonical key', () => {
  it('is every key that is made', async () => {
    const random = seededRandom('made')
    for (let count = 0; count < 20; count++) {
      assert.equal(await isCanonical(makeCurvePair(random).publicKey), true)
    }
  })

  it('has no part of small order, of whichever of the eight', async () => {
    const point = Point.BASE.multiply(123_456_789n)
    for (let times = 0; times < 8; times++) {
      const key = keyOf(point.add(EIGHTH.multiplyUnsafe(BigInt(times))))
      assert.equal(await isCanonical(key), times === 0, String(times))
      assert.equal(isOfPrimeOrder(key), times === 0, String(times))
    }
  })

  it('is not itself of small order', async () => {
    for (let times = 2; times < 8; times++) {
      assert.equal(await isCanonical(keyOf(EIGHTH.multiplyUnsafe(BigInt(times)))), false)
    }
    assert.equal(await isCanonical(encodeCurveKey(new Uint8Array(32))), false)
  })

  it('is what the library finds in the group, on the curve and on its twist', async () => {
    const random = seededRandom('anything')
    const found = { canonical: 0, other: 0 }
    for (let count = 0; count < 200; count++) {
      const u = random.bytes(32)
      u[31] = (u[31] ?? 0) & 127
      const key = encodeCurveKey(u)
      const expected = isOfPrimeOrder(key)
      assert.equal(await isCanonical(key), expected)
      found[expected ? 'canonical' : 'other']++
    }
    // Half of all numbers are on the twist, and one in eight of the others in the group.
    assert.ok(found.canonical > 3 && found.other > 150, JSON.stringify(found))
  })

  it('is less than p and has no top bit', async () => {
    const { publicKey } = makeCurvePair(seededRandom('top'))
    assert.equal(await isCanonical(publicKey.with(32, (publicKey[32] ?? 0) | 128)), false)
    for (let small = 0; small < 19; small++) {
      const u = Fp.ORDER + BigInt(small)
      const bytes = Uint8Array.from({ length: 32 }, (_, at) => Number((u >> BigInt(8 * at)) & 255n))
      assert.equal(await isCanonical(encodeCurveKey(bytes)), false)
    }
  })
})
