/** Every refusal as one sentence that says what happened and what to do. */
import { Refusal } from '../wire/peer-api.ts'
import { t, type TextKey } from './locale.ts'

/** The texts of a code or a detail are named after it. */
const BY_DETAIL: Readonly<Record<string, TextKey>> = {
  'text-empty': 'error.text-empty',
  'request-text': 'error.request-text',
  name: 'error.name',
  'link-led-nowhere': 'error.link-led-nowhere',
  'link-newer': 'error.link-newer',
  'no-relay-answered': 'error.no-relay-answered',
  'store-reopening': 'error.store-reopening'
}

const BY_CODE: Readonly<Record<string, TextKey>> = {
  SEALPOST_PASSPHRASE_WRONG: 'error.passphrase-wrong',
  SEALPOST_LINK_INVALID: 'error.link-invalid',
  SEALPOST_LINK_EXPIRED: 'error.link-expired',
  SEALPOST_LINK_OWN: 'error.link-own',
  SEALPOST_LINK_USED: 'error.link-used',
  SEALPOST_LINK_UNTRUSTED: 'error.link-untrusted',
  SEALPOST_TEXT_TOO_LONG: 'error.text-too-long',
  SEALPOST_IDENTITY_CHANGED: 'error.identity-changed',
  SEALPOST_BLOCKED: 'error.blocked',
  SEALPOST_NO_SESSION: 'error.no-relay-answered',
  SEALPOST_NO_RELAYS: 'error.no-relays',
  SEALPOST_ADDRESS_INVALID: 'error.address-invalid',
  SEALPOST_STORE_FULL: 'error.store-full',
  SEALPOST_STORE_FAILED: 'error.store-failed',
  SEALPOST_STORE_CORRUPT: 'error.store-corrupt',
  SEALPOST_STORE_NEWER: 'error.store-newer',
  SEALPOST_DIAL_FAILED: 'error.dial-failed',
  SEALPOST_TIMEOUT: 'error.timeout',
  SEALPOST_HOME_EXISTS: 'error.home-exists'
}

export function sentenceOf(error: unknown): string {
  if (!(error instanceof Refusal)) {
    return t('error.bug', { code: error instanceof Error ? error.name : 'unknown' })
  }
  const key = BY_DETAIL[error.detail ?? ''] ?? BY_CODE[error.code]
  return key === undefined ? t('error.bug', { code: error.code }) : t(key)
}
