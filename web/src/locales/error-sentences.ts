/** Every refusal as one sentence that says what happened and what to do. */
import type { ErrorCode, ErrorDetail } from '@sealpost/protocol'
import { PasskeyError } from '../state/passkey.ts'
import { Refusal } from '../wire/peer-api.ts'
import { t, type TextKey } from './locale.ts'

/** What says more than its code. */
const BY_DETAIL: Readonly<Record<ErrorDetail, TextKey>> = {
  'text-empty': 'error.text-empty',
  'request-text': 'error.request-text',
  name: 'error.name',
  'link-life': 'error.link-life',
  'address-life': 'error.address-life',
  'link-led-nowhere': 'error.link-led-nowhere',
  'link-of-blocked': 'error.link-of-blocked',
  'link-newer': 'error.link-newer',
  'linking-code': 'error.linking-code',
  'linking-code-damaged': 'error.linking-code-damaged',
  'code-to-join': 'error.code-to-join',
  'code-to-let-in': 'error.code-to-let-in',
  'code-no-link': 'error.code-no-link',
  'not-let-in': 'error.not-let-in',
  'not-joined': 'error.not-joined',
  'digits-wrong': 'error.digits-wrong',
  'no-safety-number': 'error.no-safety-number',
  'no-request': 'error.no-request',
  'not-replaceable': 'error.not-replaceable',
  'no-relay-answered': 'error.no-relay-answered',
  'not-own-message': 'error.not-own-message',
  'not-failed': 'error.not-failed',
  'taken-back': 'error.taken-back',
  'other-conversation': 'error.other-conversation',
  emoji: 'error.emoji',
  timer: 'error.timer',
  'too-many-pins': 'error.too-many-pins',
  'other-device': 'error.other-device',
  'own-device': 'error.own-device',
  'too-many-devices': 'error.too-many-devices',
  'no-other-copy': 'error.no-other-copy',
  'too-many-relays': 'error.too-many-relays',
  'relay-twice': 'error.relay-twice',
  'recovery-phrase': 'error.recovery-phrase',
  'no-recovery-phrase': 'error.no-recovery-phrase',
  'not-proven': 'error.not-proven',
  'store-reopening': 'error.store-reopening',
  'too-many-ways': 'error.too-many-ways',
  'reports-full': 'error.reports-full'
}

