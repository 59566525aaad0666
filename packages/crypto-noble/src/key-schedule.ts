/** Every key derivation of a session, by the names of the papers. HKDF and HMAC are those with SHA-256. */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { hkdfSha256, hmacSha256 } from './hmac-sha256.ts'
import { wipe } from './wipe.ts'

const PQXDH_INFO = utf8ToBytes('WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024')
const ROOT_INFO = utf8ToBytes('WhisperRatchet')
const MESSAGE_INFO = utf8ToBytes('WhisperMessageKeys')
const GROUP_INFO = utf8ToBytes('WhisperGroup')
const MESSAGE_CONSTANT = Uint8Array.of(1)
const CHAIN_CONSTANT = Uint8Array.of(2)

/** What PQXDH ends in: 32 bytes each. */
export interface SessionSecrets {
  readonly rootKey: Uint8Array
  readonly chainKey: Uint8Array
  /** What the post-quantum ratchet starts from. */
  readonly spqrKey: Uint8Array
}

/** KDF of PQXDH (PQXDH 2.2 and 3.3), for three keys where the paper makes one. */
export function deriveSession(keyMaterial: Uint8Array): SessionSecrets {
  const [rootKey, chainKey, spqrKey] = expand(undefined, keyMaterial, PQXDH_INFO, [32, 32, 32])
  return { rootKey, chainKey, spqrKey }
}

/** KDF_RK (Double Ratchet 5.2). */
export function deriveRoot(
  rootKey: Uint8Array,
  agreed: Uint8Array
): { readonly rootKey: Uint8Array; readonly chainKey: Uint8Array } {
  const [newRootKey, chainKey] = expand(rootKey, agreed, ROOT_INFO, [32, 32])
  return { rootKey: newRootKey, chainKey }
}

/** The half of KDF_CK that gives a message's key (Double Ratchet 5.2): here a seed, from which the keys are made. */
export function messageSeed(chainKey: Uint8Array): Uint8Array {
  return hmacSha256(chainKey, MESSAGE_CONSTANT)
}

/** The half of KDF_CK that gives the next chain key. */
export function nextChainKey(chainKey: Uint8Array): Uint8Array {
  return hmacSha256(chainKey, CHAIN_CONSTANT)
}

/** Keys of one message. */
export interface MessageKeys {
  readonly cipherKey: Uint8Array
  readonly macKey: Uint8Array
  readonly iv: Uint8Array
}

/**
 * KDF_HYBRID (Double Ratchet 5.2, Triple Ratchet): the seed of the Double Ratchet with the key of the post-quantum ratchet as
 * salt.
 */
export function deriveMessageKeys(
  seed: Uint8Array,
  postQuantumKey: Uint8Array | undefined
): MessageKeys {
  const [cipherKey, macKey, iv] = expand(postQuantumKey, seed, MESSAGE_INFO, [32, 32, 16])
  return { cipherKey, macKey, iv }
}

/** Keys of one message to a group, from the seed of its sender's chain. */
export function deriveGroupKeys(seed: Uint8Array): Omit<MessageKeys, 'macKey'> {
  const [iv, cipherKey] = expand(undefined, seed, GROUP_INFO, [16, 32])
  return { iv, cipherKey }
}

/** HKDF, its output cut into pieces that do not share memory. */
function expand<const Lengths extends readonly number[]>(
  salt: Uint8Array | undefined,
  keyMaterial: Uint8Array,
  info: Uint8Array,
  lengths: Lengths
): { readonly [Index in keyof Lengths]: Uint8Array } {
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const output = hkdfSha256(salt, keyMaterial, info, total)
  let end = 0
  const pieces = lengths.map((length) => {
    end += length
    return output.slice(end - length, end)
  })
  wipe(output)
  return pieces as { readonly [Index in keyof Lengths]: Uint8Array }
}
