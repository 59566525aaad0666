/**
 * ML-KEM-768 in parts that can be sent on their own (ML-KEM Braid, section 1): the encapsulation key as a
 * header and a vector, the ciphertext as `ct1`, which needs the header only, and `ct2`, which needs the vector.
 *
 *     ek = ekVector 1152 || rho 32      header = rho || SHA3-256(ek)
 *     ct = ct1 960 || ct2 128           (K, r) = SHA3-512(m || SHA3-256(ek))
 *
 * Key generation, `ct2` and decapsulation are the library's own functions. `encaps1`, the first half of K-PKE.Encrypt (FIPS
 * 203, algorithm 14, lines 4 to 20 without v), is ours, since no library offers it; `encaps2` runs the whole encapsulation of
 * the library and holds our half to it.
 *
 * FIPS 203 has H(ek) over `ekVector || rho`, and so has every peer; the text of the ML-KEM Braid names the two the other way
 * round.
 */
import { sha3_256, sha3_512, shake128, shake256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Random } from '@sealpost/crypto'
import { equalBytes } from '@noble/curves/utils.js'
import { SealpostError, StorageError } from '@sealpost/protocol'
import {
  addPolynomial,
  compress10,
  inverseTransform,
  multiplyTransformed,
  N,
  Q,
  sampleNoise,
  transform
} from './ml-kem-ring.ts'
import { SpqrError } from './spqr-error.ts'

/** Bytes of `d || z`, which a key pair is made from. */
export const SEED_BYTES = 64
/** Bytes of m, which an encapsulation is made from. */
export const ENCAPSULATION_SEED_BYTES = 32
/** Bytes of `rho || H(ek)`. */
export const HEADER_BYTES = 64
/** Bytes of the vector of an encapsulation key. */
export const EK_VECTOR_BYTES = 1152
/** Bytes of a decapsulation key: `s 1152 || ekVector 1152 || rho 32 || H(ek) 32 || z 32`. */
export const DK_BYTES = 2400
/** Bytes of the first part of a ciphertext. */
export const CT1_BYTES = 960
/** Bytes of the second part of a ciphertext. */
export const CT2_BYTES = 128

/** The rank of the module of ML-KEM-768. */
const K = 3
const RHO_BYTES = 32
/** A block of SHAKE128: 56 times three bytes, which hold two candidates each. */
const XOF_BLOCK_BYTES = 168

/**
 * What a platform may do faster than the library and must do with the same results: FIPS 203, algorithms 16 and 18. The
 * library's `ml_kem768` is one; it is asked again where another throws.
 */
export interface NativeMlKem768 {
  /** @param seed `d || z`, 64 bytes. */
  readonly keygen: (seed: Uint8Array) => { readonly secretKey: Uint8Array }
  /** The 32 bytes that were encapsulated, or others where the ciphertext is none of this key. */
  readonly decapsulate: (cipherText: Uint8Array, secretKey: Uint8Array) => Uint8Array
}

/** A fresh decapsulation key, from which `headerOf` and `ekVectorOf` read the rest. Draws 64 bytes, `d || z`. */
export function makeDecapsulationKey(random: Random, native: NativeMlKem768): Uint8Array {
  const seed = random.bytes(SEED_BYTES)
  const dk = decapsulationKeyOf(seed, native)
  seed.fill(0)
  return dk
}

function decapsulationKeyOf(seed: Uint8Array, native: NativeMlKem768): Uint8Array {
  try {
    return native.keygen(seed).secretKey
  } catch {
    return ml_kem768.keygen(seed).secretKey
  }
}

/** The header of the encapsulation key in `dk`, in an array of its own. */
export function headerOf(dk: Uint8Array): Uint8Array {
  const start = 2 * EK_VECTOR_BYTES
  return dk.slice(start, start + HEADER_BYTES)
}

/** The vector of the encapsulation key in `dk`, in an array of its own. */
export function ekVectorOf(dk: Uint8Array): Uint8Array {
  return dk.slice(EK_VECTOR_BYTES, 2 * EK_VECTOR_BYTES)
}

/**
 * The first part of a ciphertext and what it encapsulates, from the header alone.
 *
 * @param m 32 fresh random bytes, to be kept for `encaps2` and then forgotten.
 */
