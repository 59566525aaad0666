/** The errors of this engine for what a peer sent. None says more than its code: whatever could be added is secret or the peer's. */
import { CryptoError } from '@sealpost/protocol'

/** For a message that nobody honest made, or that cannot be decrypted here. Which of the two is not told apart. */
export function invalidMessage(): CryptoError {
  return new CryptoError('SEALPOST_MESSAGE_INVALID')
}

/** For a message whose keys were used before, whatever else is in it. */
export function duplicateMessage(): CryptoError {
  return new CryptoError('SEALPOST_DUPLICATE_MESSAGE')
}

/** For a prekey bundle that is not signed by its identity key, or whose keys are none. */
export function invalidBundle(): CryptoError {
  return new CryptoError('SEALPOST_BUNDLE_INVALID')
}
