import assert from 'node:assert/strict'
import fc from 'fast-check'
import { exp, ln, lnGamma, pow } from '../../src/random/real-math.ts'

/** How many units in the last place of `expected` the two differ by. */
function ulps(actual: number, expected: number): number {
  if (Object.is(actual, expected)) {
    return 0
  }
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(expected))), -1022)
  return Math.abs(actual - expected) / 2 ** (exponent - 52)
}

const anyPositive = fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true })

describe('real functions of our own', () => {
  it('take logarithms as the engine does, to two units in the last place', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyPositive, fc.double({ min: 0, max: 4, noNaN: true })),
        (x) => ulps(ln(x), Math.log(x)) <= 2
      ),
      { numRuns: 20_000 }
    )
  })

  it('take powers of e as the engine does, to two units in the last place', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ min: -746, max: 711, noNaN: true }),
          fc.double({ min: -2, max: 2, noNaN: true })
        ),
        (x) => ulps(exp(x), Math.exp(x)) <= 2
      ),
      { numRuns: 20_000 }
    )
  })

  it('take powers with an error that grows with the logarithm of the result', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.double({ min: -8, max: 8, noNaN: true }),
        (x, y) => ulps(pow(x, y), x ** y) <= 2 + 2 * Math.abs(y * Math.log(x))
      ),
      { numRuns: 5_000 }
    )
  })

  it('know their ends', () => {
    assert.deepEqual([0, -0, 1, -1, Infinity, -Infinity, NaN].map(ln), [
      -Infinity,
      -Infinity,
      0,
      NaN,
      Infinity,
      NaN,
      NaN
    ])
    assert.deepEqual([0, Infinity, -Infinity, NaN, 1e308, -1e308].map(exp), [
      1,
      Infinity,
      0,
      NaN,
      Infinity,
      0
    ])
    assert.deepEqual(
      [pow(0, 2), pow(0, 0), pow(5, 0), pow(1, 1e9), pow(0, -1)],
      [0, 1, 1, 1, Infinity]
    )
    for (const x of [Number.MIN_VALUE, 2 ** -1022, 2 ** -1023, Number.MAX_VALUE, 1 - 2 ** -53]) {
      assert.ok(ulps(ln(x), Math.log(x)) <= 2, String(x))
    }
  })

  it('know factorials', () => {
    let factorial = 1
    for (let n = 1; n <= 60; n++) {
      const error = Math.abs(exp(lnGamma(n)) / factorial - 1)
      assert.ok(error < 1e-13, `${n}: ${error}`)
      factorial *= n
    }
    assert.ok(Math.abs(exp(lnGamma(0.5)) / Math.sqrt(Math.PI) - 1) < 1e-14)
  })

  it('give these very bits, on every machine', () => {
    const bits = new DataView(new ArrayBuffer(8))
    const of = (value: number): string => {
      bits.setFloat64(0, value)
      return bits.getBigUint64(0).toString(16)
    }
    assert.deepEqual([ln(3), ln(0.7), exp(1), exp(-20.5), pow(3, 0.59), lnGamma(2.7)].map(of), [
      '3ff193ea7aad030a',
      'bfd6d3c324e13f50',
      '4005bf0a8b14576a',
      '3e157a3afeed00ab',
      '3ffe97cc5672577b',
      '3fdbd4199664f280'
    ])
  })
})
