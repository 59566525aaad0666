import { type ErrorCode, isSealpostError, StorageError } from '@sealpost/protocol'

/** Causes of causes that are looked at. */
const CAUSES_MAX = 8

/** An error of LevelDB or of the file system as ours, by what its whole chain of causes says; the error stays as the cause. */
export function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) {
    return error
  }
  return new StorageError(storageCode(error), undefined, { cause: error })
}

function storageCode(error: unknown): ErrorCode {
  let at: unknown = error
  for (let depth = 0; depth < CAUSES_MAX && at instanceof Error; depth++) {
    const code = codeOf(at)
    if (code !== undefined) {
      return code
    }
    at = at.cause
  }
  return 'SEALPOST_STORE_FAILED'
}

function codeOf(error: Error): ErrorCode | undefined {
  if (isSealpostError(error)) {
    return error.code
  }
  const code = 'code' in error ? error.code : undefined
  if (
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    /no space left|quota exceeded/i.test(error.message)
  ) {
    return 'SEALPOST_STORE_FULL'
  }
  if (code === 'LEVEL_LOCKED') {
    return 'SEALPOST_STORE_LOCKED'
  }
  return code === 'LEVEL_CORRUPTION' ? 'SEALPOST_STORE_CORRUPT' : undefined
}
