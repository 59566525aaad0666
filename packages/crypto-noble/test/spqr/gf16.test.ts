import assert from 'node:assert/strict'
import fc from 'fast-check'
import { GF16_POLYNOMIAL, gf16Invert, gf16Multiply } from '../../src/spqr/gf16.ts'

const element = fc.integer({ min: 0, max: 0xffff })
const factor = fc.integer({ min: 1, max: 0xffff })

describe('GF(2^16)', () => {
  it('multiplies as polynomials do, reduced', () => {
    fc.assert(
      fc.property(element, element, (a, b) => {
        assert.equal(gf16Multiply(a, b), multiplySlowly(a, b))
      }),
      {
        examples: [
          [0, 0],
          [0, 0xffff],
          [0xffff, 0],
          [0xffff, 0xffff],
          [2, 0x8000]
        ]
      }
    )
  })

  it('has an inverse for every element but 0', () => {
    for (let a = 1; a <= 0xffff; a += 1) {
      assert.equal(gf16Multiply(a, gf16Invert(a)), 1)
    }
  })

  it('distributes products over sums', () => {
    fc.assert(
      fc.property(element, element, factor, (a, b, c) => {
        assert.equal(gf16Multiply(a ^ b, c), gf16Multiply(a, c) ^ gf16Multiply(b, c))
      })
    )
  })
})

/** By the definition: shift, add, reduce. */
function multiplySlowly(a: number, b: number): number {
  let product = 0
  for (let bit = 15; bit >= 0; bit -= 1) {
    product <<= 1
    product ^= product > 0xffff ? GF16_POLYNOMIAL : 0
    product ^= ((b >> bit) & 1) === 1 ? a : 0
  }
  return product
}
