/** The few checks the suite needs, without a test library, so that it runs wherever an engine does. */
import { SealpostError, bytesToHex, isSealpostError } from '@sealpost/protocol'
import type { ErrorCode } from '@sealpost/protocol'

/** Throws with `message`, a sentence on what should be so. */
export function check(isSo: boolean, message: string): asserts isSo {
  if (!isSo) {
    throw new SealpostError('SEALPOST_BUG', message)
  }
}

/** Compares text, numbers, booleans and undefined. */
export function checkEqual(
  actual: string | number | boolean | undefined,
  expected: string | number | boolean | undefined,
  message: string
): void {
  check(actual === expected, `${message}: ${String(actual)} instead of ${String(expected)}`)
}

/** Compares bytes. */
export function checkBytes(actual: Uint8Array, expected: Uint8Array, message: string): void {
  check(bytesToHex(actual) === bytesToHex(expected), message)
}

/** Expects an error of the class `className` with this code, and gives it back. */
export async function checkRefused(
  attempt: Promise<unknown>,
  code: ErrorCode,
  className: 'CryptoError' | 'StorageError' | 'UsageError' = 'CryptoError'
): Promise<SealpostError> {
  const error = await errorOf(attempt)
  check(isSealpostError(error), `${code} was expected, not ${String(error)}`)
  checkEqual(error.code, code, 'another code')
  checkEqual(error.name, className, `another class for ${code}`)
  return error
}

/** What `attempt` threw; undefined where it succeeded. */
export async function errorOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt
  } catch (error) {
    return error
  }
  return undefined
}
