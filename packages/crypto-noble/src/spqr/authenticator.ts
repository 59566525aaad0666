/**
 * The ratcheted authenticator of SPQR (ML-KEM Braid, section 2): a MAC key that takes in the secret of every
 * epoch, so that whoever did not take part in all of them cannot put a key or a ciphertext of their own in the place of the
 * peer's.
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { equalBytes, numberToBytesBE } from '@noble/curves/utils.js'
import { hkdfSha256, hmacSha256 } from '../hmac-sha256.ts'
import { SpqrError } from './spqr-error.ts'

/** Bytes of a MAC, which is not truncated. */
export const AUTHENTICATOR_MAC_BYTES = 32

const PROTOCOL = 'Signal_PQCKA_V1_MLKEM768:'
const UPDATE = utf8ToBytes(`${PROTOCOL}Authenticator Update`)
const HEADER = utf8ToBytes(`${PROTOCOL}ekheader`)
const CIPHERTEXT = utf8ToBytes(`${PROTOCOL}ciphertext`)
const EPOCH_SECRET = utf8ToBytes(`${PROTOCOL}SCKA Key`)

/** Two secrets of 32 bytes. Never changed: an update makes another. */
export interface Authenticator {
  readonly root: Uint8Array
  readonly mac: Uint8Array
}

/** The authenticator of epoch 1, from the 32 bytes that both sides agreed on beforehand. */
export function initialAuthenticator(authKey: Uint8Array): Authenticator {
  const zero = { root: new Uint8Array(32), mac: new Uint8Array(32) }
  return updateAuthenticator(zero, 1, authKey)
}

/** The authenticator that has also taken in `key`, the secret of `epoch`. */
export function updateAuthenticator(
  authenticator: Authenticator,
  epoch: number,
  key: Uint8Array
): Authenticator {
  const ikm = concatBytes(authenticator.root, key)
  const okm = hkdfSha256(undefined, ikm, concatBytes(UPDATE, numberToBytesBE(epoch, 8)), 64)
  const updated = { root: okm.slice(0, 32), mac: okm.slice(32) }
  ikm.fill(0)
  okm.fill(0)
  return updated
}

/** The MAC of a header: taken before the update of its epoch. */
export function macHeader(
  authenticator: Authenticator,
  epoch: number,
  header: Uint8Array
): Uint8Array {
  return hmacSha256(authenticator.mac, HEADER, numberToBytesBE(epoch, 8), header)
}

/** The MAC of a ciphertext, both parts: taken after the update of its epoch. */
export function macCiphertext(
  authenticator: Authenticator,
  epoch: number,
  ciphertext: Uint8Array
): Uint8Array {
  return hmacSha256(authenticator.mac, CIPHERTEXT, numberToBytesBE(epoch, 8), ciphertext)
}

/** @throws SpqrError `forged` where `actual` is not `expected`. */
export function checkMac(expected: Uint8Array, actual: Uint8Array): void {
  if (!equalBytes(expected, actual)) {
    throw new SpqrError('forged')
  }
}

/** What an epoch gives to the chain and to the authenticator, from what its ML-KEM exchange gave. 32 bytes. */
export function deriveEpochSecret(sharedSecret: Uint8Array, epoch: number): Uint8Array {
  return hkdfSha256(
    undefined,
    sharedSecret,
    concatBytes(EPOCH_SECRET, numberToBytesBE(epoch, 8)),
    32
  )
}
