import { addChunk, decodeChunks, encodeChunks, nextChunk } from '../erasure-code.ts'
import { CT1_BYTES, ekVectorOf } from '../mlkem768-incremental.ts'
import type { BraidPayload } from '../spqr-message.ts'
import type { BraidState, KeysSampled } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'

/** Sends the next chunk of the header. */
export function sendKeysSampled(state: KeysSampled): BraidSent {
  const { chunk, encoder } = nextChunk(state.sending)
  return { state: { ...state, sending: encoder }, payload: { type: 'hdr', chunk } }
}

/** The first chunk of ct1 says that the header arrived. */
export function receiveKeysSampled(state: KeysSampled, payload: BraidPayload): BraidState {
  if (payload.type !== 'ct1') {
    return state
  }
  const { epoch, authenticator, dk } = state
  return {
    name: 'HeaderSent',
    epoch,
    authenticator,
    dk,
    sending: encodeChunks(ekVectorOf(dk)),
    receiving: addChunk(decodeChunks(CT1_BYTES), payload.chunk).decoder
  }
}
