import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LogHistogram } from '../../src/metrics/log-histogram.ts'

const SIXTEENTH = 2 ** (1 / 16)

/** As many small ones as large ones: up to 2^52. */
const value = fc
  .tuple(fc.integer({ min: 0, max: 52 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([bits, share]) => Math.floor(share * 2 ** bits))
const values = fc.array(value, { minLength: 1, maxLength: 200 })

function histogramOf(counted: readonly number[]): LogHistogram {
  const histogram = new LogHistogram()
  for (const one of counted) {
    histogram.add(one)
  }
  return histogram
}

describe('a histogram', () => {
  it('gives every quantile within a sixteenth of an octave of what the sorted values give', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(values, share, (counted, share) => {
        const sorted = counted.toSorted((a, b) => a - b)
        const truth = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN
        const found = histogramOf(counted).quantile(share)
        assert.ok(
          found === truth || (found <= truth * SIXTEENTH && truth <= found * SIXTEENTH),
          `${found} for ${truth}`
        )
      })
    )
  })

  it('knows the least, the greatest, the count and the sum exactly', () => {
    fc.assert(
      fc.property(values, (counted) => {
        const histogram = histogramOf(counted)
        const sum = counted.reduce((sum, one) => sum + BigInt(one), 0n)
        assert.equal(histogram.count, counted.length)
        assert.equal(histogram.min, Math.min(...counted))
        assert.equal(histogram.max, Math.max(...counted))
        assert.equal(histogram.sum, Number(sum))
      })
    )
  })

  it('adds up to what one would have counted, in any order', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), (parts) => {
        const whole = histogramOf(parts.flat())
        for (const order of [parts, parts.toReversed()]) {
          const sum = new LogHistogram()
          for (const part of order) {
            sum.merge(histogramOf(part))
          }
          assert.deepEqual(sum.toState(), whole.toState())
        }
      })
    )
  })

  it('has 16 buckets in an octave, each value in one of them', () => {
    fc.assert(
      fc.property(value, (one) => {
        const [row] = histogramOf([one]).toRows()
        assert.ok(row !== undefined && row.from <= one && one < row.below)
        assert.ok(row.below - row.from === Math.max(1, 2 ** Math.floor(Math.log2(row.from)) / 16))
      })
    )
  })

  it('is the same once it was plain data', () => {
    fc.assert(
      fc.property(fc.array(value), (counted) => {
        const state = histogramOf(counted).toState()
        assert.deepEqual(LogHistogram.restore(structuredClone(state)).toState(), state)
      })
    )
  })

  it('has no quantile of nothing', () => {
    assert.ok(Number.isNaN(new LogHistogram().quantile(0.5)))
  })

  it('counts nothing that is no whole number, negative or above 2^52', () => {
    for (const odd of [0.5, -1, 2 ** 52 + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => new LogHistogram().add(odd), { code: 'SEALPOST_BUG' })
    }
    assert.equal(histogramOf([2 ** 52]).max, 2 ** 52)
  })
})
