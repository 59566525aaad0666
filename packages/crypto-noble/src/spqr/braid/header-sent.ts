import { addChunk, nextChunk } from '../erasure-code.ts'
import type { BraidPayload } from '../spqr-message.ts'
import type { BraidState, HeaderSent } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'

/** Sends the next chunk of the vector. */
export function sendHeaderSent(state: HeaderSent): BraidSent {
  const { chunk, encoder } = nextChunk(state.sending)
  return { state: { ...state, sending: encoder }, payload: { type: 'ek', chunk } }
}

/** Takes chunks of ct1 until it is complete. */
export function receiveHeaderSent(state: HeaderSent, payload: BraidPayload): BraidState {
  if (payload.type !== 'ct1') {
    return state
  }
  const { decoder, message } = addChunk(state.receiving, payload.chunk)
  if (message === undefined) {
    return { ...state, receiving: decoder }
  }
  const { epoch, authenticator, dk, sending } = state
  return { name: 'Ct1Received', epoch, authenticator, dk, sending, ct1: message }
}
