/**
 * Text and bytes: the few conversions that everything needs where the platform's own types are absent.
 * Thin names over `uint8arrays`, so that no other file picks an encoding by a string.
 */
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'

/** Lower-case hex. */
export function bytesToHex(bytes: Uint8Array): string {
  return toString(bytes, 'hex')
}

/** @throws RangeError where `hex` is not an even number of lower-case hex digits; parse untrusted text with an id's parser. */
export function hexToBytes(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex)) {
    throw new RangeError('not lower-case hex')
  }
  return fromString(hex, 'hex')
}

/** UTF-8. */
export function utf8ToBytes(text: string): Uint8Array {
  return fromString(text, 'utf8')
}

/** UTF-8; malformed sequences become U+FFFD. */
export function bytesToUtf8(bytes: Uint8Array): string {
  return toString(bytes, 'utf8')
}

/** Base64url without padding. */
export function bytesToBase64url(bytes: Uint8Array): string {
  return toString(bytes, 'base64url')
}

/** @returns undefined where `text` is not base64url without padding. */
export function base64urlToBytes(text: string): Uint8Array | undefined {
  if (!/^[0-9A-Za-z_-]*$/.test(text) || text.length % 4 === 1) {
    return undefined
  }
  return fromString(text, 'base64url')
}

/** One array after another, in a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return concat([...parts])
}

/** Whether two arrays hold the same bytes. Not for secrets: it stops at the first difference. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return equals(a, b)
}

/** Whether two secrets of a known length are the same, in a time that depends on the length alone. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) {
    return false
  }
  let difference = 0
  for (let i = 0; i < a.length; i++) {
    difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  }
  return difference === 0
}

/** Big-endian, `size` bytes. `value` is a safe integer of at least 0. */
export function bigEndian(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let rest = value
  for (let i = size - 1; i >= 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}

/** The big-endian integer in all of `bytes`; exact below 2^53. */
export function fromBigEndian(bytes: Uint8Array): number {
  let value = 0
  for (const byte of bytes) {
    value = value * 256 + byte
  }
  return value
}
