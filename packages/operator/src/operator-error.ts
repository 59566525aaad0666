/** Why a relay did not do what its operator asked, each with one sentence for the person who reads it. */
export const OPERATOR_ERROR_CODES = {
  SEALPOST_NOT_RUNNING: 'No relay runs on this data directory; start it with run.',
  SEALPOST_TOKEN_INVALID: 'This token is not known here, or its time is over; token makes another.',
  SEALPOST_ROLE_MISSING: 'This token has no role that may do that.',
  SEALPOST_CALL_UNKNOWN:
    'This relay knows no such call; the command and the relay are of different versions.',
  SEALPOST_NAME_INVALID:
    'A name is at most 32 lower-case letters, digits and hyphens; socket, relay and dashboard are taken.',
  SEALPOST_NAME_TAKEN: 'There is one of that name already; remove that one first.',
  SEALPOST_NOT_FOUND: 'There is none of that name; list shows those there are.',
  SEALPOST_TOO_MANY: 'There are as many as there can be; remove one first.',
  SEALPOST_BLOCKS_USED_UP:
    'Tokens have blocked as many as they may in a day; whoever has the socket may block more.',
  SEALPOST_CALL_TOO_LARGE: 'What was said with the call is larger than any call takes.',
  SEALPOST_NOT_THERE: 'There is nothing of this name or number.',
  SEALPOST_CALL_FAILED: 'The relay could not do it; its log says why.',
  SEALPOST_BACKUP_FOREIGN: 'This file is no backup of a relay.',
  SEALPOST_BACKUP_NEWER: 'The backup was made by a newer version; restore it with that one.',
  SEALPOST_BACKUP_CUT_OFF: 'The backup ends before its end: it was cut off; use another.',
  SEALPOST_BACKUP_DAMAGED:
    'The backup is damaged: not all of it is as it was written; use another.',
  SEALPOST_BACKUP_SEALED:
    'The backup is encrypted; name a file with the age identity that opens it: --identity FILE.',
  SEALPOST_BACKUP_FAILED: 'The backup could not be made.',
  SEALPOST_BACKUP_UNDER_WAY: 'Another backup, trial or compaction is under way; wait for its end.',
  SEALPOST_PLACE_TAKEN: 'A backup is restored into an empty directory only.',
  SEALPOST_NO_ROOM: 'There is not enough room on the disk for that.'
} as const

export type OperatorErrorCode = keyof typeof OPERATOR_ERROR_CODES

/** Across packages compare `code`, never `instanceof`. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  readonly code: OperatorErrorCode

  constructor(
    code: OperatorErrorCode,
    message: string = OPERATOR_ERROR_CODES[code],
    options?: ErrorOptions
  ) {
    super(message, options)
    this.code = code
  }
}

/** Whether an error is one of these. */
export function isOperatorError(error: unknown): error is OperatorError {
  return error instanceof Error && 'code' in error && isOperatorErrorCode(error.code)
}

/** Whether a text is one of the codes. */
export function isOperatorErrorCode(code: unknown): code is OperatorErrorCode {
  return typeof code === 'string' && Object.hasOwn(OPERATOR_ERROR_CODES, code)
}
