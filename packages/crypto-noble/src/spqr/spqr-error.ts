import { CryptoError } from '@sealpost/protocol'

/** Why a message was refused, with one sentence for the person who reads it. */
const REASONS = {
  malformed: 'The SPQR message is no message of this version.',
  version: 'The SPQR message has a version that this session does not speak.',
  epoch: 'The SPQR message is of an epoch that is not open here.',
  jump: 'The SPQR message is too far ahead of what was received.',
  used: 'The key of the SPQR message was given out or has been forgotten.',
  forged: 'The SPQR message completes a header or a ciphertext that its sender did not make.'
} as const

/** Why a message was refused. Tests tell refusals apart by it; a caller treats all of them alike. */
export type SpqrReason = keyof typeof REASONS

/** A message that cannot be received; the state is as it was. Holds nothing of the message or the state. */
export class SpqrError extends CryptoError {
  readonly reason: SpqrReason

  constructor(reason: SpqrReason) {
    super('SEALPOST_MESSAGE_INVALID', REASONS[reason])
    this.reason = reason
  }
}
