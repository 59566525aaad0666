import { addChunk, decodeChunks, nextChunk } from '../erasure-code.ts'
import { AUTHENTICATOR_MAC_BYTES } from '../authenticator.ts'
import { CT2_BYTES } from '../mlkem768-incremental.ts'
import type { BraidPayload } from '../spqr-message.ts'
import type { BraidState, Ct1Received } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'

/** Sends the next chunk of the vector, saying that ct1 is complete. */
export function sendCt1Received(state: Ct1Received): BraidSent {
  const { chunk, encoder } = nextChunk(state.sending)
  return { state: { ...state, sending: encoder }, payload: { type: 'ekCt1Ack', chunk } }
}

/** The first chunk of ct2 says that the vector arrived. */
export function receiveCt1Received(state: Ct1Received, payload: BraidPayload): BraidState {
  if (payload.type !== 'ct2') {
    return state
  }
  const { epoch, authenticator, dk, ct1 } = state
  const empty = decodeChunks(CT2_BYTES + AUTHENTICATOR_MAC_BYTES)
  const receiving = addChunk(empty, payload.chunk).decoder
  return { name: 'EkSentCt1Received', epoch, authenticator, dk, ct1, receiving }
}
