import assert from 'node:assert/strict'
import {
  exponential,
  geometric,
  logNormal,
  normal,
  poisson,
  weibull,
  weibullOfMean,
  weightedPick,
  ZipfTable
} from '../../src/random/distributions.ts'
import { type RandomStream, randomStream } from '../../src/random/random-stream.ts'

const COUNT = 20_000
/** Of the largest gap between two distribution functions: one honest sample of 100,000 is beyond it. */
const GAP_MAX = 2.47 / Math.sqrt(COUNT)

function sample(draw: (stream: RandomStream) => number, purpose = 'sample'): readonly number[] {
  const stream = randomStream(11, purpose)
  return Array.from({ length: COUNT }, () => draw(stream)).toSorted((a, b) => a - b)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Kolmogorov and Smirnov's: how far the sample's distribution is from the one expected. */
function gap(sorted: readonly number[], shareUpTo: (value: number) => number): number {
  return Math.max(
    ...sorted.map((value, at) => {
      const share = shareUpTo(value)
      return Math.max(share - at / sorted.length, (at + 1) / sorted.length - share)
    })
  )
}

/** Abramowitz and Stegun 7.1.26: to 1.5e-7. */
function normalShare(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2)
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  const erf = 1 - series * Math.exp((-x * x) / 2)
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2
}

/** How often each of 0, 1, 2, … came. */
function shares(values: readonly number[], count: number): readonly number[] {
  return Array.from(
    { length: count },
    (_, at) => values.filter((value) => value === at).length / values.length
  )
}

function isClose(actual: readonly number[], expected: readonly number[]): void {
  for (const [at, share] of expected.entries()) {
    const deviation = Math.sqrt((share * (1 - share)) / COUNT)
    const found = actual[at] ?? NaN
    assert.ok(Math.abs(found - share) <= 4.5 * deviation, `${at}: ${found} for ${share}`)
  }
}

describe('what is drawn', () => {
  it('is exponential', () => {
    assert.ok(
      gap(
        sample((s) => exponential(s, 7)),
        (x) => 1 - Math.exp(-x / 7)
      ) < GAP_MAX
    )
  })

  it('is normal', () => {
    assert.ok(gap(sample(normal), normalShare) < GAP_MAX)
  })

  it('is log-normal', () => {
    const all = sample((s) => logNormal(s, { median: 60, sigma: 1.2 }))
    assert.ok(gap(all, (x) => normalShare(Math.log(x / 60) / 1.2)) < GAP_MAX)
    assert.equal(logNormal(randomStream(1, 'x'), { median: 60, sigma: 0 }), 60)
  })

  it('is of Weibull, into the tail', () => {
    const all = sample((s) => weibull(s, { shape: 0.59, scale: 41.9 }))
    assert.ok(gap(all, (x) => 1 - Math.exp(-((x / 41.9) ** 0.59))) < GAP_MAX)
    // Beyond a 4,096th of all, where a table of so many quantiles ends.
    const end = 41.9 * Math.log(4_096) ** (1 / 0.59)
    const beyond = all.filter((x) => x > end).length
    assert.ok(beyond > 0 && beyond < 16, String(beyond))
  })

  it('is of Weibull with the mean asked for', () => {
    for (const shape of [0.59, 1, 2]) {
      const all = sample((s) => weibull(s, weibullOfMean(shape, 30)))
      assert.ok(Math.abs(mean(all) / 30 - 1) < 0.06, `${shape}: ${mean(all)}`)
    }
    assert.ok(Math.abs(weibullOfMean(1, 30).scale - 30) < 1e-12)
  })

  it('is of Poisson', () => {
    const expected: number[] = [Math.exp(-3)]
    for (let n = 1; n < 12; n++) {
      expected.push(((expected[n - 1] ?? 0) * 3) / n)
    }
    isClose(
      shares(
        sample((s) => poisson(s, 3)),
        12
      ),
      expected
    )
    assert.equal(poisson(randomStream(1, 'x'), 0), 0)
    const many = sample((s) => poisson(s, 1_300))
    assert.ok(Math.abs(mean(many) - 1_300) < 4 * Math.sqrt(1_300 / COUNT), String(mean(many)))
    const spread = mean(many.map((n) => (n - 1_300) ** 2))
    assert.ok(Math.abs(spread / 1_300 - 1) < 0.05, String(spread))
  })

  it('is geometric, from 1 on', () => {
    const expected = [0, ...Array.from({ length: 10 }, (_, at) => 0.25 * 0.75 ** at)]
    isClose(
      shares(
        sample((s) => geometric(s, 4)),
        11
      ),
      expected
    )
    assert.equal(geometric(randomStream(1, 'x'), 1), 1)
  })

  it('is of Zipf', () => {
    const table = new ZipfTable(10, 0.9)
    const weights = Array.from({ length: 10 }, (_, rank) => (rank + 1) ** -0.9)
    const sum = weights.reduce((all, weight) => all + weight, 0)
    isClose(
      shares(
        sample((s) => table.draw(s)),
        10
      ),
      weights.map((weight) => weight / sum)
    )
  })

  it('is weighted, and never what has no weight', () => {
    const weights = [0, 2, 0, 1, 0]
    const all = sample((s) => weightedPick(s, weights))
    isClose(shares(all, 5), [0, 2 / 3, 0, 1 / 3, 0])
  })

  it('differs by what differs, and by nothing else, where it is drawn by inversion', () => {
    const one = randomStream(9, 'session')
    const other = randomStream(9, 'session')
    for (let draws = 0; draws < 1_000; draws++) {
      const ratio = exponential(one, 10) / exponential(other, 20)
      assert.ok(Math.abs(ratio - 0.5) < 1e-12)
    }
  })
})
