/** How a failure is told: its sentence, its JSON, its exit code. */
import { ERROR_CODES, type ErrorCode, isSealpostError } from '@sealpost/protocol'
import type { Screen } from './screen.ts'

/** What is wrong with the command line or a file itself: everything else is 1. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SEALPOST_USAGE',
  'SEALPOST_CONFIG_UNKNOWN_KEY',
  'SEALPOST_CONFIG_INVALID'
])
/** As shells have it for what ends by Ctrl-C. */
export const INTERRUPTED_CODE = 130

/** Says what went wrong on the standard error. @returns the exit code */
export function tellFailure(error: unknown, screen: Screen, isJson: boolean): number {
  const code = isSealpostError(error) ? error.code : 'SEALPOST_BUG'
  const message = errorText(error)
  screen.warn(isJson ? JSON.stringify({ error: { code, message } }) : message)
  return USAGE_CODES.has(code) ? 2 : 1
}

function errorText(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return isSealpostError(error) && error.code !== 'SEALPOST_BUG'
    ? error.message
    : `${ERROR_CODES.SEALPOST_BUG}\n${text}`
}
