/** Whether a key is the one way to write a point of the prime-order group: asked of the base key of a first message alone. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { uOf } from './curve-key.ts'

const { Point } = ed25519
const { Fp } = Point
const MINUS_ONE = Fp.neg(Fp.ONE)

/**
 * The Edwards form of a u-coordinate, y = (u - 1) / (u + 1) (RFC 7748 4.1), with the sign of x in the top bit.
 *
 * @param u 32 bytes; the top bit and multiples of p above it are dropped.
 * @returns undefined for u = -1, which no point answers to.
 */
export function edwardsY(u: Uint8Array, sign: number): Uint8Array | undefined {
  const masked = u.slice()
  masked[31] = (masked[31] ?? 0) & 127
  const value = Fp.create(littleEndian(masked))
  if (Fp.eql(value, MINUS_ONE)) {
    return undefined
  }
  const y = Fp.div(Fp.sub(value, Fp.ONE), Fp.add(value, Fp.ONE))
  const bytes = Fp.toBytes(y)
  bytes[31] = (bytes[31] ?? 0) | sign
  return bytes
}

/**
 * True for a key of 33 bytes whose u is less than p and belongs to a point of prime order on the curve itself, not its twist.
 */
export function isCanonicalKey(key: Uint8Array): boolean {
  const u = uOf(key)
  if (littleEndian(u) >= Fp.ORDER) {
    return false
  }
  const encoded = edwardsY(u, 0)
  if (encoded === undefined) {
    return false
  }
  try {
    return Point.fromBytes(encoded, true).isTorsionFree()
  } catch {
    return false
  }
}

/**
 * The number that these bytes are, the first the lowest. Arithmetic on big integers takes a time that depends on them a little;
 * the curve library's own scalars are such integers, too.
 */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let index = bytes.length - 1; index >= 0; index--) {
    value = (value << 8n) | BigInt(bytes[index] ?? 0)
  }
  return value
}
