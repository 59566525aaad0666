/**
 * A copy for libsignal, which works on other threads and wants memory that nobody shares: the caller may go on with its own
 * array at once.
 */
export function ownedBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
