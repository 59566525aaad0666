/** `BE16 length || bytes || zeros`: how whatever is sealed hides its length. */
import { bigEndian, fromBigEndian } from '@sealpost/protocol'

const LENGTH_BYTES = 2

/** The most bytes that fit into `size` of them, padded. */
export function paddedRoom(size: number): number {
  return size - LENGTH_BYTES
}

/** Writes `bytes` padded into all of `target`, which holds zeros and has room for them. */
export function padInto(target: Uint8Array, bytes: Uint8Array): void {
  target.set(bigEndian(bytes.length, LENGTH_BYTES))
  target.set(bytes, LENGTH_BYTES)
}

/** @returns the bytes, a view into `padded`; undefined where its length or its zeros do not fit. */
export function unpadded(padded: Uint8Array): Uint8Array | undefined {
  if (padded.length < LENGTH_BYTES) {
    return undefined
  }
  const end = LENGTH_BYTES + fromBigEndian(padded.subarray(0, LENGTH_BYTES))
  if (end > padded.length || padded.subarray(end).some((byte) => byte !== 0)) {
    return undefined
  }
  return padded.subarray(LENGTH_BYTES, end)
}
