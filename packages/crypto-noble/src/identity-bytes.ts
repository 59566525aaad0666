/**
 * Identity keys as the engine's interface names them, in hex, and as bytes. Over the library that the engine brings anyway:
 * the parser of `@sealpost/protocol` would bring the text encodings of all ids, a tenth of what a page has to load.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { IdentityKey } from '@sealpost/protocol'

/** The key's 33 bytes, in a new array. */
export function bytesOfIdentity(key: IdentityKey): Uint8Array {
  return hexToBytes(key)
}

/** @param bytes a whole key of 33 bytes, as the decoder of a message has made sure. */
export function identityOfBytes(bytes: Uint8Array): IdentityKey {
  return bytesToHex(bytes) as IdentityKey
}
