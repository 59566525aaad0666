/**
 * Lengths that say nothing: whatever is sealed is padded to one of a few sizes first (mailbox-protocol 3 and 5). Padding happens
 * here and nowhere else.
 */
import { fromBigEndian } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { SIZE_CLASSES } from './limits.ts'

/** Bytes that say how long the padded bytes are. */
export const PADDING_LENGTH_BYTES = 2
const PADDED_BYTES_MAX = 0xffff
/**
 * Bytes of a sealed envelope that are not ciphertext: nonce 24, then within the seal type 1, member 4, sender device 1 and the
 * length 2, then the seal's tag 16.
 */
export const SEALED_OVERHEAD_BYTES = 48

/**
 * `BE16 length || bytes || zeros`, `size` bytes in all, in an array of its own.
 *
 * @throws RangeError where `bytes` do not fit: choose the size by `sizeClassFor`.
 */
export function padTo(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length > PADDED_BYTES_MAX || bytes.length + PADDING_LENGTH_BYTES > size) {
    throw new RangeError(`${String(bytes.length)} bytes do not fit ${String(size)}`)
  }
  const padded = new Uint8Array(size)
  padded[0] = bytes.length >>> 8
  padded[1] = bytes.length & 0xff
  padded.set(bytes, PADDING_LENGTH_BYTES)
  return padded
}

/**
 * What `padTo` padded, as a view into `padded`.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for a length beyond the end, and for padding that is not all zeros: room in
 * which a sender could hide what nobody checks.
 */
export function unpad(padded: Uint8Array): Uint8Array {
  const end = PADDING_LENGTH_BYTES + fromBigEndian(padded.subarray(0, PADDING_LENGTH_BYTES))
  if (padded.length < PADDING_LENGTH_BYTES || end > padded.length) {
    throw new ProtocolError('SEALPOST_CONTENT_MALFORMED', 'padding without what it pads')
  }
  let bits = 0
  for (let i = end; i < padded.length; i++) {
    bits |= padded[i] ?? 0
  }
  if (bits !== 0) {
    throw new ProtocolError('SEALPOST_CONTENT_MALFORMED', 'padding that is not zeros')
  }
  return padded.subarray(PADDING_LENGTH_BYTES, end)
}

/** The smallest size class whose envelope holds a ciphertext of so many bytes; undefined where none does. */
export function sizeClassFor(ciphertextBytes: number): number | undefined {
  return SIZE_CLASSES.find((size) => ciphertextBytes + SEALED_OVERHEAD_BYTES <= size)
}
