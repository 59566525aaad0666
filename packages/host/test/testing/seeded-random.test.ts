import assert from 'node:assert/strict'
import { seededRandom } from '@sealpost/host/testing'

/** sfc32 as PractRand has it, in arithmetic of any width. */
function* reference(seed: bigint): Generator<number> {
  const mask = 0xffffffffn
  let [a, b, c, counter] = [0n, seed & mask, seed >> 32n, 1n]
  for (let round = 0; ; round++) {
    const sum = (a + b + counter++) & mask
    a = b ^ (b >> 9n)
    b = (c + (c << 3n)) & mask
    c = (((c << 21n) | (c >> 11n)) + sum) & mask
    if (round >= 12) {
      yield Number(sum)
    }
  }
}

describe('seededRandom', () => {
  for (const seed of [0, 1, 2 ** 32 - 1, 2 ** 32, 123_456_789_012_345, 2 ** 53 - 1]) {
    it(`gives what sfc32 gives for seed ${seed}`, () => {
      const random = seededRandom(seed)
      const expected = reference(BigInt(seed))
      for (let count = 0; count < 200; count++) {
        assert.equal(random.uint32(), expected.next().value)
      }
    })
  }

  it('repeats itself for a seed, and differs for another', () => {
    const bytes = (seed: number): Uint8Array => seededRandom(seed).bytes(33)
    assert.deepEqual(bytes(7), bytes(7))
    assert.notDeepEqual(bytes(7), bytes(8))
    assert.equal(bytes(7).length, 33)
  })

  it('stays below the bound, and reaches all that is below', () => {
    const random = seededRandom(1)
    const seen = new Set(Array.from({ length: 500 }, () => random.below(6)))
    assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5])
    assert.equal(random.below(1), 0)
  })

  it('lets things come about as often as it should', () => {
    const random = seededRandom(1)
    const often = Array.from({ length: 10_000 }, () => random.chance(0.3)).filter(Boolean).length
    assert.ok(often > 2_800 && often < 3_200, `${often} of 10,000`)
    assert.ok(!Array.from({ length: 1_000 }, () => random.chance(0)).some(Boolean))
    assert.ok(Array.from({ length: 1_000 }, () => random.chance(1)).every(Boolean))
  })

  it('picks every item', () => {
    const random = seededRandom(1)
    const items = ['alice', 'bob', 'carol']
    assert.deepEqual(new Set(Array.from({ length: 100 }, () => random.pick(items))), new Set(items))
  })
})
