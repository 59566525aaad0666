/**
 * Errors by what the caller should do. Across packages compare `code`, never `instanceof`: two copies of a class are two classes.
 */

/** Every code, with one sentence for the person who reads it. */
export const ERROR_CODES = {
  SEALPOST_USAGE: 'The call or the command was not made as it can be; the message says how.',
  SEALPOST_CLIENT_CLOSED: 'The client was closed; open it again.',
  SEALPOST_HOME_IN_USE: 'Another process holds this home; stop it, or use its socket.',
  SEALPOST_HOME_MISSING: 'There is no account in this home; make one with init.',
  SEALPOST_HOME_EXISTS: 'There is an account in this home already; use another home.',
  SEALPOST_HOME_INCOMPLETE: 'This home was not written to its end; make it again.',
  SEALPOST_UNKNOWN_CONTACT: 'No contact has that name or id; contacts lists them.',
  SEALPOST_AMBIGUOUS_CONTACT: 'Several contacts have that name; use the id.',
  SEALPOST_UNKNOWN_MESSAGE: 'No message has that id.',
  SEALPOST_UNKNOWN_DEVICE: 'No device of this account has that number.',
  SEALPOST_UNKNOWN_LINK: 'No link has that id; links lists them.',
  SEALPOST_BLOCKED: 'You blocked this contact; unblock them to write.',
  SEALPOST_NOT_ACCEPTED: 'They wait for your answer; accept or decline first.',
  SEALPOST_TOO_LATE: 'It was delivered already, or is not held here.',
  SEALPOST_NO_RELAYS: 'This account has no relay; name one.',
  SEALPOST_UNKNOWN_RELAY: 'This is none of your relays; relays lists them.',
  SEALPOST_KNOWN_RELAY: 'This is one of your relays already.',
  SEALPOST_TOO_MANY_RELAYS: 'An account has at most 5 relays; remove one first.',
  SEALPOST_LAST_RELAY: 'This is your last relay; add another first.',
  SEALPOST_DEVICE_REMOVED: 'This device was removed from the account; link it anew.',
  SEALPOST_SUPERSEDED: 'Another copy of this home is online; make this one a new device.',
  SEALPOST_TEXT_TOO_LONG: 'The text is longer than one message can be; send it in parts.',
  SEALPOST_CONFIG_UNKNOWN_KEY: 'The configuration has a key that does not exist.',
  SEALPOST_CONFIG_INVALID: 'A value of the configuration is not allowed.',
  SEALPOST_ADDRESS_INVALID: 'This is no address of a relay.',
  SEALPOST_LINK_INVALID: 'This link is damaged or is not a Sealpost link; ask for it again.',
  SEALPOST_LINK_EXPIRED: 'This link has expired; ask for a new one.',
  SEALPOST_LINK_OWN: 'This is your own link; give it to the person you want to talk to.',
  SEALPOST_LINK_USED: 'This link was used already; if not by you, tell the person who sent it.',
  SEALPOST_LINK_UNTRUSTED: 'What relays hold for this link is not by the person who sent it.',
  SEALPOST_PASSPHRASE_REQUIRED: 'This home is locked; a passphrase is needed.',
  SEALPOST_PASSPHRASE_WRONG: 'The passphrase is wrong.',
  SEALPOST_PASSKEY_REQUIRED: 'This home is locked; a passkey is needed.',
  SEALPOST_PASSKEY_WRONG: 'The passkey is wrong.',
  SEALPOST_LAST_WAY_IN: 'This is your last way in; add another first.',
  SEALPOST_TIMEOUT: 'It took longer than the time given.',
  SEALPOST_DENIED: 'The relay refused: unknown, or not allowed. It does not say which.',
  SEALPOST_QUOTA_EXCEEDED: 'The mailbox is full until its owner empties it.',
  SEALPOST_ENVELOPE_TOO_LARGE: 'The relay takes nothing so large.',
  SEALPOST_EXPIRED: 'It was too old when it arrived.',
  SEALPOST_NEEDS_WORK: 'The relay asks for a proof of work.',
  SEALPOST_NEEDS_INVITE: 'The relay asks for an invite.',
  SEALPOST_SLOW_DOWN: 'Too much at once; wait as long as the refusal says.',
  SEALPOST_BUSY: 'The relay is full or stopping; others take over until it is back.',
  SEALPOST_UNSUPPORTED_VERSION: 'The two sides speak different versions; upgrade the older one.',
  SEALPOST_RELAY_INTERNAL: 'The relay failed inside; try again.',
  SEALPOST_DIAL_FAILED: 'The relay cannot be reached now.',
  SEALPOST_LISTEN_FAILED: 'The address is in use, or not of this machine.',
  SEALPOST_REPLY_TIMEOUT: 'The relay did not answer in time.',
  SEALPOST_CONNECTION_CLOSED: 'The connection was closed before the answer came.',
  SEALPOST_FRAME_TOO_LARGE: 'The other side sent a frame larger than any can be.',
  SEALPOST_FRAME_MALFORMED: 'The other side sent bytes that are no frame.',
  SEALPOST_MALFORMED_ID: 'The other side sent an id of the wrong length.',
  SEALPOST_CONTENT_MALFORMED: 'The other side sent content that breaks its bounds.',
  SEALPOST_STALLED: 'The other side stopped reading.',
  SEALPOST_FLOODED: 'The other side sent more than its bounds allow.',
  SEALPOST_IDENTITY_CHANGED:
    'This contact has another identity than before; compare safety numbers.',
  SEALPOST_DUPLICATE_MESSAGE: 'This message was decrypted before.',
  SEALPOST_NO_SESSION: 'There is no session with this device.',
  SEALPOST_BUNDLE_INVALID: 'The prekey bundle is not signed by its identity key.',
  SEALPOST_MESSAGE_INVALID: 'The message cannot be decrypted.',
  SEALPOST_PREKEY_UNKNOWN: 'The message names a prekey that is not held here any more.',
  SEALPOST_SEAL_BROKEN: 'The seal does not fit: damaged, or made with another key.',
  SEALPOST_STORE_CORRUPT: 'The store holds what cannot be read; restore it from a backup.',
  SEALPOST_STORE_FULL: 'There is no room left on the disk.',
  SEALPOST_STORE_LOCKED: 'Another process has the store open.',
  SEALPOST_STORE_FAILED: 'The store could not be read or written.',
  SEALPOST_STORE_NEWER: 'The store was written by a newer version; upgrade first.',
  SEALPOST_BACKUP_UNKNOWN: 'This is no Sealpost backup file.',
  SEALPOST_BACKUP_NEWER: 'The backup was written by a newer version; upgrade first.',
  SEALPOST_BACKUP_DAMAGED: 'The backup file is damaged or cut short; use another copy.',
  SEALPOST_BUG: 'Something that cannot be so was so; please report it.'
} as const

