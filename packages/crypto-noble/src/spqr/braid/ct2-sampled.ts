import { nextChunk } from '../erasure-code.ts'
import type { BraidState, Ct2Sampled } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'

/** Sends the next chunk of ct2. */
export function sendCt2Sampled(state: Ct2Sampled): BraidSent {
  const { chunk, encoder } = nextChunk(state.sending)
  return { state: { ...state, sending: encoder }, payload: { type: 'ct2', chunk } }
}

/** A message of the next epoch says that ct2 arrived: it is this side's turn to send a key. What it carries is not for us yet. */
export function leaveCt2Sampled({ epoch, authenticator }: Ct2Sampled): BraidState {
  return { name: 'KeysUnsampled', epoch: epoch + 1, authenticator }
}
