import assert from 'node:assert/strict'
import fc from 'fast-check'
import { randomStream } from '../../src/random/random-stream.ts'
import { difference, estimate, type Interval } from '../../src/output/estimate.ts'

function sum(a: number, b: number): number {
  return a + b
}

function rounded(interval: Interval | undefined): readonly number[] {
  return [interval?.low, interval?.high].map((bound) => Number(bound?.toFixed(4)))
}

describe('an estimate', () => {
  it('is the mean, and an interval by Student around it', () => {
    // Mean 5, standard deviation sqrt(2.5), 4 degrees of freedom: 2.7764 * sqrt(0.5).
    const { count, mean, interval } = estimate([3, 4, 5, 6, 7])
    assert.deepEqual([count, mean, rounded(interval)], [5, 5, [3.0368, 6.9632]])
  })

  it('has no interval of one run', () => {
    assert.deepEqual(estimate([7]), { count: 1, mean: 7, interval: undefined })
  })

  it('has an interval of no width where all runs agree', () => {
    assert.deepEqual(estimate([0.1, 0.1, 0.1]).interval, { low: 0.1, high: 0.1 })
  })

  it('holds the truth in 95 of 100 cases', () => {
    const stream = randomStream(1, 'samples')
    const drawn = (): number => Array.from({ length: 12 }, () => stream.unit()).reduce(sum)
    const samples = Array.from({ length: 4000 }, () => [drawn(), drawn(), drawn(), drawn()])
    const held = samples.filter((sample) => {
      const { low, high } = estimate(sample).interval ?? { low: 0, high: 0 }
      return low <= 6 && 6 <= high
    })
    assert.ok(Math.abs(held.length / samples.length - 0.95) < 0.01, String(held.length))
  })
})

describe('a difference', () => {
  it("is the second mean less the first, with an interval by Welch's t", () => {
    // Standard error sqrt(25/12), 4.4118 degrees of freedom, t = 2.6772, as other tools compute it too.
    const { mean, interval, verdict } = difference([1, 2, 3, 4], [10, 12, 14, 16])
    assert.equal(mean, 10.5)
    assert.deepEqual(rounded(interval), [6.6358, 14.3642])
    assert.equal(verdict, 'differs')
  })

  it('cannot be told from zero where zero lies within the interval', () => {
    assert.equal(difference([1, 2, 3], [2, 3, 4]).verdict, 'cannot be told apart')
  })

  it('is none where every run has the same value', () => {
    assert.equal(difference([2, 2], [2, 2, 2]).verdict, 'the same')
    assert.equal(difference([2, 2], [3, 3]).verdict, 'differs')
  })

  it('is not decided by one run', () => {
    const { mean, interval, verdict } = difference([1], [5, 6])
    assert.deepEqual([mean, interval, verdict], [4.5, undefined, 'too few seeds'])
  })

  it('is the same the other way round, but for its sign', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 9 })
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [there, back] = [difference(a, b), difference(b, a)]
        assert.equal(there.verdict, back.verdict)
        assert.ok(Math.abs(there.mean + back.mean) < 1e-9)
      })
    )
  })
})