/** What no page can bring about is a bug where one gets it. */
const BY_CODE: Readonly<Record<ErrorCode, TextKey>> = {
  SEALPOST_USAGE: 'error.usage',
  SEALPOST_CLIENT_CLOSED: 'error.closed',
  SEALPOST_HOME_IN_USE: 'error.home-in-use',
  SEALPOST_HOME_MISSING: 'error.home-missing',
  SEALPOST_HOME_EXISTS: 'error.home-exists',
  SEALPOST_HOME_INCOMPLETE: 'error.home-incomplete',
  SEALPOST_UNKNOWN_CONTACT: 'error.unknown-contact',
  SEALPOST_AMBIGUOUS_CONTACT: 'error.bug',
  SEALPOST_UNKNOWN_MESSAGE: 'error.unknown-message',
  SEALPOST_UNKNOWN_DEVICE: 'error.unknown-device',
  SEALPOST_UNKNOWN_LINK: 'error.unknown-link',
  SEALPOST_BLOCKED: 'error.blocked',
  SEALPOST_NOT_ACCEPTED: 'error.not-accepted',
  SEALPOST_TOO_LATE: 'error.too-late',
  SEALPOST_NO_RELAYS: 'error.no-relays',
  SEALPOST_UNKNOWN_RELAY: 'error.unknown-relay',
  SEALPOST_KNOWN_RELAY: 'error.known-relay',
  SEALPOST_TOO_MANY_RELAYS: 'error.too-many-relays',
  SEALPOST_LAST_RELAY: 'error.last-relay',
  SEALPOST_DEVICE_REMOVED: 'error.device-removed',
  SEALPOST_SUPERSEDED: 'error.superseded',
  SEALPOST_TEXT_TOO_LONG: 'error.text-too-long',
  SEALPOST_CONFIG_UNKNOWN_KEY: 'error.bug',
  SEALPOST_CONFIG_INVALID: 'error.bug',
  SEALPOST_ADDRESS_INVALID: 'error.address-invalid',
  SEALPOST_LINK_INVALID: 'error.link-invalid',
  SEALPOST_LINK_EXPIRED: 'error.link-expired',
  SEALPOST_LINK_OWN: 'error.link-own',
  SEALPOST_LINK_USED: 'error.link-used',
  SEALPOST_LINK_UNTRUSTED: 'error.link-untrusted',
  SEALPOST_PASSPHRASE_REQUIRED: 'error.passphrase-required',
  SEALPOST_PASSPHRASE_WRONG: 'error.passphrase-wrong',
  SEALPOST_PASSKEY_REQUIRED: 'error.passkey-required',
  SEALPOST_PASSKEY_WRONG: 'error.passkey-wrong',
  SEALPOST_LAST_WAY_IN: 'error.last-way-in',
  SEALPOST_TIMEOUT: 'error.timeout',
  SEALPOST_DENIED: 'error.denied',
  SEALPOST_QUOTA_EXCEEDED: 'error.quota',
  SEALPOST_ENVELOPE_TOO_LARGE: 'error.too-large',
  SEALPOST_EXPIRED: 'error.expired',
  SEALPOST_NEEDS_WORK: 'error.needs-work',
  SEALPOST_NEEDS_INVITE: 'error.needs-invite',
  SEALPOST_SLOW_DOWN: 'error.slow-down',
  SEALPOST_BUSY: 'error.busy',
  SEALPOST_UNSUPPORTED_VERSION: 'error.version',
  SEALPOST_RELAY_INTERNAL: 'error.relay-internal',
  SEALPOST_DIAL_FAILED: 'error.dial-failed',
  SEALPOST_LISTEN_FAILED: 'error.bug',
  SEALPOST_REPLY_TIMEOUT: 'error.reply-timeout',
  SEALPOST_CONNECTION_CLOSED: 'error.connection-closed',
  SEALPOST_FRAME_TOO_LARGE: 'error.relay-nonsense',
  SEALPOST_FRAME_MALFORMED: 'error.relay-nonsense',
  SEALPOST_MALFORMED_ID: 'error.relay-nonsense',
  SEALPOST_CONTENT_MALFORMED: 'error.content',
  SEALPOST_STALLED: 'error.stalled',
  SEALPOST_FLOODED: 'error.flooded',
  SEALPOST_IDENTITY_CHANGED: 'error.identity-changed',
  SEALPOST_DUPLICATE_MESSAGE: 'error.duplicate',
  SEALPOST_NO_SESSION: 'error.no-relay-answered',
  SEALPOST_BUNDLE_INVALID: 'error.bundle',
  SEALPOST_MESSAGE_INVALID: 'error.unreadable',
  SEALPOST_PREKEY_UNKNOWN: 'error.unreadable',
  SEALPOST_SEAL_BROKEN: 'error.seal',
  SEALPOST_STORE_CORRUPT: 'error.store-corrupt',
  SEALPOST_STORE_FULL: 'error.store-full',
  SEALPOST_STORE_LOCKED: 'error.store-locked',
  SEALPOST_STORE_FAILED: 'error.store-failed',
  SEALPOST_STORE_NEWER: 'error.store-newer',
  SEALPOST_BACKUP_UNKNOWN: 'error.backup-unknown',
  SEALPOST_BACKUP_NEWER: 'error.backup-newer',
  SEALPOST_BACKUP_DAMAGED: 'error.backup-damaged',
  SEALPOST_BUG: 'error.bug'
}

/** What happened, and what to do: for whatever was thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof PasskeyError) {
    return t(`passkey.${error.problem}`)
  }
  if (!(error instanceof Refusal)) {
    return t('error.bug', { code: error instanceof Error ? error.name : 'unknown' })
  }
  return sentenceOfCode(error.code, error.detail)
}

/** The same for what is told, not thrown. */
export function sentenceOfCode(code: ErrorCode, detail?: ErrorDetail): string {
  return t(detail === undefined ? BY_CODE[code] : BY_DETAIL[detail], { code })
}
