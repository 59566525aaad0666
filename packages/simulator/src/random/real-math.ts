/**
 * Functions of real numbers, made of + - * / and of the bits of a double, which the standard fixes: engines may, and do, differ in
 * the last digit of their own.
 */

/** ln 2 in two parts: the first has so few digits that a whole multiple of it is exact. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const SQRT_HALF = 0.7071067811865476
/** 1/3, 1/5, 1/7, …: of the series of artanh, as many as a double sees between the roots of 1/2 and of 2. */
const ARTANH: readonly number[] = Array.from({ length: 11 }, (_, at) => 1 / (2 * at + 3))
/** 1/2!, 1/3!, …: of the series of exp, as many as a double sees up to half of ln 2. */
const EXP: readonly number[] = reciprocalFactorials(13)
/** B(2n) / (2n (2n - 1)): of Stirling's series. */
const STIRLING: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156
]
const HALF_LN_2PI = 0.9189385332046727
/** From here on Stirling's series is exact to a double. */
const STIRLING_FROM = 12

/** Scratch, in an order of bytes that does not depend on the machine. */
const bits = new DataView(new ArrayBuffer(8))

/** The natural logarithm, off by one unit in the last place at most; -Infinity of 0, NaN below. */
export function ln(x: number): number {
  if (!(x > 0) || x === Infinity) {
    return x === 0 ? -Infinity : x > 0 ? Infinity : NaN
  }
  if (x < 2 ** -1022) {
    // Numbers so small have fewer digits and no exponent of their own.
    return ln(x * 2 ** 54) - 54 * LN2_HIGH - 54 * LN2_LOW
  }
  bits.setFloat64(0, x)
  const high = bits.getInt32(0)
  let exponent = (high >> 20) - 1022
  bits.setInt32(0, (high & 0xfffff) | (1022 << 20))
  let mantissa = bits.getFloat64(0)
  if (mantissa < SQRT_HALF) {
    mantissa *= 2
    exponent -= 1
  }
  // ln m = 2 artanh s with s = (m - 1) / (m + 1), written so that the largest part, m - 1, is exact.
  const rest = mantissa - 1
  const s = rest / (2 + rest)
  const square = s * s
  const tail = 2 * square * polynomial(ARTANH, square)
  return exponent * LN2_HIGH - (s * (rest - tail) - exponent * LN2_LOW - rest)
}

/** e to the power of x, off by two units in the last place at most. */
export function exp(x: number): number {
  if (!(x > -746 && x < 710)) {
    return x <= -746 ? 0 : x >= 710 ? Infinity : NaN
  }
  const exponent = Math.round(x / (LN2_HIGH + LN2_LOW))
  const high = x - exponent * LN2_HIGH
  const low = exponent * LN2_LOW
  const rest = high - low
  const power = 1 + (high - (low - rest * rest * polynomial(EXP, rest)))
  // In two halves, for neither the largest nor the smallest doubles have a power of two beside them.
  const half = exponent >> 1
  return power * powerOfTwo(half) * powerOfTwo(exponent - half)
}

/** x to the power of y, of an x from 0: the relative error grows with |y ln x|, about 2^-52 for each. */
export function pow(x: number, y: number): number {
  return y === 0 ? 1 : exp(y * ln(x))
}

/** The logarithm of the gamma function, from above 0. */
export function lnGamma(x: number): number {
  let shifted = x
  let product = 1
  while (shifted < STIRLING_FROM) {
    product *= shifted
    shifted += 1
  }
  const series = polynomial(STIRLING, 1 / (shifted * shifted)) / shifted
  return (shifted - 0.5) * ln(shifted) - shifted + HALF_LN_2PI + series - ln(product)
}

/** @param exponent An integer from -1022 to 1023. */
function powerOfTwo(exponent: number): number {
  bits.setInt32(0, (exponent + 1023) << 20)
  bits.setInt32(4, 0)
  return bits.getFloat64(0)
}

/** The first coefficient is that of 1. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let at = coefficients.length - 1; at >= 0; at--) {
    sum = sum * x + (coefficients[at] as number)
  }
  return sum
}

/** 1/2!, 1/3!, … */
function reciprocalFactorials(count: number): readonly number[] {
  const all: number[] = []
  let factorial = 1
  for (let n = 2; n < count + 2; n++) {
    factorial *= n
    all.push(1 / factorial)
  }
  return all
}
