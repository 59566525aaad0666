/** What several runs say together of one value, and of the difference between two. */
import { studentQuantile } from './student.ts'

/** The share of all such intervals that hold the truth. */
const CONFIDENCE = 0.95

export interface Interval {
  readonly low: number
  readonly high: number
}

export interface Estimate {
  /** Runs that had the value. */
  readonly count: number
  readonly mean: number
  /** Where the mean of ever more seeds lies, with 95 % confidence; undefined for fewer than two runs. */
  readonly interval: Interval | undefined
}

/** @param values one of each run, at least one */
export function estimate(values: readonly number[]): Estimate {
  const { count, mean, variance } = moments(values)
  if (count < 2) {
    return { count, mean, interval: undefined }
  }
  const width = studentQuantile(CONFIDENCE, count - 1) * Math.sqrt(variance / count)
  return { count, mean, interval: { low: mean - width, high: mean + width } }
}

export interface Difference {
  /** Of the means: the second's less the first's. */
  readonly mean: number
  /** Undefined where one of the two has fewer than two runs. */
  readonly interval: Interval | undefined
  readonly method: Method
  readonly verdict: Verdict
}

export type Method =
  /** Student's t over the differences of runs with the same seed. */
  | 'pairs'
  /** Welch's t: runs of the two are taken for independent. */
  | 'Welch'

export type Verdict =
  /** Zero lies outside of the interval. */
  | 'differs'
  /** Zero lies within: with more seeds it might not. */
  | 'cannot be told apart'
  /** Every run of both has the very same value, or the same as that of its seed. */
  | 'the same'
  /** One run says nothing of chance. */
  | 'too few seeds'

/** Values of runs, by their seeds. */
export type BySeed = ReadonlyMap<string, number>

/**
 * The second less the first, each with at least one value. Runs with the same seeds share what is drawn from them, so where both have
 * the same seeds it is their differences that are looked at: that is right for any pairs, and much narrower where they are alike.
 */
export function difference(first: BySeed, second: BySeed): Difference {
  const shared = [...first].flatMap(([seed, value]) => {
    const other = second.get(seed)
    return other === undefined ? [] : [other - value]
  })
  const areAll = shared.length === first.size && shared.length === second.size
  return areAll && shared.length > 1
    ? pairedDifference(shared)
    : welchDifference([...first.values()], [...second.values()])
}

function pairedDifference(differences: readonly number[]): Difference {
  const { mean, interval = { low: mean, high: mean } } = estimate(differences)
  const isConstant = interval.low === interval.high
  const verdict = isConstant && mean === 0 ? 'the same' : verdictOf(interval)
  return { mean, interval, method: 'pairs', verdict }
}

function welchDifference(first: readonly number[], second: readonly number[]): Difference {
  const [a, b] = [moments(first), moments(second)]
  const mean = b.mean - a.mean
  const method = 'Welch'
  if (a.count < 2 || b.count < 2) {
    return { mean, interval: undefined, method, verdict: 'too few seeds' }
  }
  const [errorA, errorB] = [a.variance / a.count, b.variance / b.count]
  const error = errorA + errorB
  if (error === 0) {
    const verdict = mean === 0 ? 'the same' : 'differs'
    return { mean, interval: { low: mean, high: mean }, method, verdict }
  }
  const freedom =
    (error * error) / ((errorA * errorA) / (a.count - 1) + (errorB * errorB) / (b.count - 1))
  const width = studentQuantile(CONFIDENCE, freedom) * Math.sqrt(error)
  const interval = { low: mean - width, high: mean + width }
  return { mean, interval, method, verdict: verdictOf(interval) }
}

function verdictOf({ low, high }: Interval): Verdict {
  return low > 0 || high < 0 ? 'differs' : 'cannot be told apart'
}

interface Moments {
  readonly count: number
  readonly mean: number
  /** Of the population that these were drawn from: divided by one less than their count. */
  readonly variance: number
}

function moments(values: readonly number[]): Moments {
  const count = values.length
  const [first = Number.NaN] = values
  // Values that are all the same have no variance at all, not even a rounded one.
  const isConstant = values.every((value) => value === first)
  const mean = isConstant ? first : values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  return { count, mean, variance: count < 2 ? 0 : squares / (count - 1) }
}
