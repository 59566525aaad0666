import { addPolynomial, inverseTransform, multiplyTransformed, N, Q } from './ml-kem-ring.ts'
import { CT2_BYTES, ENCAPSULATION_SEED_BYTES } from './mlkem768-incremental.ts'

/** The rank of the module of ML-KEM-768. */
const K = 3
const STORED_POLYNOMIAL_BYTES = 2 * N

/**
 * The second part of a ciphertext from what official keeps to make it: `NTT(y) || e2 || m`, coefficients as little-endian
 * i16. Where the vector has come before ct1 was acknowledged, official does not hold the header any more, which the library's
 * encapsulation would need. K-PKE.Encrypt, FIPS 203, algorithm 14, lines 20 to 24. For tests.
 */
export function ct2OfOfficial(es: Uint8Array, ekVector: Uint8Array): Uint8Array {
  const polynomials = Array.from({ length: K + 1 }, (_, at) =>
    storedPolynomial(es.subarray(at * STORED_POLYNOMIAL_BYTES))
  )
  const v = new Int16Array(N)
  for (const [at, y] of polynomials.slice(0, K).entries()) {
    const t = unpack12(ekVector.subarray((at * ekVector.length) / K))
    addPolynomial(v, multiplyTransformed(t, y))
  }
  inverseTransform(v)
  addPolynomial(v, polynomials[K] ?? new Int16Array(N))
  addPolynomial(v, messagePolynomial(es.slice(-ENCAPSULATION_SEED_BYTES)))
  return compress4(v)
}

function storedPolynomial(bytes: Uint8Array): Int16Array {
  return Int16Array.from(
    { length: N },
    (_, i) => (bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8)
  )
}

/** ByteDecode for d = 12. */
function unpack12(bytes: Uint8Array): Int16Array {
  const polynomial = new Int16Array(N)
  for (let i = 0, at = 0; i < N; i += 2, at += 3) {
    const middle = bytes[at + 1] ?? 0
    polynomial[i] = (bytes[at] ?? 0) | ((middle & 0x0f) << 8)
    polynomial[i + 1] = (middle >>> 4) | ((bytes[at + 2] ?? 0) << 4)
  }
  return polynomial
}

/** Decompress for d = 1: a bit that is set is half of q, rounded. */
function messagePolynomial(m: Uint8Array): Int16Array {
  return Int16Array.from(
    { length: N },
    (_, i) => (((m[i >> 3] ?? 0) >> (i & 7)) & 1) * ((Q + 1) / 2)
  )
}

/** Compress and ByteEncode for d = 4. */
function compress4(polynomial: Int16Array): Uint8Array {
  const nibble = (i: number): number => {
    const positive = ((polynomial[i] ?? 0) + Q) % Q
    return Math.floor((positive * 16 + (Q - 1) / 2) / Q) % 16
  }
  return Uint8Array.from(
    { length: CT2_BYTES },
    (_, at) => nibble(2 * at) | (nibble(2 * at + 1) << 4)
  )
}
