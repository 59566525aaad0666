/** What a relay's address looks like in frames and content: loose enough for the transports of later versions. */
import { MULTIADDR_BYTES_MAX } from './limits.ts'

/**
 * Whether `text` can be a multiaddr: a slash, then visible ASCII, of at most `MULTIADDR_BYTES_MAX` bytes. Whether it leads
 * anywhere only the transport knows; that it holds nothing a terminal obeys is certain.
 */
export function isAddressText(text: string): boolean {
  return text.length <= MULTIADDR_BYTES_MAX && /^\/[\x21-\x7e]+$/.test(text)
}
