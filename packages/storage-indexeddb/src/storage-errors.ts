import { type ErrorCode, StorageError } from '@sealpost/protocol'

/** An error of IndexedDB as ours; the error stays as the cause. */
export function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) {
    return error
  }
  const name = error instanceof DOMException ? error.name : ''
  return new StorageError(CODES.get(name) ?? 'SEALPOST_STORE_FAILED', undefined, { cause: error })
}

/** By the names that IndexedDB gives its errors. */
const CODES: ReadonlyMap<string, ErrorCode> = new Map([
  ['QuotaExceededError', 'SEALPOST_STORE_FULL'],
  ['VersionError', 'SEALPOST_STORE_NEWER'],
  ['DataCloneError', 'SEALPOST_STORE_CORRUPT']
])
