import { TICKET_TEXT_BYTES_MAX, utf8Length } from '@sealpost/protocol'

/** About how many more characters a report has room for; less than 0 where it is too long. */
export function charactersLeft(text: string): number {
  const bytes = utf8Length(text)
  const bytesEach = text === '' ? 1 : bytes / text.length
  return Math.floor((TICKET_TEXT_BYTES_MAX - bytes) / bytesEach)
}
