/** What a name can be. */
import { CONTACT_NAME_BYTES_MAX, NAME_BYTES_MAX } from './limits.ts'
import { utf8Length } from './utf8-length.ts'

/** Control characters, line ends, and what turns the direction of all that follows: each can make a name look like another. */
const NAME_PATTERN = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u

/**
 * Whether a person may have this name: well-formed, at most `NAME_BYTES_MAX` bytes of UTF-8, on one line, without control
 * characters. Empty is a name too: of somebody who gives none.
 */
export function isName(text: string): boolean {
  return isNameOf(NAME_BYTES_MAX, text)
}

/** Whether a contact may be called so: as `isName`, with at most `CONTACT_NAME_BYTES_MAX` bytes. */
export function isContactName(text: string): boolean {
  return isNameOf(CONTACT_NAME_BYTES_MAX, text)
}

function isNameOf(byteLengthMax: number, text: string): boolean {
  return (
    text.length <= byteLengthMax &&
    text.isWellFormed() &&
    utf8Length(text) <= byteLengthMax &&
    NAME_PATTERN.test(text)
  )
}
