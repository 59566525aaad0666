import { addChunk, encodeChunks } from '../erasure-code.ts'
import type { BraidPayload } from '../spqr-message.ts'
import type { BraidState, Ct1Acknowledged } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'
import { ciphertextEnd } from './ciphertext-end.ts'

/** Has nothing to send until the vector is here. */
export function sendCt1Acknowledged(state: Ct1Acknowledged): BraidSent {
  return { state, payload: { type: 'none' } }
}

/**
 * Takes chunks of the vector until it is complete.
 *
 * @throws SpqrError `forged` where the vector is not the one that the header announced.
 */
export function receiveCt1Acknowledged(state: Ct1Acknowledged, payload: BraidPayload): BraidState {
  if (payload.type !== 'ek' && payload.type !== 'ekCt1Ack') {
    return state
  }
  const { decoder, message } = addChunk(state.receiving, payload.chunk)
  if (message === undefined) {
    return { ...state, receiving: decoder }
  }
  const { epoch, authenticator } = state
  const sending = encodeChunks(ciphertextEnd(state, message))
  return { name: 'Ct2Sampled', epoch, authenticator, sending }
}
