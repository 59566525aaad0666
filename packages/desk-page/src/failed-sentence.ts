import { CallFailed } from './call.ts'
import { t } from './locales/locale.ts'

const KNOWN = [
  'unreachable',
  'SEALPOST_TEXT_TOO_LONG',
  'SEALPOST_UNKNOWN_MESSAGE',
  'SEALPOST_USAGE'
] as const

/** Why something was not done, in the operator's language. */
export function failedSentence(error: unknown): string {
  const code = error instanceof CallFailed ? error.code : 'unreachable'
  const known = KNOWN.find((one) => one === code)
  return known === undefined ? t('failed.other', { code }) : t(`failed.${known}`)
}
