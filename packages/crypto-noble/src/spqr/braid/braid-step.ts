import type { BraidPayload } from '../spqr-message.ts'
import type { BraidState } from './braid-state.ts'

/** What sending does to a state. The message is of the epoch that the state was in. */
export interface BraidSent {
  readonly state: BraidState
  readonly payload: BraidPayload
  /** The secret of this epoch, for the chain, where this step brought it. The caller owns and wipes it. */
  readonly epochSecret?: Uint8Array
}

/** What receiving does to a state. */
export interface BraidReceived {
  readonly state: BraidState
  /** The secret of the epoch that the state was in, where this step brought it. The caller owns and wipes it. */
  readonly epochSecret?: Uint8Array
}
