/**
 * RFC 9180, base mode, one message to one key, with HKDF-SHA256 and ChaCha20-Poly1305. The KEM is a parameter, so that the
 * RFC's own vectors, which know no X-Wing, prove the rest. Names are the RFC's.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bigEndian, concatBytes, utf8ToBytes } from '@sealpost/protocol'
import type { Random } from './random.ts'

/** A key encapsulation mechanism with its number in the IANA registry (RFC 9180 4.1). */
export interface Kem {
  readonly kemId: number
  /** Bytes of an encapsulated key. */
  readonly encBytes: number
  /** Throws for a public key that is none. */
  encapsulate(
    publicKey: Uint8Array,
    random: Random
  ): { readonly sharedSecret: Uint8Array; readonly enc: Uint8Array }
  /** Throws for an encapsulated key that is none. */
  decapsulate(enc: Uint8Array, secretKey: Uint8Array): Uint8Array
}

const KDF_HKDF_SHA256 = 1
const AEAD_CHACHA20_POLY1305 = 3
const MODE_BASE = Uint8Array.of(0)
const KEY_BYTES = 32
const NONCE_BYTES = 12
const VERSION = utf8ToBytes('HPKE-v1')
const NOTHING = new Uint8Array(0)

/** `LabeledExtract` of RFC 9180 4. */
export function labeledExtract(options: {
  readonly suiteId: Uint8Array
  readonly salt: Uint8Array
  readonly label: string
  readonly ikm: Uint8Array
}): Uint8Array {
  const ikm = concatBytes(VERSION, options.suiteId, utf8ToBytes(options.label), options.ikm)
  return extract(sha256, ikm, options.salt)
}

/** `LabeledExpand` of RFC 9180 4. */
export function labeledExpand(options: {
  readonly suiteId: Uint8Array
  readonly prk: Uint8Array
  readonly label: string
  readonly info: Uint8Array
  readonly length: number
}): Uint8Array {
  const { suiteId, prk, label, info, length } = options
  const text = concatBytes(bigEndian(length, 2), VERSION, suiteId, utf8ToBytes(label), info)
  return expand(sha256, prk, text, length)
}

/** `KeySchedule` of RFC 9180 5.1, for base mode. */
export function keySchedule(
  kem: Kem,
  sharedSecret: Uint8Array,
  info: Uint8Array
): { readonly key: Uint8Array; readonly baseNonce: Uint8Array } {
  const suiteId = concatBytes(
    utf8ToBytes('HPKE'),
    bigEndian(kem.kemId, 2),
    bigEndian(KDF_HKDF_SHA256, 2),
    bigEndian(AEAD_CHACHA20_POLY1305, 2)
  )
  const context = concatBytes(
    MODE_BASE,
    labeledExtract({ suiteId, salt: NOTHING, label: 'psk_id_hash', ikm: NOTHING }),
    labeledExtract({ suiteId, salt: NOTHING, label: 'info_hash', ikm: info })
  )
  const prk = labeledExtract({ suiteId, salt: sharedSecret, label: 'secret', ikm: NOTHING })
  return {
    key: labeledExpand({ suiteId, prk, label: 'key', info: context, length: KEY_BYTES }),
    baseNonce: labeledExpand({
      suiteId,
      prk,
      label: 'base_nonce',
      info: context,
      length: NONCE_BYTES
    })
  }
}

/** `SealBase` of RFC 9180 6.1. Throws what the KEM throws for a public key that is none. */
export function hpkeSeal(
  kem: Kem,
  options: {
    readonly publicKey: Uint8Array
    readonly info: Uint8Array
    readonly aad: Uint8Array
    readonly plaintext: Uint8Array
  },
  random: Random
): { readonly enc: Uint8Array; readonly ciphertext: Uint8Array } {
  const { enc, sharedSecret } = kem.encapsulate(options.publicKey, random)
  const { key, baseNonce } = keySchedule(kem, sharedSecret, options.info)
  const ciphertext = chacha20poly1305(key, baseNonce, options.aad).encrypt(options.plaintext)
  return { enc, ciphertext }
}

/** `OpenBase` of RFC 9180 6.1. @returns undefined where anything does not fit. */
export function hpkeOpen(
  kem: Kem,
  options: {
    readonly secretKey: Uint8Array
    readonly info: Uint8Array
    readonly aad: Uint8Array
    readonly enc: Uint8Array
    readonly ciphertext: Uint8Array
  }
): Uint8Array | undefined {
  try {
    const sharedSecret = kem.decapsulate(options.enc, options.secretKey)
    const { key, baseNonce } = keySchedule(kem, sharedSecret, options.info)
    return chacha20poly1305(key, baseNonce, options.aad).decrypt(options.ciphertext)
  } catch {
    // Encapsulated key and ciphertext come from outside, and the libraries refuse both by throwing.
    return undefined
  }
}
