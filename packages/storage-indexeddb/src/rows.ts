/**
 * How rows lie in IndexedDB: all tables in one object store, so that a table more is no new version of the database. A key is
 * `TABLE:KEY`; IndexedDB orders strings by their UTF-16 code units, as the port does.
 */
import type { RangeQuery, RowKey } from '@sealpost/host'

/** The one object store. */
export const ROWS = 'rows'

/** The key under which IndexedDB has a row. */
export function indexedKey({ table, key }: RowKey): string {
  return `${table}:${key}`
}

/** The row's own key, from the one that IndexedDB has. */
export function keyOf({ table }: RangeQuery, indexed: IDBValidKey | undefined): string {
  return typeof indexed === 'string' ? indexed.slice(table.length + 1) : ''
}

/** The same stretch of rows; undefined for one that holds nothing, which IndexedDB refuses. */
export function indexedRange({ table, from, to }: RangeQuery): IDBKeyRange | undefined {
  return from < to
    ? IDBKeyRange.bound(
        indexedKey({ table, key: from }),
        indexedKey({ table, key: to }),
        false,
        true
      )
    : undefined
}
