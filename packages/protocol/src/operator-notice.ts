/** What the operator of a relay says to its people: who runs a relay may be anybody, so only one plain line is taken. */
import { OPERATOR_NOTICE_BYTES_MAX } from './limits.ts'
import { utf8Length } from './utf8-length.ts'

/** One notice. */
export interface OperatorNotice {
  /** 16 hex digits: 8 bytes, drawn for each. */
  readonly id: string
  /** A language tag, or empty where it is for everybody. */
  readonly language: string
  readonly text: string
  /** On the relay's clock. */
  readonly endsAtMs: number
}

/** Bytes of a notice's id. */
export const OPERATOR_NOTICE_ID_BYTES = 8

/** What would end the line, command a terminal, or turn the direction of what stands around it. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** Whether a notice can say this: one line of 1 to 400 bytes of UTF-8, of which some is to be seen. */
export function isNoticeText(text: string): boolean {
  return (
    text.length <= OPERATOR_NOTICE_BYTES_MAX &&
    text.isWellFormed() &&
    text.trim() !== '' &&
    utf8Length(text) <= OPERATOR_NOTICE_BYTES_MAX &&
    !UNSAFE.test(text)
  )
}

/** Whether this can be a notice's language: a tag of at most 12 characters, or nothing. */
export function isNoticeLanguage(text: string): boolean {
  return text.length <= 12 && /^(?:[a-z]{2,8}(?:-[a-z0-9]{1,8})*)?$/i.test(text)
}
