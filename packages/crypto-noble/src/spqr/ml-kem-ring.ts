/**
 * The ring of ML-KEM, Z_q[X] / (X^256 + 1) with q = 3329 (FIPS 203, sections 2.4 and 4.2): what `encaps1` needs and the library
 * keeps to itself, without a branch, a division or a look-up that depends on a secret. What a JavaScript engine makes of that
 * is beyond a program's reach; nothing here invites it to differ.
 *
 * A polynomial is an `Int16Array` of 256 coefficients, each any representative modulo q between -q and q unless said
 * otherwise. Products are Montgomery's with R = 2^16, as in the reference implementation of Kyber.
 */

/** Coefficients of a polynomial. */
export const N = 256
/** The modulus of the coefficients. */
export const Q = 3329

/** A primitive 256th root of unity modulo q (FIPS 203, section 4.3). */
const ZETA = 17
/** 1 / q modulo 2^16, as a signed number. */
const Q_INVERSE = -3327
/** R^2 / 128 modulo q: takes out what the inverse transform multiplies in, and one factor of Montgomery's. */
const INVERSE_SCALE = 1441

/** Powers of `ZETA` in the order that the transform takes them, times R: `ZETA^BitRev7(i) * R`, around 0. */
const ZETAS: Int16Array = makeZetas()

/** The product of two numbers, divided by R, for |a * b| below q * 2^15. Between -q and q. */
function multiply(a: number, b: number): number {
  const product = Math.imul(a, b)
  const factor = (Math.imul(product, Q_INVERSE) << 16) >> 16
  return (product - Math.imul(factor, Q)) >> 16
}

/** The representative of a 16-bit number that is nearest to 0. */
function reduce(a: number): number {
  // 20159 is 2^26 / q, rounded.
  const quotient = (Math.imul(20_159, a) + (1 << 25)) >> 26
  return a - Math.imul(quotient, Q)
}

/** Adds `b` to `a`; every coefficient of `a` becomes the representative that is nearest to 0. */
export function addPolynomial(a: Int16Array, b: Int16Array): void {
  for (let i = 0; i < N; i += 1) {
    a[i] = reduce((a[i] ?? 0) + (b[i] ?? 0))
  }
}

/** NTT, in place (FIPS 203, algorithm 9). */
export function transform(polynomial: Int16Array): void {
  let k = 1
  for (let length = 128; length >= 2; length >>= 1) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = ZETAS[k] ?? 0
      k += 1
      for (let j = start; j < start + length; j += 1) {
        const a = polynomial[j] ?? 0
        const b = multiply(zeta, polynomial[j + length] ?? 0)
        polynomial[j + length] = a - b
        polynomial[j] = a + b
      }
    }
  }
  for (let i = 0; i < N; i += 1) {
    polynomial[i] = reduce(polynomial[i] ?? 0)
  }
}

/** The inverse of the NTT, times R, in place (FIPS 203, algorithm 10): undoes the division of `multiplyTransformed`. */
export function inverseTransform(polynomial: Int16Array): void {
  let k = 127
  for (let length = 2; length <= 128; length <<= 1) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = ZETAS[k] ?? 0
      k -= 1
      for (let j = start; j < start + length; j += 1) {
        const a = polynomial[j] ?? 0
        const b = polynomial[j + length] ?? 0
        polynomial[j] = reduce(a + b)
        polynomial[j + length] = multiply(zeta, b - a)
      }
    }
  }
  for (let i = 0; i < N; i += 1) {
    polynomial[i] = multiply(polynomial[i] ?? 0, INVERSE_SCALE)
  }
}

/** The product of two transformed polynomials, divided by R (FIPS 203, algorithms 11 and 12). */
export function multiplyTransformed(a: Int16Array, b: Int16Array): Int16Array {
  const product = new Int16Array(N)
  for (let i = 0; i < N / 2; i += 1) {
    const a0 = a[2 * i] ?? 0
    const a1 = a[2 * i + 1] ?? 0
    const b0 = b[2 * i] ?? 0
    const b1 = b[2 * i + 1] ?? 0
    const positive = ZETAS[64 + (i >> 1)] ?? 0
    // The sign alternates: i is no secret.
    const gamma = (i & 1) === 0 ? positive : -positive
    product[2 * i] = multiply(multiply(a1, b1), gamma) + multiply(a0, b0)
    product[2 * i + 1] = multiply(a0, b1) + multiply(a1, b0)
  }
  return product
}

/** SamplePolyCBD for eta = 2 (FIPS 203, algorithm 8): 128 bytes, half a byte for each coefficient. */
export function sampleNoise(bytes: Uint8Array): Int16Array {
  const polynomial = new Int16Array(N)
  for (let i = 0; i < N / 2; i += 1) {
    const byte = bytes[i] ?? 0
    // The four pairs of bits, summed side by side.
    const sums = (byte & 0x55) + ((byte >>> 1) & 0x55)
    polynomial[2 * i] = (sums & 3) - ((sums >>> 2) & 3)
    polynomial[2 * i + 1] = ((sums >>> 4) & 3) - (sums >>> 6)
  }
  return polynomial
}

/** Compress and ByteEncode for d = 10 (FIPS 203, 4.7 and algorithm 5): 320 bytes. */
export function compress10(polynomial: Int16Array): Uint8Array {
  const bytes = new Uint8Array(320)
  for (let i = 0, at = 0; i < N; i += 4, at += 5) {
    const a = compressCoefficient10(polynomial[i] ?? 0)
    const b = compressCoefficient10(polynomial[i + 1] ?? 0)
    const c = compressCoefficient10(polynomial[i + 2] ?? 0)
    const d = compressCoefficient10(polynomial[i + 3] ?? 0)
    bytes[at] = a
    bytes[at + 1] = (a >>> 8) | (b << 2)
    bytes[at + 2] = (b >>> 6) | (c << 4)
    bytes[at + 3] = (c >>> 4) | (d << 6)
    bytes[at + 4] = d >>> 2
  }
  return bytes
}

/**
 * `round(2^10 / q * x) mod 2^10`, for x between -q and q. A division would take a time that depends on x; the product with
 * 2^32 / q rounded up, exact as a double, gives the same for every x.
 */
export function compressCoefficient10(x: number): number {
  const positive = x + (Q & (x >> 15))
  const rounded = positive * 1024 + (Q >> 1) + 1
  return Math.floor((rounded * 1_290_167) / 0x1_0000_0000) & 0x3ff
}

function makeZetas(): Int16Array {
  const powers: number[] = []
  // R modulo q.
  let power = 0x1_0000 % Q
  for (let exponent = 0; exponent < 128; exponent += 1) {
    powers.push(power)
    power = (power * ZETA) % Q
  }
  return Int16Array.from(powers, (_, i) => {
    const zeta = powers[reverse7(i)] ?? 0
    return zeta > Q / 2 ? zeta - Q : zeta
  })
}

/** The seven bits of `i` in the other order. */
function reverse7(i: number): number {
  let reversed = 0
  for (let bit = 0; bit < 7; bit += 1) {
    reversed |= ((i >> bit) & 1) << (6 - bit)
  }
  return reversed
}
