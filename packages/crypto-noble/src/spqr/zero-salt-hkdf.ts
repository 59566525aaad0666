import { expand } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

type Hmac = ReturnType<typeof hmac.create>

let zeroSalted: Hmac | undefined

/**
 * HKDF-SHA-256 with a salt of 32 zero bytes (RFC 5869), as SPQR derives nearly everything. It runs for every message, so the
 * hash of the salt, which is always the same, is taken once: half the time of the general function.
 *
 * @returns `length` bytes that the caller owns.
 */
export function zeroSaltHkdf(ikm: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  zeroSalted ??= hmac.create(sha256, new Uint8Array(32))
  const prk = zeroSalted.clone().update(ikm).digest()
  const okm = expand(sha256, prk, info, length)
  prk.fill(0)
  return okm
}
