/** What a reply quotes of the message that it answers. */
import { EXCERPT_BYTES_MAX, TEXT_BYTES_MAX, utf8ToBytes } from '@sealpost/protocol'

const MORE = '\u2026'

/**
 * The beginning of a text, on one line, in whole characters.
 *
 * @param beside the text of the reply, which has to have room as well.
 */
export function excerptOf(text: string, beside: string): string {
  const byteCountMax = Math.min(EXCERPT_BYTES_MAX, TEXT_BYTES_MAX - byteCountOf(beside))
  const line = text.toWellFormed().replace(/\s+/gu, ' ').trim()
  if (byteCountOf(line) <= byteCountMax) {
    return line
  }
  let excerpt = ''
  let byteCount = byteCountOf(MORE)
  // No character is shorter than a UTF-16 unit: what is behind so many is not looked at.
  for (const { segment } of new Intl.Segmenter().segment(line.slice(0, EXCERPT_BYTES_MAX + 1))) {
    byteCount += byteCountOf(segment)
    if (byteCount > byteCountMax) {
      break
    }
    excerpt += segment
  }
  return excerpt === '' ? '' : `${excerpt.toWellFormed()}${MORE}`
}

function byteCountOf(text: string): number {
  return utf8ToBytes(text).length
}
