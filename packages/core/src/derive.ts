/**
 * How secrets follow from secrets (the protocol's README, "Secrets"). Everything a relay is shown is derived for that relay
 * alone, so that one that replays it hurts only what it holds anyway.
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { LABEL_PREFIX, utf8ToBytes } from '@sealpost/protocol'

/** SHA-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes)
}

/** `HKDF-SHA-256(secret, salt, "sealpost/1/" || label || suffix, 32 bytes)`. */
export function derive(
  secret: Uint8Array,
  salt: Uint8Array,
  label: string,
  suffix: Uint8Array = new Uint8Array(0)
): Uint8Array {
  const text = utf8ToBytes(LABEL_PREFIX + label)
  const info = new Uint8Array(text.length + suffix.length)
  info.set(text)
  info.set(suffix, text.length)
  return hkdf(nobleSha256, secret, salt, info, 32)
}
