/** ENCRYPT and DECRYPT of a message (Double Ratchet 5.2): AES-256-CBC with PKCS#7, and HMAC-SHA-256 cut to 8 bytes. */
import { cbc } from '@noble/ciphers/aes.js'
import { hmacSha256 } from './hmac-sha256.ts'
import type { MessageKeys } from './key-schedule.ts'

/** Bytes of a message's MAC. */
export const MAC_BYTES = 8

/** The plaintext encrypted, 1 to 16 bytes longer. */
export function encryptCbc(
  { cipherKey, iv }: Omit<MessageKeys, 'macKey'>,
  plaintext: Uint8Array
): Uint8Array {
  return cbc(cipherKey, iv).encrypt(plaintext)
}

/** Only for a ciphertext that is authenticated. @returns undefined where it is no ciphertext or its padding is none. */
export function decryptCbc(
  { cipherKey, iv }: Omit<MessageKeys, 'macKey'>,
  ciphertext: Uint8Array
): Uint8Array | undefined {
  try {
    return cbc(cipherKey, iv).decrypt(ciphertext)
  } catch {
    return undefined
  }
}

/** Who a message is from and for: identity keys of 33 bytes, the sender's first (the AD of Double Ratchet 3.4). */
export interface MacParties {
  readonly sender: Uint8Array
  readonly recipient: Uint8Array
}

/** The MAC of a message: over its bytes as they are on the wire, never over what they would be if encoded again. */
export function messageMac(
  macKey: Uint8Array,
  { recipient, sender }: MacParties,
  authenticated: Uint8Array
): Uint8Array {
  return hmacSha256(macKey, sender, recipient, authenticated).slice(0, MAC_BYTES)
}
