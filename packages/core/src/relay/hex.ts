/**
 * Hex and big-endian integers for rows and keys. The deposit path does this several times for each envelope, so these write
 * into arrays that are there already, where `bytes.ts` of the protocol makes new ones.
 */

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0')
)
const TWO_32 = 4_294_967_296

/** Lower-case hex of `count` bytes from `offset`. */
export function hexAt(bytes: Uint8Array, offset: number, count: number): string {
  let text = ''
  for (let i = offset; i < offset + count; i++) {
    text += HEX[bytes[i] ?? 0] ?? ''
  }
  return text
}

function digit(code: number): number {
  return code <= 57 ? code - 48 : code - 87
}

/** Writes the bytes of lower-case hex, which a parser of an id has checked, at `offset`. */
export function putHex(bytes: Uint8Array, offset: number, hex: string): void {
  for (let i = 0; i < hex.length; i += 2) {
    bytes[offset + (i >> 1)] = (digit(hex.charCodeAt(i)) << 4) | digit(hex.charCodeAt(i + 1))
  }
}

/** `value` in hex with leading zeros: fixed widths, so that keys sort like their numbers. */
export function fixedHex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/** Writes a 32-bit big-endian integer. */
export function put32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24
  bytes[offset + 1] = value >>> 16
  bytes[offset + 2] = value >>> 8
  bytes[offset + 3] = value
}

/** Reads what `put32` wrote. */
export function get32(bytes: Uint8Array, offset: number): number {
  return (
    (((bytes[offset] ?? 0) << 24) |
      ((bytes[offset + 1] ?? 0) << 16) |
      ((bytes[offset + 2] ?? 0) << 8) |
      (bytes[offset + 3] ?? 0)) >>>
    0
  )
}

/** Writes a 48-bit big-endian integer: sequences, byte totals and times fit for centuries. */
export function put48(bytes: Uint8Array, offset: number, value: number): void {
  const high = Math.floor(value / TWO_32)
  bytes[offset] = high >>> 8
  bytes[offset + 1] = high
  put32(bytes, offset + 2, value >>> 0)
}

/** Reads what `put48` wrote. */
export function get48(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) * 256 + (bytes[offset + 1] ?? 0)) * TWO_32 + get32(bytes, offset + 2)
}
