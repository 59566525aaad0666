/**
 * XEdDSA (The XEdDSA and VXEdDSA Signature Schemes, 2) as libsignal does it: the private scalar is not negated to make the sign
 * bit of the Edwards public key zero; the top bit of the signature carries that bit instead. Names are the paper's.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { equalBytes } from '@noble/curves/utils.js'
import type { NativeCurve } from './agreement.ts'
import { uOf } from './curve-key.ts'
import { littleEndian } from './little-endian.ts'
import { wipe } from './wipe.ts'

const { Point } = ed25519
const { Fp } = Point
const MINUS_ONE = Fp.neg(Fp.ONE)
const q = Point.Fn.ORDER
/** Bytes of a signature, and of the randomness that one takes. */
export const SIGNATURE_BYTES = 64
const SIGN_BIT = 0x80
/** hash_1 of the paper: 2^256 - 2, which is no encoding of a point. */
const HASH_1: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 254 : 255))

/**
 * Signs with a clamped private key of 32 bytes.
 *
 * @param Z 64 fresh random bytes.
 */
export function signXeddsa(k: Uint8Array, M: Uint8Array, Z: Uint8Array): Uint8Array {
  const a = littleEndian(k) % q
  const A = Point.BASE.multiply(a).toBytes()
  const sign = (A[31] ?? 0) & SIGN_BIT
  const nonceInput = concatBytes(HASH_1, k, M, Z)
  const nonce = sha512(nonceInput)
  const r = littleEndian(nonce) % q
  const R = Point.BASE.multiply(r).toBytes()
  const h = littleEndian(sha512(concatBytes(R, A, M))) % q
  const s = Point.Fn.toBytes((r + h * a) % q)
  s[31] = ((s[31] ?? 0) & 127) | sign
  wipe(nonceInput, nonce)
  return concatBytes(R, s)
}

/**
 * Whether `signature` is one of `M` by the holder of a public key of 33 bytes. False for whatever is none: it never throws.
 *
 * As libsignal it asks for s < 2^253, not for s < q, and multiplies by no cofactor.
 */
export function verifyXeddsa(publicKey: Uint8Array, M: Uint8Array, signature: Uint8Array): boolean {
  const edwards = asEd25519(publicKey, signature)
  if (edwards === undefined) {
    return false
  }
  const R = edwards.signature.subarray(0, 32)
  try {
    const A = Point.fromBytes(edwards.publicKey, true)
    const h = littleEndian(sha512(concatBytes(R, A.toBytes(), M))) % q
    const s = littleEndian(edwards.signature.subarray(32)) % q
    const expected = Point.BASE.multiplyUnsafe(s).subtract(A.multiplyUnsafe(h))
    return equalBytes(expected.toBytes(), R)
  } catch {
    // No point has this y.
    return false
  }
}

/** The same with a native curve, which is believed where it says yes: an honest signature is one of Ed25519 as well. */
export async function verifyXeddsaNatively(
  publicKey: Uint8Array,
  M: Uint8Array,
  signature: Uint8Array,
  verify: NonNullable<NativeCurve['verify']>
): Promise<boolean> {
  const edwards = asEd25519(publicKey, signature)
  if (edwards === undefined) {
    return false
  }
  try {
    if (await verify(edwards.publicKey, M, edwards.signature)) {
      return true
    }
  } catch {
    // A platform may refuse a key in its own way.
  }
  return verifyXeddsa(publicKey, M, signature)
}

/** The Ed25519 key with the sign that the signature says, and the signature without that bit. */
function asEd25519(
  publicKey: Uint8Array,
  signature: Uint8Array
): { readonly publicKey: Uint8Array; readonly signature: Uint8Array } | undefined {
  const top = signature[63] ?? 0
  const encoded =
    signature.length === SIGNATURE_BYTES ? edwardsY(uOf(publicKey), top & SIGN_BIT) : undefined
  // s is below 2^253: with the sign, its three top bits are spoken for.
  return encoded === undefined || (top & 0x60) !== 0
    ? undefined
    : { publicKey: encoded, signature: signature.with(63, top & 127) }
}

/**
 * The Edwards form of a u-coordinate, y = (u - 1) / (u + 1) (RFC 7748 4.1), with the sign of x in the top bit.
 *
 * @param u 32 bytes; the top bit and multiples of p above it are dropped.
 * @returns undefined for u = -1, which no point answers to.
 */
export function edwardsY(u: Uint8Array, sign: number): Uint8Array | undefined {
  const masked = new Uint8Array(u)
  masked[31] = (masked[31] ?? 0) & 127
  const value = Fp.create(littleEndian(masked))
  if (Fp.eql(value, MINUS_ONE)) {
    return undefined
  }
  const bytes = Fp.toBytes(Fp.div(Fp.sub(value, Fp.ONE), Fp.add(value, Fp.ONE)))
  bytes[31] = (bytes[31] ?? 0) | sign
  return bytes
}
