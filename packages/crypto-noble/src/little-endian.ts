/**
 * The number that these bytes are, the first the lowest. Arithmetic on big integers takes a time that depends on them a little;
 * the curve library's own scalars are such integers, too.
 */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let index = bytes.length - 1; index >= 0; index--) {
    value = (value << 8n) | BigInt(bytes[index] ?? 0)
  }
  return value
}
