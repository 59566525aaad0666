import { addChunk, encodeChunks, nextChunk } from '../erasure-code.ts'
import type { BraidPayload } from '../spqr-message.ts'
import type { BraidState, Ct1Sampled } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'
import { ciphertextEnd } from './ciphertext-end.ts'

/** Sends the next chunk of ct1. */
export function sendCt1Sampled(state: Ct1Sampled): BraidSent {
  const { chunk, encoder } = nextChunk(state.sending)
  return { state: { ...state, sending: encoder }, payload: { type: 'ct1', chunk } }
}

/**
 * Takes chunks of the vector. Two things can end this state: the vector is complete, or the peer says that ct1 is.
 *
 * @throws SpqrError `forged` where the vector is not the one that the header announced.
 */
export function receiveCt1Sampled(state: Ct1Sampled, payload: BraidPayload): BraidState {
  if (payload.type !== 'ek' && payload.type !== 'ekCt1Ack') {
    return state
  }
  const { epoch, authenticator, header, m, ct1, sending } = state
  const { decoder, message } = addChunk(state.receiving, payload.chunk)
  const isAcknowledged = payload.type === 'ekCt1Ack'
  if (message === undefined) {
    return isAcknowledged
      ? { name: 'Ct1Acknowledged', epoch, authenticator, header, m, ct1, receiving: decoder }
      : { ...state, receiving: decoder }
  }
  const ct2AndMac = ciphertextEnd(state, message)
  return isAcknowledged
    ? { name: 'Ct2Sampled', epoch, authenticator, sending: encodeChunks(ct2AndMac) }
    : { name: 'EkReceivedCt1Sampled', epoch, authenticator, sending, ct2AndMac }
}
