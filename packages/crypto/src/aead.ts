/**
 * XChaCha20-Poly1305 as every seal here uses it: `nonce 24 || ciphertext || tag 16`, the nonce random. 192 bits of nonce may
 * be drawn at random for as long as a key lives, so no seal has to keep a counter.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { Random } from './random.ts'

/** Bytes of a key. */
export const SEAL_KEY_BYTES = 32
const NONCE_BYTES = 24
const TAG_BYTES = 16
/** What a seal adds to the bytes in it. */
export const SEAL_OVERHEAD_BYTES: number = NONCE_BYTES + TAG_BYTES

/** @returns a new array, `SEAL_OVERHEAD_BYTES` longer than `plaintext`. */
export function sealBytes(
  key: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
  random: Random
): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES)
  const sealed = new Uint8Array(SEAL_OVERHEAD_BYTES + plaintext.length)
  sealed.set(nonce)
  xchacha20poly1305(key, nonce, aad).encrypt(plaintext, sealed.subarray(NONCE_BYTES))
  return sealed
}

/** @returns undefined where `sealed` was not made with this key and associated data. */
export function openBytes(
  key: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array
): Uint8Array | undefined {
  if (sealed.length < SEAL_OVERHEAD_BYTES) {
    return undefined
  }
  const cipher = xchacha20poly1305(key, sealed.subarray(0, NONCE_BYTES), aad)
  try {
    return cipher.decrypt(sealed.subarray(NONCE_BYTES))
  } catch {
    // The library says by an exception, and by nothing else, that the tag does not fit.
    return undefined
  }
}
