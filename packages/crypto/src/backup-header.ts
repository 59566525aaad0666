/**
 * The header of a backup file, 83 bytes in clear:
 *
 *     "SPBK" 4 || version 1 || flags 1 || BE32 memory in KiB || BE32 passes || lanes 1 || salt 16 || nonce prefix 16
 *       || key check 32 || checksum 4
 *
 * With `head` for what stands before the key check and `secret = Argon2id(NFKC of the passphrase, salt)`, the key of the chunks
 * is `HKDF-Expand(secret, "sealpost/1/backup key" || head, 32)` and the key check
 * `HKDF-Expand(secret, "sealpost/1/backup check" || head, 32)`. The check tells a wrong passphrase before anything else is
 * read, and commits the file to one key, which Poly1305 alone does not. The checksum is the start of SHA-256 of all before it:
 * it keeps nobody out, and tells a damaged header from a wrong passphrase. All flags are 0; a file with another was written by
 * a newer version.
 */
import { expand } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import {
  CryptoError,
  LABEL_PREFIX,
  UsageError,
  concatBytes,
  equalBytes,
  equalSecrets,
  utf8ToBytes
} from '@sealpost/protocol'
import { SEAL_KEY_BYTES } from './aead.ts'
import { BackupCipher, NONCE_PREFIX_BYTES } from './backup-cipher.ts'
import { COST_BYTES, SALT_BYTES, decodeCost, encodeCost, passphraseKey } from './passphrase-key.ts'
import type { PassphraseCost } from './passphrase-key.ts'
import type { Random } from './random.ts'

const MAGIC = utf8ToBytes('SPBK')
const VERSION = 1
const NO_FLAGS = 0
const KEY_CHECK_BYTES = 32
const CHECKSUM_BYTES = 4
/** Where the parts begin. */
const VERSION_AT = MAGIC.length
const FLAGS_AT: number = VERSION_AT + 1
const COST_AT: number = FLAGS_AT + 1
const SALT_AT: number = COST_AT + COST_BYTES
const NONCE_PREFIX_AT: number = SALT_AT + SALT_BYTES
const KEY_CHECK_AT: number = NONCE_PREFIX_AT + NONCE_PREFIX_BYTES
const CHECKSUM_AT: number = KEY_CHECK_AT + KEY_CHECK_BYTES

/** Bytes that a backup file begins with, before its first chunk. */
export const BACKUP_HEADER_BYTES: number = CHECKSUM_AT + CHECKSUM_BYTES

const KEY_LABEL = utf8ToBytes(`${LABEL_PREFIX}backup key`)
const CHECK_LABEL = utf8ToBytes(`${LABEL_PREFIX}backup check`)

/** A header and what seals or opens the chunks after it. */
export interface BackupKeys {
  readonly header: Uint8Array
  readonly cipher: BackupCipher
}

/**
 * @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` for an empty passphrase, `SEALPOST_USAGE` for a cost out of bounds.
 */
export async function makeBackupHeader(
  options: { readonly passphrase: string; readonly cost: PassphraseCost },
  random: Random
): Promise<BackupKeys> {
  requirePassphrase(options.passphrase)
  const head = concatBytes(
    MAGIC,
    Uint8Array.of(VERSION, NO_FLAGS),
    encodeCost(options.cost),
    random.bytes(SALT_BYTES),
    random.bytes(NONCE_PREFIX_BYTES)
  )
  const { sealKey, keyCheck } = await deriveKeys(head, options.passphrase, options.cost)
  const checked = concatBytes(head, keyCheck)
  const header = concatBytes(checked, checksum(checked))
  return { header, cipher: cipherOf(header, sealKey) }
}

/**
 * @param header the file's first `BACKUP_HEADER_BYTES`, or all of a file that is shorter; kept.
 * @throws as `createBackupOpener`
 */
export async function openBackupHeader(
  header: Uint8Array,
  passphrase: string
): Promise<BackupKeys> {
  const cost = readCost(header)
  requirePassphrase(passphrase)
  const head = header.subarray(0, KEY_CHECK_AT)
  const { sealKey, keyCheck } = await deriveKeys(head, passphrase, cost)
  if (!equalSecrets(keyCheck, header.subarray(KEY_CHECK_AT, CHECKSUM_AT))) {
    sealKey.fill(0)
    throw new CryptoError('SEALPOST_PASSPHRASE_WRONG')
  }
  return { header, cipher: cipherOf(header, sealKey) }
}

/** Looks at the magic and the version first: they alone stand in the same place in every version. */
function readCost(header: Uint8Array): PassphraseCost {
  if (!equalBytes(header.subarray(0, MAGIC.length), MAGIC)) {
    throw new CryptoError('SEALPOST_BACKUP_UNKNOWN')
  }
  if ((header[VERSION_AT] ?? 0) > VERSION) {
    throw new CryptoError('SEALPOST_BACKUP_NEWER')
  }
  if (header.length > BACKUP_HEADER_BYTES) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `a backup's header has ${String(BACKUP_HEADER_BYTES)} bytes, not ${String(header.length)}`
    )
  }
  const isWhole =
    header.length === BACKUP_HEADER_BYTES &&
    header[VERSION_AT] === VERSION &&
    equalBytes(checksum(header.subarray(0, CHECKSUM_AT)), header.subarray(CHECKSUM_AT))
  if (!isWhole) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED')
  }
  if (header[FLAGS_AT] !== NO_FLAGS) {
    throw new CryptoError('SEALPOST_BACKUP_NEWER')
  }
  const cost = decodeCost(header.subarray(COST_AT, SALT_AT))
  if (cost === undefined) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED', 'the file asks for too much memory or time')
  }
  return cost
}

function requirePassphrase(passphrase: string): void {
  if (passphrase.length === 0) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', 'a backup is never without a passphrase')
  }
}

async function deriveKeys(
  head: Uint8Array,
  passphrase: string,
  cost: PassphraseCost
): Promise<{ readonly sealKey: Uint8Array; readonly keyCheck: Uint8Array }> {
  const secret = await passphraseKey(passphrase, head.subarray(SALT_AT, NONCE_PREFIX_AT), cost)
  // What Argon2id gives is uniform, so that HKDF's expand alone derives from it (RFC 5869 3.3).
  const sealKey = expand(sha256, secret, concatBytes(KEY_LABEL, head), SEAL_KEY_BYTES)
  const keyCheck = expand(sha256, secret, concatBytes(CHECK_LABEL, head), KEY_CHECK_BYTES)
  secret.fill(0)
  return { sealKey, keyCheck }
}

function cipherOf(header: Uint8Array, sealKey: Uint8Array): BackupCipher {
  const noncePrefix = header.slice(NONCE_PREFIX_AT, KEY_CHECK_AT)
  return new BackupCipher({ key: sealKey, noncePrefix, header })
}

function checksum(bytes: Uint8Array): Uint8Array {
  return sha256(bytes).subarray(0, CHECKSUM_BYTES)
}
