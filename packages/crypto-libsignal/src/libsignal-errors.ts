/** libsignal's errors in our words. What it tells apart is little; see the protocol facts in this package's README. */
import { ErrorCode as LibsignalCode, LibSignalErrorBase } from '@signalapp/libsignal-client'
import { CryptoError, StorageError } from '@sealpost/protocol'
import type { ErrorCode } from '@sealpost/protocol'

/** An address in libsignal's texts: a whole identity key. Whom one talks to belongs into no log. */
const ADDRESS = /[0-9a-f]{66}/

/** The error for an operation that failed with `cause`; `otherwise` where libsignal says nothing more exact. */
export function cryptoError(cause: unknown, otherwise: ErrorCode): CryptoError {
  return new CryptoError(codeOf(cause) ?? otherwise, undefined, withoutAddress(cause))
}

/** The error for a record of our own store that libsignal cannot read. */
export function corruptRecord(noun: string, cause: unknown): StorageError {
  return new StorageError(
    'SEALPOST_STORE_CORRUPT',
    `the ${noun} in the store cannot be read`,
    withoutAddress(cause)
  )
}

function codeOf(cause: unknown): ErrorCode | undefined {
  if (LibSignalErrorBase.is(cause, LibsignalCode.DuplicatedMessage)) {
    return 'SEALPOST_DUPLICATE_MESSAGE'
  }
  if (LibSignalErrorBase.is(cause, LibsignalCode.UntrustedIdentity)) {
    return 'SEALPOST_IDENTITY_CHANGED'
  }
  return undefined
}

function withoutAddress(cause: unknown): ErrorOptions {
  return cause instanceof Error && ADDRESS.test(cause.message) ? {} : { cause }
}
