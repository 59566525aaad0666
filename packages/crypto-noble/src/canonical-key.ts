/**
 * Whether a key is the one way to write a point of the prime-order group: asked of the base key of a first message alone.
 *
 * The question costs one X25519 with a public scalar, c = 5 L - 1, where L is the order of that group. c is -1 modulo L, a
 * multiple of 8, and between 2^254 and 2^255, so X25519 takes it as it is. Every point P of the curve is Q + T with Q of the
 * prime-order group and 8 T = 0, so c P = -Q, whose u is that of Q. It is the u of P where T = 0. Were it the u of P otherwise,
 * Q + T = Q or Q + T = -Q, hence T = 0 or 2 Q = -T, hence Q = 0, for which X25519 gives zeros and nothing is agreed on. The
 * twist has order 4 L' with a prime L', and c is neither 1 nor -1 modulo L', so no key of the twist comes back either.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { equalBytes } from '@noble/curves/utils.js'
import type { Agreement } from './agreement.ts'
import { littleEndian } from './little-endian.ts'
import { uOf } from './curve-key.ts'

const P = ed25519.Point.Fp.ORDER
/** c, the lowest byte first. Public. */
const RETURNING_SCALAR: Uint8Array = ed25519.Point.Fp.toBytes(5n * ed25519.Point.Fn.ORDER - 1n)

/** What must be agreed on to know: for `isCanonicalKey`. */
export function canonicalAgreement(key: Uint8Array): Agreement {
  return { privateKey: RETURNING_SCALAR, publicKey: key }
}

/**
 * True for a key of 33 bytes whose u is less than p and belongs to a point of prime order on the curve itself.
 *
 * @param returned what `canonicalAgreement` of this key gave.
 */
export function isCanonicalKey(key: Uint8Array, returned: Uint8Array | undefined): boolean {
  const u = uOf(key)
  return returned !== undefined && littleEndian(u) < P && equalBytes(returned, u)
}
