import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  addPolynomial,
  compress10,
  compressCoefficient10,
  inverseTransform,
  multiplyTransformed,
  N,
  Q,
  sampleNoise,
  transform
} from '../../src/spqr/ml-kem-ring.ts'

const polynomial = fc
  .array(fc.integer({ min: 0, max: Q - 1 }), { minLength: N, maxLength: N })
  .map((coefficients) => Int16Array.from(coefficients))

describe('the ring of ML-KEM', () => {
  it('compresses every coefficient as FIPS 203 defines it, whatever its representative', () => {
    for (let x = 1 - Q; x < Q; x += 1) {
      // round(1024 / q * x) mod 1024, halves up, in integers.
      const positive = (x + Q) % Q
      const expected = Math.floor((2 * 1024 * positive + Q) / (2 * Q)) % 1024
      assert.equal(compressCoefficient10(x), expected, `${x}`)
    }
  })

  it('packs ten bits of each coefficient, the lowest first', () => {
    const packed = compress10(Int16Array.from({ length: N }, (_, i) => (i * 13) % Q))
    const bits = [...packed].flatMap((byte) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((at) => (byte >> at) & 1)
    )
    for (let i = 0; i < N; i += 1) {
      const value = bits.slice(10 * i, 10 * i + 10).reduce((sum, bit, at) => sum + bit * 2 ** at, 0)
      assert.equal(value, compressCoefficient10((i * 13) % Q))
    }
  })

  it('multiplies as polynomials modulo X^256 + 1 do', () => {
    fc.assert(
      fc.property(polynomial, polynomial, (a, b) => {
        const [left, right] = [a.slice(), b.slice()]
        transform(left)
        transform(right)
        const product = multiplyTransformed(left, right)
        inverseTransform(product)
        assert.deepEqual(canonical(product), multiplySlowly(a, b))
      }),
      { numRuns: 10 }
    )
  })

  it('holds the largest coefficients without overflow', () => {
    for (const extreme of [Q - 1, 1 - Q]) {
      const a = new Int16Array(N).fill(extreme)
      const b = a.slice()
      transform(b)
      const product = multiplyTransformed(b, b)
      inverseTransform(product)
      assert.deepEqual(canonical(product), multiplySlowly(a, a))
    }
  })

  it('adds, and stays near 0', () => {
    const a = new Int16Array(N).fill(Q - 1)
    addPolynomial(a, new Int16Array(N).fill(Q - 1))
    assert.deepEqual(a, new Int16Array(N).fill(-2))
  })

  it('takes noise from the difference of two sums of two bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 128, maxLength: 128 }), (bytes) => {
        const bit = (at: number): number => ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1
        const expected = Int16Array.from(
          { length: N },
          (_, i) => bit(4 * i) + bit(4 * i + 1) - bit(4 * i + 2) - bit(4 * i + 3)
        )
        assert.deepEqual(sampleNoise(bytes), expected)
      }),
      { numRuns: 20 }
    )
  })
})

function canonical(polynomial: Int16Array): number[] {
  return [...polynomial].map((coefficient) => ((coefficient % Q) + Q) % Q)
}

function multiplySlowly(a: Int16Array, b: Int16Array): number[] {
  const product = new Array<number>(N).fill(0)
  for (const [i, left] of a.entries()) {
    for (const [j, right] of b.entries()) {
      const sign = i + j < N ? 1 : -1
      const at = (i + j) % N
      product[at] = (((product[at] ?? 0) + sign * left * right) % Q) + 0
    }
  }
  return product.map((coefficient) => ((coefficient % Q) + Q) % Q)
}
