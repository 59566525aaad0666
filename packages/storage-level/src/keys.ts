/**
 * How rows are named in LevelDB: one character for the table, then the row's key, in UTF-8. So a table is one stretch of keys,
 * and its rows lie in the order of their keys, as long as those are ASCII, which all keys of ordered tables are.
 *
 * Characters are part of the format: never give one a new meaning. `!` is reserved for the store's own rows (`migrate.ts`).
 * Tables of a relay have small letters, those of a person's home capitals.
 */
import type { RangeQuery, RowKey, TableName } from '@sealpost/host'
import { StorageError } from '@sealpost/protocol'

/** Every table's character. */
export const TABLE_PREFIXES: Readonly<Record<TableName, string>> = {
  relay: 'r',
  mailbox: 'm',
  envelope: 'e',
  'envelope-index': 'i',
  expiry: 'x',
  'idle-mailbox': 'd',
  'doomed-mailbox': 'z',
  link: 'l',
  claimable: 'c',
  claim: 'k',
  vault: 'V',
  account: 'A',
  contact: 'C',
  'own-address': 'O',
  'destroyed-mailbox': 'Z',
  'their-address': 'T',
  progress: 'P',
  message: 'M',
  'message-index': 'I',
  unread: 'W',
  seen: 'X',
  'seen-week': 'F',
  outbox: 'B',
  receipt: 'R',
  recall: 'Q',
  withdrawal: 'J',
  'pending-word': 'w',
  fade: 'f',
  star: 's',
  invitation: 'N',
  'claimed-link': 'L',
  'declined-request': 'q',
  'known-relay': 'K',
  session: 'S',
  'trusted-identity': 'D',
  'one-time-prekey': 'E',
  'signed-prekey': 'G',
  'kyber-prekey': 'Y',
  'kyber-prekey-use': 'U',
  'sender-key': 'H'
}

const TABLES_BY_PREFIX: ReadonlyMap<string, TableName> = new Map(
  Object.entries(TABLE_PREFIXES).map(([table, prefix]) => [prefix, table as TableName])
)

/** Where the format's number is kept: before every table. */
export const FORMAT_KEY = '!format'
/** Where a migration keeps how far it is. */
export const CURSOR_KEY = '!migration'
/** Behind the store's own rows, before every table. */
export const OWN_ROWS_END = '!~'

/**
 * A row behind every table, without a value. LevelDB writes down to which key it compacted, and keeps that for long: this one names
 * nobody.
 */
export const LAST_KEY = '~'

/** The key under which LevelDB has a row. */
export function levelKey(row: RowKey): string {
  return TABLE_PREFIXES[row.table] + row.key
}

/** The row's key, from the one LevelDB has. */
export function rowKey(key: string): string {
  return key.slice(1)
}

/** The row, from the key that LevelDB has. @throws StorageError `SEALPOST_STORE_CORRUPT` where no table has its letter. */
export function rowOfKey(key: string): RowKey {
  const table = TABLES_BY_PREFIX.get(key.slice(0, 1))
  if (table === undefined) {
    throw new StorageError('SEALPOST_STORE_CORRUPT', 'the store has a row of no known table')
  }
  return { table, key: rowKey(key) }
}

/** A range as LevelDB's iterators take it. */
export interface LevelRange {
  readonly gte: string
  readonly lt: string
  readonly limit: number
  readonly reverse: boolean
}

/** The same stretch of rows, as keys of LevelDB. */
export function levelRange(range: RangeQuery): LevelRange {
  const prefix = TABLE_PREFIXES[range.table]
  return {
    gte: prefix + range.from,
    lt: prefix + range.to,
    limit: range.limit,
    reverse: range.isReversed === true
  }
}
