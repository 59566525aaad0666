import { encodeChunks, nextChunk } from '../erasure-code.ts'
import type { BraidPayload } from '../spqr-message.ts'
import type { BraidState, EkReceivedCt1Sampled } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'

/** Sends the next chunk of ct1. */
export function sendEkReceivedCt1Sampled(state: EkReceivedCt1Sampled): BraidSent {
  const { chunk, encoder } = nextChunk(state.sending)
  return { state: { ...state, sending: encoder }, payload: { type: 'ct1', chunk } }
}

/** Waits for the peer to say that ct1 is complete. */
export function receiveEkReceivedCt1Sampled(
  state: EkReceivedCt1Sampled,
  payload: BraidPayload
): BraidState {
  if (payload.type !== 'ekCt1Ack' && payload.type !== 'ct1Ack') {
    return state
  }
  const { epoch, authenticator, ct2AndMac } = state
  return { name: 'Ct2Sampled', epoch, authenticator, sending: encodeChunks(ct2AndMac) }
}
