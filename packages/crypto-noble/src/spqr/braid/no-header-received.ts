import { checkMac, macHeader } from '../authenticator.ts'
import { addChunk } from '../erasure-code.ts'
import { HEADER_BYTES } from '../mlkem768-incremental.ts'
import type { BraidPayload } from '../spqr-message.ts'
import type { BraidState, NoHeaderReceived } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'

/** Has nothing to send but its epoch, by which the peer in Ct2Sampled sees that ct2 arrived. */
export function sendNoHeaderReceived(state: NoHeaderReceived): BraidSent {
  return { state, payload: { type: 'none' } }
}

/**
 * Takes chunks of the header until it is complete.
 *
 * @throws SpqrError `forged` where the header is not by who has the secrets of all epochs before.
 */
export function receiveNoHeaderReceived(
  state: NoHeaderReceived,
  payload: BraidPayload
): BraidState {
  if (payload.type !== 'hdr') {
    return state
  }
  const { decoder, message } = addChunk(state.receiving, payload.chunk)
  if (message === undefined) {
    return { ...state, receiving: decoder }
  }
  const { epoch, authenticator } = state
  const header = message.slice(0, HEADER_BYTES)
  checkMac(macHeader(authenticator, epoch, header), message.subarray(HEADER_BYTES))
  return { name: 'HeaderReceived', epoch, authenticator, header }
}
