import assert from 'node:assert/strict'
import fc from 'fast-check'
import { randomStream } from '../../src/random/random-stream.ts'
import { type Difference, difference, estimate, type Interval } from '../../src/output/estimate.ts'

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

/** Of runs that share no seed. */
function apart(first: readonly number[], second: readonly number[]): Difference {
  return difference(bySeed('a', first), bySeed('b', second))
}

function paired(first: readonly number[], second: readonly number[]): Difference {
  return difference(bySeed('', first), bySeed('', second))
}

function bySeed(prefix: string, values: readonly number[]): ReadonlyMap<string, number> {
  return new Map(values.map((value, seed) => [prefix + String(seed), value]))
}

describe('a difference', () => {
  it("is the second mean less the first, with an interval by Welch's t", () => {
    // Standard error sqrt(25/12), 4.4118 degrees of freedom, t = 2.6772, as other tools compute it too.
    const { mean, interval, method, verdict } = apart([1, 2, 3, 4], [10, 12, 14, 16])
    assert.deepEqual([mean, method], [10.5, 'Welch'])
    assert.deepEqual(rounded(interval), [6.6358, 14.3642])
    assert.equal(verdict, 'differs')
  })

  it('is of each seed where both have the same: an interval by Student over the differences', () => {
    // Differences 1, 2, 3, 2 and 2: mean 2, standard deviation sqrt(1/2), 4 degrees of freedom: 2.7764 * sqrt(0.1).
    const { mean, interval, method, verdict } = paired([10, 50, 30, 90, 70], [11, 52, 33, 92, 72])
    assert.deepEqual([mean, method, verdict], [2, 'pairs', 'differs'])
    assert.deepEqual(rounded(interval), [1.122, 2.878])
    // The same runs, had they nothing to do with each other.
    const other = apart([10, 50, 30, 90, 70], [11, 52, 33, 92, 72])
    assert.equal(other.verdict, 'cannot be told apart')
  })

  it('is not of pairs where one seed has no partner', () => {
    const first = new Map([['1', 5]]).set('2', 6)
    const second = new Map([['1', 7]]).set('2', 9).set('3', 8)
    assert.equal(difference(first, second).method, 'Welch')
    assert.equal(difference(second, first).method, 'Welch')
  })

  it('is the same where each seed is, or differs where each does by as much', () => {
    assert.equal(paired([1, 2, 3], [1, 2, 3]).verdict, 'the same')
    assert.equal(paired([1, 2, 3], [2, 3, 4]).verdict, 'differs')
    assert.equal(paired([1, 2, 3], [2, 1, 3]).verdict, 'cannot be told apart')
    assert.equal(paired([1], [2]).verdict, 'too few seeds')
  })

  it('holds the truth in 95 of 100 cases, whether pairs are alike or not', () => {
    for (const likeness of [0, 1]) {
      const stream = randomStream(2, 'pairs')
      const held = Array.from({ length: 4000 }, () => {
        const shared = Array.from({ length: 5 }, () => 10 * likeness * stream.unit())
        const own = (value: number): number =>
          value + Array.from({ length: 12 }, () => stream.unit()).reduce(sum)
        const { low, high } = paired(shared.map(own), shared.map(own)).interval ?? {
          low: 1,
          high: 1
        }
        return low <= 0 && 0 <= high
      }).filter(Boolean).length
      assert.ok(Math.abs(held / 4000 - 0.95) < 0.012, String(held))
    }
  })

  it('cannot be told from zero where zero lies within the interval', () => {
    assert.equal(apart([1, 2, 3], [2, 3, 4]).verdict, 'cannot be told apart')
  })

  it('is none where every run has the same value', () => {
    assert.equal(apart([2, 2], [2, 2, 2]).verdict, 'the same')
    assert.equal(apart([2, 2], [3, 3]).verdict, 'differs')
  })

  it('is not decided by one run', () => {
    const { mean, interval, verdict } = apart([1], [5, 6])
    assert.deepEqual([mean, interval, verdict], [4.5, undefined, 'too few seeds'])
  })

  it('is the same the other way round, but for its sign', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 9 })
    fc.assert(
      fc.property(values, values, (a, b) => {
        for (const compare of [apart, paired]) {
          const [there, back] = [compare(a, b), compare(b, a)]
          assert.equal(there.verdict, back.verdict)
          assert.ok(Math.abs(there.mean + back.mean) < 1e-9)
        }
      })
    )
  })
})
