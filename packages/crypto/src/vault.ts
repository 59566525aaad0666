/**
 * The vault: one random key for everything that an account keeps on a disk, and the header that gives it back to who knows
 * the passphrase. The header is a file beside the store; a new passphrase means a new header and the same key.
 *
 *     clear      version 1 || 0 || vault key 32
 *     protected  version 1 || 1 || BE32 memory in KiB || BE32 passes || lanes 1 || salt 16 || nonce 24 || sealed key 48
 *
 * The key is sealed by XChaCha20-Poly1305 under `Argon2id(NFKC of the passphrase, salt)`, bound to
 * `"sealpost/1/vault" || all before the nonce`. What may be asked for is bounded in `passphrase-key.ts`.
 */
import {
  CryptoError,
  LABEL_PREFIX,
  StorageError,
  UsageError,
  concatBytes,
  utf8ToBytes
} from '@sealpost/protocol'
import { SEAL_KEY_BYTES, SEAL_OVERHEAD_BYTES, openBytes, sealBytes } from './aead.ts'
import {
  COST_BYTES,
  PASSPHRASE_COST,
  SALT_BYTES,
  decodeCost,
  encodeCost,
  passphraseKey
} from './passphrase-key.ts'
import type { PassphraseCost } from './passphrase-key.ts'
import type { Random } from './random.ts'

const VERSION = 1
const CLEAR = 0
const PROTECTED = 1
/** Where the parts of a protected header begin. */
const COST_AT = 2
const SALT_AT: number = COST_AT + COST_BYTES
const SEALED_AT: number = SALT_AT + SALT_BYTES
const CLEAR_BYTES: number = COST_AT + SEAL_KEY_BYTES
const PROTECTED_BYTES: number = SEALED_AT + SEAL_OVERHEAD_BYTES + SEAL_KEY_BYTES
const LABEL = utf8ToBytes(`${LABEL_PREFIX}vault`)

/** A fresh vault key, 32 bytes. */
export function makeVaultKey(random: Random): Uint8Array {
  return random.bytes(SEAL_KEY_BYTES)
}

/**
 * Makes the header that `openVault` takes. Called again with the same key, it changes the passphrase.
 *
 * @param options.passphrase undefined leaves the key in clear: whoever reads the disk reads everything.
 * @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` for an empty passphrase, `SEALPOST_USAGE` for a cost out of bounds.
 */
export async function wrapVaultKey(
  options: {
    readonly vaultKey: Uint8Array
    readonly passphrase: string | undefined
    readonly cost?: PassphraseCost
  },
  random: Random
): Promise<Uint8Array> {
  const { vaultKey, passphrase, cost = PASSPHRASE_COST } = options
  if (vaultKey.length !== SEAL_KEY_BYTES) {
    throw new UsageError('SEALPOST_USAGE', 'a vault key has 32 bytes')
  }
  if (passphrase === undefined) {
    return concatBytes(Uint8Array.of(VERSION, CLEAR), vaultKey)
  }
  if (passphrase.length === 0) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', 'an empty passphrase protects nothing')
  }
  const head = concatBytes(
    Uint8Array.of(VERSION, PROTECTED),
    encodeCost(cost),
    random.bytes(SALT_BYTES)
  )
  const key = await passphraseKey(passphrase, head.subarray(SALT_AT), cost)
  return concatBytes(head, sealBytes(key, vaultKey, concatBytes(LABEL, head), random))
}

/** Whether a passphrase is needed to open it. @throws StorageError as `openVault` */
export function isVaultProtected(header: Uint8Array): boolean {
  if (header[0] !== VERSION) {
    throw new StorageError(
      header[0] === undefined || header[0] < VERSION
        ? 'SEALPOST_STORE_CORRUPT'
        : 'SEALPOST_STORE_NEWER'
    )
  }
  if (header[1] === CLEAR && header.length === CLEAR_BYTES) {
    return false
  }
  if (header[1] === PROTECTED && header.length === PROTECTED_BYTES) {
    return true
  }
  throw new StorageError('SEALPOST_STORE_CORRUPT', 'the vault header cannot be read')
}

/**
 * The vault key, 32 bytes. A passphrase for a header in clear is not looked at.
 *
 * @throws CryptoError `SEALPOST_PASSPHRASE_WRONG`, also for a header changed on the disk; UsageError
 * `SEALPOST_PASSPHRASE_REQUIRED`; StorageError `SEALPOST_STORE_CORRUPT` or `SEALPOST_STORE_NEWER` for what is no header.
 */
export async function openVault(
  header: Uint8Array,
  passphrase: string | undefined
): Promise<Uint8Array> {
  if (!isVaultProtected(header)) {
    return header.slice(COST_AT)
  }
  const cost = decodeCost(header.subarray(COST_AT, SALT_AT))
  if (cost === undefined) {
    throw new StorageError('SEALPOST_STORE_CORRUPT', 'the vault header asks for too much')
  }
  if (passphrase === undefined || passphrase.length === 0) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED')
  }
  const head = header.subarray(0, SEALED_AT)
  const key = await passphraseKey(passphrase, header.subarray(SALT_AT, SEALED_AT), cost)
  const vaultKey = openBytes(key, header.subarray(SEALED_AT), concatBytes(LABEL, head))
  if (vaultKey === undefined) {
    throw new CryptoError('SEALPOST_PASSPHRASE_WRONG')
  }
  return vaultKey
}
