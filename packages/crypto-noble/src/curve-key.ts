/**
 * Curve25519 keys as Signal writes them: a public key is a type byte and the u-coordinate (X25519, RFC 7748 5), a private key
 * 32 clamped bytes. Two public keys are equal where their bytes are: u is never brought into canonical form.
 */
import type { Random } from '@sealpost/crypto'

/** Bytes of a public key with its type byte. */
export const CURVE_KEY_BYTES = 33
/** Bytes of a private key. */
export const PRIVATE_KEY_BYTES = 32
/** The only type of curve key that Signal has. */
const DJB_TYPE = 5

/** A private key for these 32 bytes, in a new array (RFC 7748 5, decodeScalar25519). */
export function clamped(bytes: Uint8Array): Uint8Array {
  // Not `slice`: a store may give a Buffer of Node, whose `slice` shares the bytes.
  const key = new Uint8Array(bytes)
  key[0] = (key[0] ?? 0) & 248
  key[31] = ((key[31] ?? 0) & 127) | 64
  return key
}

/** A fresh private key. */
export function freshPrivateKey(random: Random): Uint8Array {
  const bytes = random.bytes(PRIVATE_KEY_BYTES)
  const key = clamped(bytes)
  bytes.fill(0)
  return key
}

/** The wire form of a u-coordinate. */
export function encodeCurveKey(u: Uint8Array): Uint8Array {
  const key = new Uint8Array(CURVE_KEY_BYTES)
  key[0] = DJB_TYPE
  key.set(u, 1)
  return key
}

/** The u-coordinate of a public key: a view, 32 bytes. */
export function uOf(key: Uint8Array): Uint8Array {
  return key.subarray(1, CURVE_KEY_BYTES)
}

/** Whether this is a public key and nothing behind it. Whether the curve has such a point is not asked here. */
export function isCurveKey(bytes: Uint8Array): boolean {
  return bytes.length === CURVE_KEY_BYTES && bytes[0] === DJB_TYPE
}

/**
 * Reads a key of a message. libsignal drops what follows the 33 bytes, and so must whoever wants to understand the same messages.
 *
 * @returns a copy of 33 bytes, or undefined where there is no key.
 */
export function readCurveKey(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes !== undefined && bytes.length >= CURVE_KEY_BYTES && bytes[0] === DJB_TYPE
    ? bytes.slice(0, CURVE_KEY_BYTES)
    : undefined
}
