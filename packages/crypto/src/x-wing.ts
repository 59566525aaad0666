/** X-Wing, the hybrid of ML-KEM-768 and X25519 (draft-connolly-cfrg-xwing-kem), as an HPKE KEM. */
import { ml_kem768_x25519 as xWing } from '@noble/post-quantum/hybrid.js'
import type { Kem } from './hpke.ts'

/** Bytes of an X-Wing public key. */
export const X_WING_PUBLIC_KEY_BYTES = 1_216
/** Bytes of an X-Wing secret key: the seed of both its parts. */
export const X_WING_SECRET_KEY_BYTES = 32
/** Bytes of what X-Wing encapsulates. */
export const X_WING_ENC_BYTES = 1_120
const ENCAPSULATION_SEED_BYTES = 64

/** X-Wing, number 0x647a. */
export const X_WING: Kem = {
  kemId: 0x647a,
  encBytes: X_WING_ENC_BYTES,
  encapsulate(publicKey, random) {
    const { cipherText, sharedSecret } = xWing.encapsulate(
      publicKey,
      random.bytes(ENCAPSULATION_SEED_BYTES)
    )
    return { enc: cipherText, sharedSecret }
  },
  decapsulate(enc, secretKey) {
    return xWing.decapsulate(enc, secretKey)
  }
}

/** The public key of a 32-byte secret key. */
export function xWingPublicKey(secretKey: Uint8Array): Uint8Array {
  return xWing.keygen(secretKey).publicKey
}
