import { concatBytes } from '@noble/hashes/utils.js'
import {
  AUTHENTICATOR_MAC_BYTES,
  checkMac,
  deriveEpochSecret,
  macCiphertext,
  updateAuthenticator
} from '../authenticator.ts'
import { addChunk, decodeChunks } from '../erasure-code.ts'
import { CT2_BYTES, decaps, HEADER_BYTES } from '../mlkem768-incremental.ts'
import type { NativeMlKem768 } from '../mlkem768-incremental.ts'
import type { BraidPayload } from '../spqr-message.ts'
import type { EkSentCt1Received } from './braid-state.ts'
import type { BraidReceived, BraidSent } from './braid-step.ts'

/** Says that ct1 is complete, and nothing else. */
export function sendEkSentCt1Received(state: EkSentCt1Received): BraidSent {
  return { state, payload: { type: 'ct1Ack' } }
}

/**
 * Takes chunks of ct2 until it is complete; then the secret of the epoch is there, and the next epoch begins.
 *
 * @throws SpqrError `forged` where the ciphertext is not by who has the secret.
 */
export function receiveEkSentCt1Received(
  state: EkSentCt1Received,
  payload: BraidPayload,
  native: NativeMlKem768
): BraidReceived {
  if (payload.type !== 'ct2') {
    return { state }
  }
  const { decoder, message } = addChunk(state.receiving, payload.chunk)
  if (message === undefined) {
    return { state: { ...state, receiving: decoder } }
  }
  const { epoch, dk, ct1 } = state
  const ciphertext = concatBytes(ct1, message.subarray(0, CT2_BYTES))
  const sharedSecret = decaps(dk, ciphertext, native)
  const epochSecret = deriveEpochSecret(sharedSecret, epoch)
  sharedSecret.fill(0)
  const authenticator = updateAuthenticator(state.authenticator, epoch, epochSecret)
  checkMac(macCiphertext(authenticator, epoch, ciphertext), message.subarray(CT2_BYTES))
  return {
    state: {
      name: 'NoHeaderReceived',
      epoch: epoch + 1,
      authenticator,
      receiving: decodeChunks(HEADER_BYTES + AUTHENTICATOR_MAC_BYTES)
    },
    epochSecret
  }
}
