/** How a failure is told: its sentence, its JSON, its exit code. */
import { ERROR_CODES, type ErrorCode, isSealpostError } from '@sealpost/protocol'
import { errorDetails } from './error-details.ts'
import { errorSentences } from './error-sentences.ts'
import type { Screen } from './screen/screen.ts'
import { sentences } from './sentences.ts'

/** What is wrong with the command line itself: everything else is 1. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SEALPOST_USAGE',
  'SEALPOST_CONFIG_UNKNOWN_KEY',
  'SEALPOST_CONFIG_INVALID',
  'SEALPOST_ADDRESS_INVALID'
])
/** As shells have it for what ends by Ctrl-C. */
export const INTERRUPTED_CODE = 130

/** Says what went wrong on the standard error. @returns the exit code */
export async function tellFailure(
  error: unknown,
  screen: Screen,
  isJson: boolean
): Promise<number> {
  const code = isSealpostError(error) ? error.code : 'SEALPOST_BUG'
  const message = errorSentence(error)
  await screen.warn(isJson ? JSON.stringify({ error: { code, message } }) : message)
  return USAGE_CODES.has(code) ? 2 : 1
}

/** One sentence, as sentences are written. */
export function errorSentence(error: unknown): string {
  if (!isSealpostError(error)) {
    return sentences.bug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const { code, message, detail } = error
  if (detail !== undefined && Object.hasOwn(errorDetails, detail)) {
    return errorDetails[detail]
  }
  // What is said for developers begins small and has no full stop; a sentence may begin with a name.
  const isForDevelopers = message === ERROR_CODES[code] || /^[a-z].*[^.?!]$/s.test(message)
  return isForDevelopers ? codeSentence(code) : message
}

/** What happened and what to do, for where nothing more is known. */
export function codeSentence(code: ErrorCode): string {
  return errorSentences[code]
}