/** One of the codes above: stable, and part of the contract. */
export type ErrorCode = keyof typeof ERROR_CODES

/** What of a code it was, where the code alone says too little to a person: apps have a sentence for each. */
export type ErrorDetail =
  | 'text-empty'
  | 'request-text'
  | 'name'
  | 'link-life'
  | 'address-life'
  | 'link-led-nowhere'
  | 'link-of-blocked'
  | 'link-newer'
  | 'linking-code'
  | 'linking-code-damaged'
  | 'code-to-join'
  | 'code-to-let-in'
  | 'code-no-link'
  | 'not-let-in'
  | 'not-joined'
  | 'digits-wrong'
  | 'no-safety-number'
  | 'no-request'
  | 'not-replaceable'
  | 'no-relay-answered'
  | 'not-own-message'
  | 'taken-back'
  | 'not-failed'
  | 'other-conversation'
  | 'emoji'
  | 'timer'
  | 'too-many-pins'
  | 'other-device'
  | 'own-device'
  | 'too-many-devices'
  | 'no-other-copy'
  | 'too-many-relays'
  | 'relay-twice'
  | 'recovery-phrase'
  | 'no-recovery-phrase'
  | 'not-proven'
  | 'store-reopening'
  | 'too-many-ways'
  | 'reports-full'

/** What an error may know beside its code. */
export interface ErrorKnowledge extends ErrorOptions {
  readonly detail?: ErrorDetail | undefined
}

/** The base of every error that Sealpost throws. */
export class SealpostError extends Error {
  override readonly name: string = 'SealpostError'
  readonly code: ErrorCode
  readonly detail: ErrorDetail | undefined

  constructor(code: ErrorCode, message: string = ERROR_CODES[code], options?: ErrorKnowledge) {
    super(message, options)
    this.code = code
    this.detail = options?.detail
  }
}

/** Fix the call. */
export class UsageError extends SealpostError {
  override readonly name = 'UsageError'
}

/** Fix the configuration; the process exits 2. */
export class ConfigError extends SealpostError {
  override readonly name = 'ConfigError'
}

/** Obey `retryAfterMs`, or tell the person. */
export class RefusedError extends SealpostError {
  override readonly name = 'RefusedError'
  readonly retryAfterMs: number | undefined

  constructor(
    code: ErrorCode,
    message?: string,
    options?: ErrorKnowledge & { readonly retryAfterMs?: number | undefined }
  ) {
    super(code, message, options)
    this.retryAfterMs = options?.retryAfterMs
  }
}

/** Try again, with backoff. */
export class UnreachableError extends SealpostError {
  override readonly name = 'UnreachableError'
}

/** Close the stream and remember that the peer misbehaved; do not try again. */
export class ProtocolError extends SealpostError {
  override readonly name = 'ProtocolError'
}

/** Tell the person; never try the same bytes again. */
export class CryptoError extends SealpostError {
  override readonly name = 'CryptoError'
}

/** Stop, and start again from the store. */
export class StorageError extends SealpostError {
  override readonly name = 'StorageError'
}

/** Whether `error` is one of ours, by its shape, from whatever copy of this package. */
export function isSealpostError(error: unknown): error is SealpostError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(ERROR_CODES, error.code)
  )
}
