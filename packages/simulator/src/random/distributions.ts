/**
 * What is drawn from a stream. Where it says "by inversion" one `unit()` decides, in the order of its values: two runs that differ in
 * a parameter draw alike, and tails reach to the 2^53rd part.
 */
import type { RandomStream } from './random-stream.ts'
import { exp, ln, lnGamma, pow } from './real-math.ts'

/** By inversion; up to 36.7 means. */
export function exponential(stream: RandomStream, mean: number): number {
  return -mean * ln(1 - stream.unit())
}

/** Around 0 with a deviation of 1, by Marsaglia's polar method; takes 2 units or more. */
export function normal(stream: RandomStream): number {
  for (;;) {
    const x = 2 * stream.unit() - 1
    const y = 2 * stream.unit() - 1
    const square = x * x + y * y
    if (square > 0 && square < 1) {
      return x * Math.sqrt((-2 * ln(square)) / square)
    }
  }
}

export interface LogNormal {
  readonly median: number
  /** The deviation of the logarithm; 0 for the median alone. */
  readonly sigma: number
}

export function logNormal(stream: RandomStream, { median, sigma }: LogNormal): number {
  return sigma === 0 ? median : median * exp(sigma * normal(stream))
}

export interface Weibull {
  readonly shape: number
  readonly scale: number
}

/** By inversion. */
export function weibull(stream: RandomStream, { shape, scale }: Weibull): number {
  return scale * pow(-ln(1 - stream.unit()), 1 / shape)
}

/** The Weibull distribution of this shape that has this mean. */
export function weibullOfMean(shape: number, mean: number): Weibull {
  return { shape, scale: mean / exp(lnGamma(1 + 1 / shape)) }
}

/** How many come where so many are expected (0 and up), by inversion up to a mean of 500; takes time in proportion to it. */
export function poisson(stream: RandomStream, mean: number): number {
  if (mean > 500) {
    // exp(-mean) must stay far from the smallest doubles.
    return poisson(stream, mean / 2) + poisson(stream, mean / 2)
  }
  let rest = stream.unit()
  let probability = exp(-mean)
  let count = 0
  // What rounding left of 1 is no reason to go on for ever.
  while (rest >= probability && (count < mean || probability > 2 ** -60)) {
    rest -= probability
    count += 1
    probability *= mean / count
  }
  return count
}

/** 1 and up, with this mean (1 and up), by inversion. */
export function geometric(stream: RandomStream, mean: number): number {
  return 1 + Math.floor(ln(1 - stream.unit()) / ln(1 - 1 / mean))
}

/** An index, as often as its weight (0 and up) says; by inversion. For many draws of the same weights, a `WeightTable`. */
export function weightedPick(stream: RandomStream, weights: readonly number[]): number {
  return new WeightTable(weights).draw(stream)
}

/** Weights to draw from, each time in logarithmic time. */
export class WeightTable {
  /** Each with all before it. */
  readonly #sums: Float64Array

  /** @param weights At least one above 0, none below. */
  constructor(weights: ArrayLike<number>) {
    this.#sums = new Float64Array(weights.length)
    let sum = 0
    for (let at = 0; at < weights.length; at++) {
      sum += weights[at] as number
      this.#sums[at] = sum
    }
  }

  /** An index, by inversion. */
  draw(stream: RandomStream): number {
    const sums = this.#sums
    let low = 0
    let high = sums.length - 1
    const wanted = stream.unit() * (sums[high] as number)
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] as number) > wanted) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

/** Ranks from 0 to below `count`, each with the weight (rank + 1)^-exponent; by inversion. */
export class ZipfTable {
  readonly #weights: WeightTable

  constructor(count: number, exponent: number) {
    const weights = new Float64Array(count)
    for (let rank = 0; rank < count; rank++) {
      weights[rank] = pow(rank + 1, -exponent)
    }
    this.#weights = new WeightTable(weights)
  }

  draw(stream: RandomStream): number {
    return this.#weights.draw(stream)
  }
}
