/** Student's t distribution. Made of the simulator's own `ln` and `exp`, so that the same seeds give the same bytes everywhere. */
import { exp, ln, lnGamma } from '../random/real-math.ts'

/** Terms of the continued fraction: it needs about the square root of the degrees of freedom. */
const TERMS_MAX = 10_000
const TINY = 1e-300
const PRECISION = 1e-15
/** Above, the distribution is a normal one as far as anybody prints it. */
const FREEDOM_MAX = 1e6

/**
 * How many standard errors a mean lies away from the truth at most, in so many of all cases.
 *
 * @param confidence above 0 and below 1, on both sides: 0.95
 * @param freedom degrees of freedom above 0, whole or not
 */
export function studentQuantile(confidence: number, freedom: number): number {
  const bounded = Math.min(freedom, FREEDOM_MAX)
  let low = 0
  let high = 1
  while (coverage(high, bounded) < confidence) {
    low = high
    high *= 2
  }
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (coverage(middle, bounded) < confidence) {
      low = middle
    } else {
      high = middle
    }
  }
  return high
}

/** The probability that |t| is at most that. */
function coverage(t: number, freedom: number): number {
  const square = t * t
  const x = square / (freedom + square)
  return incompleteBeta(x, 0.5, freedom / 2)
}

/** The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) {
    return x <= 0 ? 0 : 1
  }
  // The fraction converges quickly on one side of the mean only.
  if (x > (a + 1) / (a + b + 2)) {
    return 1 - incompleteBeta(1 - x, b, a)
  }
  const front = exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * ln(x) + b * ln(1 - x)) / a
  return front / betaFraction(x, a, b)
}

/** By Lentz's method, as Thompson and Barnett have it. */
function betaFraction(x: number, a: number, b: number): number {
  let value = 1
  let c = 1
  let d = 0
  for (let term = 1; term <= TERMS_MAX; term++) {
    const m = Math.floor(term / 2)
    const numerator =
      term % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + numerator * d)
    c = awayFromZero(1 + numerator / c)
    value *= c * d
    if (Math.abs(c * d - 1) < PRECISION) {
      break
    }
  }
  return value
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
