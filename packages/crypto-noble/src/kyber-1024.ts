/**
 * Kyber1024 as of round 3, which Signal's key type 8 means, made of ML-KEM-1024 (FIPS 203): the two differ in nothing but
 * what is hashed before and after. Key pairs are the same.
 */
import { sha3_256, shake256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { ml_kem1024 } from '@noble/post-quantum/ml-kem.js'
import { equalBytes } from '@noble/curves/utils.js'
import type { Random } from '@sealpost/crypto'
import { wipe } from './wipe.ts'

const KYBER_1024_TYPE = 8
/** Bytes of a public key, and of a ciphertext, with their type byte. */
export const KYBER_KEY_BYTES = 1_569
/** Bytes of a secret key with its type byte: s, ek, H(ek) and z as FIPS 203 has them. */
export const KYBER_SECRET_BYTES = 3_169
const Z_START = 3_136
const SHARED_BYTES = 32

/** A key pair in wire form, type bytes included. */
export interface KyberPair {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

/** A fresh key pair. Takes 64 random bytes. */
export function makeKyberPair(random: Random): KyberPair {
  const seed = random.bytes(64)
  const { publicKey, secretKey } = ml_kem1024.keygen(seed)
  const pair = { publicKey: typed(publicKey), secretKey: typed(secretKey) }
  wipe(seed, secretKey)
  return pair
}

/** Whether this is a public key, or a ciphertext, by length and type byte. */
export function isKyberBytes(bytes: Uint8Array): boolean {
  return bytes.length === KYBER_KEY_BYTES && bytes[0] === KYBER_1024_TYPE
}

/**
 * A ciphertext for the holder of `publicKey` and the 32 bytes it carries, which are the caller's to wipe.
 *
 * @param random32 fresh; round 3 hashes it before use, so that no output of a generator is shown.
 * @returns undefined for a key with coefficients that no key has. libsignal takes such keys; no honest peer makes one.
 */
export function encapsulateKyber(
  publicKey: Uint8Array,
  random32: Uint8Array
): { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array } | undefined {
  const m = sha3_256(random32)
  try {
    const { cipherText, sharedSecret } = ml_kem1024.encapsulate(publicKey.subarray(1), m)
    const kept = {
      ciphertext: typed(cipherText),
      sharedSecret: roundThree(sharedSecret, cipherText)
    }
    wipe(sharedSecret)
    return kept
  } catch {
    return undefined
  } finally {
    wipe(m)
  }
}

/**
 * The 32 bytes that a ciphertext carries, the caller's to wipe. A ciphertext that nobody made for this key gives bytes that
 * nobody knows (implicit rejection), and never an error.
 *
 * @throws Error for a secret key that is not what `makeKyberPair` made.
 */
export function decapsulateKyber(ciphertext: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const c = ciphertext.subarray(1)
  const dk = secretKey.subarray(1)
  const z = dk.subarray(Z_START)
  const shared = ml_kem1024.decapsulate(c, dk)
  const rejected = shake256(concatBytes(z, c), { dkLen: SHARED_BYTES })
  // Both values are made, and the choice is a mask, so that time does not tell whether the ciphertext was taken.
  const mask = -Number(equalBytes(shared, rejected))
  const base = shared.map((byte, index) => (byte & ~mask) | ((z[index] ?? 0) & mask))
  const result = roundThree(base, c)
  wipe(shared, rejected, base)
  return result
}

/** KDF of round 3: SHAKE-256 of the pre-key and the hash of the ciphertext. */
function roundThree(base: Uint8Array, c: Uint8Array): Uint8Array {
  const input = concatBytes(base, sha3_256(c))
  const key = shake256(input, { dkLen: SHARED_BYTES })
  wipe(input)
  return key
}

function typed(bytes: Uint8Array): Uint8Array {
  const key = new Uint8Array(bytes.length + 1)
  key[0] = KYBER_1024_TYPE
  key.set(bytes, 1)
  return key
}
