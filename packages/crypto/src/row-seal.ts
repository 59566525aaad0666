/**
 * What a store shows of an account's rows: nothing but their number and sizes. Values are sealed, and keys that are looked up
 * are blinded. Every table has keys of its own, derived once from the vault key and kept while the account is open.
 */
import { expand } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import {
  LABEL_PREFIX,
  StorageError,
  UsageError,
  bigEndian,
  bytesToHex,
  concatBytes,
  utf8ToBytes
} from '@sealpost/protocol'
import { SEAL_KEY_BYTES, openBytes, sealBytes } from './aead.ts'
import type { Random } from './random.ts'

/** Seals and opens the rows of one account. Synchronous, for rows of any size. */
export interface RowSeal {
  /** The value of `key` in `table`, sealed: 40 bytes longer, and no other row's. */
  sealRow(table: string, key: string, value: Uint8Array): Uint8Array
  /** @throws StorageError `SEALPOST_STORE_CORRUPT` for what `sealRow` did not make for this table and key. */
  openRow(table: string, key: string, sealed: Uint8Array): Uint8Array
  /**
   * 32 hex digits that stand for `key` in `table` and say nothing of it: the same each time, another in each table and
   * account. Their order is not the keys' order.
   */
  blindKey(table: string, key: string): string
}

interface TableKeys {
  readonly sealKey: Uint8Array
  /** `BE16 length || table`, before the key in what a seal binds. */
  readonly aadHead: Uint8Array
  /** HMAC-SHA-256 that has its key already; cloned for each use, which saves two of four hashed blocks. */
  readonly blinding: ReturnType<typeof hmac.create>
}

const BLINDED_BYTES = 16
/** Tables are a few constants of the code; more than this is a key in the place of a table. */
const TABLES_MAX = 256

/** @param vaultKey 32 bytes; kept. */
export function createRowSeal(vaultKey: Uint8Array, random: Random): RowSeal {
  if (vaultKey.length !== SEAL_KEY_BYTES) {
    throw new UsageError('SEALPOST_USAGE', 'a vault key has 32 bytes')
  }
  const tables = new Map<string, TableKeys>()

  function keysOf(table: string): TableKeys {
    const known = tables.get(table)
    if (known !== undefined) {
      return known
    }
    if (tables.size >= TABLES_MAX) {
      throw new UsageError('SEALPOST_USAGE', `more than ${String(TABLES_MAX)} tables`)
    }
    const keys = tableKeys(vaultKey, table)
    tables.set(table, keys)
    return keys
  }

  return {
    sealRow(table, key, value) {
      const { aadHead, sealKey } = keysOf(table)
      return sealBytes(sealKey, value, concatBytes(aadHead, utf8ToBytes(key)), random)
    },
    openRow(table, key, sealed) {
      const { aadHead, sealKey } = keysOf(table)
      const value = openBytes(sealKey, sealed, concatBytes(aadHead, utf8ToBytes(key)))
      if (value === undefined) {
        throw new StorageError('SEALPOST_STORE_CORRUPT', `a row of ${table} cannot be opened`)
      }
      return value
    },
    blindKey(table, key) {
      const digest = keysOf(table).blinding.clone().update(utf8ToBytes(key)).digest()
      return bytesToHex(digest.subarray(0, BLINDED_BYTES))
    }
  }
}

/** The vault key is uniformly random, so that HKDF's expand alone derives from it (RFC 5869 3.3). */
function tableKeys(vaultKey: Uint8Array, table: string): TableKeys {
  const name = utf8ToBytes(table)
  const derived = (label: string): Uint8Array =>
    expand(sha256, vaultKey, concatBytes(utf8ToBytes(LABEL_PREFIX + label), name), SEAL_KEY_BYTES)
  return {
    sealKey: derived('row seal '),
    aadHead: concatBytes(bigEndian(name.length, 2), name),
    blinding: hmac.create(sha256, derived('row key '))
  }
}