export function encaps1(
  header: Uint8Array,
  m: Uint8Array
): { readonly ct1: Uint8Array; readonly sharedSecret: Uint8Array } {
  const rho = header.subarray(0, RHO_BYTES)
  const input = concatBytes(m, header.subarray(RHO_BYTES))
  const keyAndSeed = sha3_512(input)
  const sharedSecret = keyAndSeed.slice(0, 32)
  const seed = keyAndSeed.subarray(32)
  const y = [0, 1, 2].map((nonce) => {
    const noise = noiseOf(seed, nonce)
    transform(noise)
    return noise
  })
  const ct1 = new Uint8Array(CT1_BYTES)
  for (let i = 0; i < K; i += 1) {
    const u = new Int16Array(N)
    for (const [j, yj] of y.entries()) {
      // A transposed: row i of it is column i of A.
      const product = multiplyTransformed(matrixEntry(rho, j, i), yj)
      addPolynomial(u, product)
      product.fill(0)
    }
    inverseTransform(u)
    const e1 = noiseOf(seed, K + i)
    addPolynomial(u, e1)
    ct1.set(compress10(u), (i * CT1_BYTES) / K)
    u.fill(0)
    e1.fill(0)
  }
  for (const secret of [...y, input, keyAndSeed]) {
    secret.fill(0)
  }
  return { ct1, sharedSecret }
}

/**
 * The second part of the ciphertext whose first part is `ct1`.
 *
 * @param m what `encaps1` was given.
 * @throws SpqrError `forged` where the vector is not the one that `header` announces, or is no vector of coefficients below
 * q, as FIPS 203 7.2 demands.
 * @throws SealpostError `SEALPOST_BUG` where our `encaps1` and the library disagree.
 */
export function encaps2({
  header,
  ekVector,
  m,
  ct1
}: {
  readonly header: Uint8Array
  readonly ekVector: Uint8Array
  readonly m: Uint8Array
  readonly ct1: Uint8Array
}): Uint8Array {
  const ek = concatBytes(ekVector, header.subarray(0, RHO_BYTES))
  if (!equalBytes(sha3_256(ek), header.subarray(RHO_BYTES))) {
    throw new SpqrError('forged')
  }
  const { cipherText, sharedSecret } = encapsulateChecked(ek, m)
  sharedSecret.fill(0)
  if (!equalBytes(cipherText.subarray(0, CT1_BYTES), ct1)) {
    throw new SealpostError('SEALPOST_BUG', 'encaps1 and the whole encapsulation differ')
  }
  return cipherText.slice(CT1_BYTES)
}

/**
 * What a ciphertext of both parts encapsulates, or, where it is none of this key, 32 other bytes (implicit rejection).
 *
 * @throws StorageError `SEALPOST_STORE_CORRUPT` where `dk` is no decapsulation key.
 */
export function decaps(dk: Uint8Array, ciphertext: Uint8Array, native: NativeMlKem768): Uint8Array {
  try {
    return native.decapsulate(ciphertext, dk)
  } catch {
    return decapsulateChecked(dk, ciphertext)
  }
}

function decapsulateChecked(dk: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  try {
    return ml_kem768.decapsulate(ciphertext, dk)
  } catch (cause) {
    // The length of the ciphertext is right, so the library found that the key is not what it once made.
    throw new StorageError('SEALPOST_STORE_CORRUPT', undefined, { cause })
  }
}

function encapsulateChecked(
  ek: Uint8Array,
  m: Uint8Array
): { readonly cipherText: Uint8Array; readonly sharedSecret: Uint8Array } {
  try {
    return ml_kem768.encapsulate(ek, m)
  } catch {
    // Both lengths are right, so what is left to refuse is a coefficient that is not below q.
    throw new SpqrError('forged')
  }
}

/** PRF and SamplePolyCBD: noise number `nonce` of an encapsulation. */
function noiseOf(seed: Uint8Array, nonce: number): Int16Array {
  const input = new Uint8Array(seed.length + 1)
  input.set(seed)
  input[seed.length] = nonce
  const bytes = shake256(input, { dkLen: N / 2 })
  const noise = sampleNoise(bytes)
  input.fill(0)
  bytes.fill(0)
  return noise
}

/** The entry of A in `row` and `column`: SampleNTT (FIPS 203, algorithm 7). It is public, so its time may tell of it. */
function matrixEntry(rho: Uint8Array, row: number, column: number): Int16Array {
  const xof = shake128.create().update(rho).update(Uint8Array.of(column, row))
  const block = new Uint8Array(XOF_BLOCK_BYTES)
  const entry = new Int16Array(N)
  let count = 0
  while (count < N) {
    xof.xofInto(block)
    for (let at = 0; at < XOF_BLOCK_BYTES && count < N; at += 3) {
      const middle = block[at + 1] ?? 0
      const first = (block[at] ?? 0) | ((middle & 0x0f) << 8)
      const second = (middle >>> 4) | ((block[at + 2] ?? 0) << 4)
      if (first < Q) {
        entry[count] = first
        count += 1
      }
      if (second < Q && count < N) {
        entry[count] = second
        count += 1
      }
    }
  }
  return entry
}
