/**
 * Text and bytes: the few conversions that everything needs where the platform's own types are absent.
 * Thin names over `uint8arrays`, so that no other file picks an encoding by a string.
 */
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'

/** Bytes that become hex at once: each is two arguments of one call. */
const HEX_PIECE_BYTES = 4_096
const HEX_DIGITS = '0123456789abcdef'
const DIGIT_CODES: readonly number[] = Array.from(HEX_DIGITS, (digit) => digit.charCodeAt(0))

/** Lower-case hex. */
export function bytesToHex(bytes: Uint8Array): string {
  if (bytes.length <= HEX_PIECE_BYTES) {
    return hexPiece(bytes)
  }
  const pieces: string[] = []
  for (let start = 0; start < bytes.length; start += HEX_PIECE_BYTES) {
    pieces.push(hexPiece(bytes.subarray(start, start + HEX_PIECE_BYTES)))
  }
  return pieces.join('')
}

/**
 * Ids are made for every frame and looked up at once. A string from one call is flat; one that grows digit by digit, as
 * `uint8arrays` makes it, is a tree that the first lookup flattens: three times as dear, measured.
 */
function hexPiece(bytes: Uint8Array): string {
  const codes = new Array<number>(bytes.length * 2)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    codes[2 * i] = DIGIT_CODES[byte >>> 4] ?? 0
    codes[2 * i + 1] = DIGIT_CODES[byte & 15] ?? 0
  }
  return String.fromCharCode(...codes)
}

/** The digit that a UTF-16 unit is, or -1. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) {
    return code - 0x30
  }
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
}

/**
 * Writes the bytes that `hex` says into `target`, from `offset` on, and gives the offset behind them.
 *
 * @throws RangeError where `hex` is not an even number of lower-case hex digits, or does not fit.
 */
export function writeHex(hex: string, target: Uint8Array, offset: number): number {
  const end = offset + hex.length / 2
  if (hex.length % 2 !== 0 || end > target.length) {
    throw new RangeError('not lower-case hex, or more than there is room for')
  }
  for (let i = 0, at = offset; at < end; i += 2, at++) {
    const high = hexDigit(hex.charCodeAt(i))
    const low = hexDigit(hex.charCodeAt(i + 1))
    if (high < 0 || low < 0) {
      throw new RangeError('not lower-case hex')
    }
    target[at] = high * 16 + low
  }
  return end
}

/** @throws RangeError where `hex` is not an even number of lower-case hex digits; parse untrusted text with an id's parser. */
export function hexToBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >>> 1)
  writeHex(hex, bytes, 0)
  return bytes
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
  try {
    return fromString(text, 'base64url')
  } catch {
    // Bits behind the last byte that are not zero: a character was lost or changed.
    return undefined
  }
}

/** Base58 of Bitcoin: how libp2p writes peer ids. Takes the square of the length: for short bytes. */
export function bytesToBase58(bytes: Uint8Array): string {
  return toString(bytes, 'base58btc')
}

/** @returns undefined where `text` is not base58. Takes the square of the length: bound it first. */
export function base58ToBytes(text: string): Uint8Array | undefined {
  return /^[1-9A-HJ-NP-Za-km-z]*$/.test(text) ? fromString(text, 'base58btc') : undefined
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
