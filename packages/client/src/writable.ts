/** Whether something can be said to a contact. */
import type { Contact as CoreContact, PeerMachine } from '@sealpost/core'
import {
  type ContactId,
  CryptoError,
  TEXT_BYTES_MAX,
  TIMER_SECONDS_MAX,
  UsageError,
  utf8ToBytes
} from '@sealpost/protocol'

/** @throws UsageError `SEALPOST_USAGE` for an empty text, `SEALPOST_TEXT_TOO_LONG` */
export function checkTextLength(text: string): void {
  if (text === '') {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'text-empty' })
  }
  if (utf8ToBytes(text).length > TEXT_BYTES_MAX) {
    throw new UsageError('SEALPOST_TEXT_TOO_LONG')
  }
}

/** @throws UsageError `SEALPOST_USAGE` for what is no whole number of seconds up to 366 days */
export function checkTimerSeconds(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > TIMER_SECONDS_MAX) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'timer' })
  }
}

/** @throws CryptoError `SEALPOST_NO_SESSION` for a contact that cannot be written to yet */
export function checkSession(machine: PeerMachine, contactId: ContactId): void {
  if (!machine.canWriteTo(contactId)) {
    throw new CryptoError('SEALPOST_NO_SESSION', undefined, { detail: 'no-relay-answered' })
  }
}

/** @throws UsageError that says why nothing can be sent to somebody; CryptoError `SEALPOST_IDENTITY_CHANGED` */
export function checkWritable(contact: CoreContact | undefined): void {
  if (contact === undefined) {
    throw new UsageError('SEALPOST_UNKNOWN_CONTACT')
  }
  switch (contact.standing) {
    case 'refused':
    case 'self':
    case 'replaced':
      throw new UsageError('SEALPOST_UNKNOWN_CONTACT')
    case 'pending':
      throw new UsageError('SEALPOST_NOT_ACCEPTED')
    case 'blocked':
      throw new UsageError('SEALPOST_BLOCKED')
    case 'failed':
      throw new UsageError('SEALPOST_LINK_USED', undefined, { detail: 'link-led-nowhere' })
    default:
      if (contact.identityChange === 'held') {
        throw new CryptoError('SEALPOST_IDENTITY_CHANGED')
      }
  }
}
