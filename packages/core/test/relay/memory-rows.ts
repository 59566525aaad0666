/** Rows in memory, in order: what a driver and its store are to a relay in these tests. */
import type { Mutation, RangeQuery, Row, RowKey, TableName } from '@sealpost/core'
import { bytesToHex } from '@sealpost/protocol'

class Table {
  readonly values = new Map<string, Uint8Array>()
  #keys: string[] = []
  #isSorted = true

  set(key: string, value: Uint8Array): void {
    if (!this.values.has(key)) {
      this.#isSorted &&= key > (this.#keys.at(-1) ?? '')
      this.#keys.push(key)
    }
    this.values.set(key, value)
  }

  keys(): readonly string[] {
    if (!this.#isSorted || this.#keys.length !== this.values.size) {
      this.#keys = [...this.values.keys()].sort()
      this.#isSorted = true
    }
    return this.#keys
  }
}

/** A store that is always durable. */
export class MemoryRows {
  readonly #tables = new Map<TableName, Table>()

  #table(name: TableName): Table {
    let table = this.#tables.get(name)
    if (table === undefined) {
      table = new Table()
      this.#tables.set(name, table)
    }
    return table
  }

  apply(mutation: Mutation): void {
    if (mutation.type === 'write') {
      this.#table(mutation.table).set(mutation.key, mutation.value)
    } else {
      this.#table(mutation.table).values.delete(mutation.key)
    }
  }

  get({ table, key }: RowKey): Uint8Array | undefined {
    return this.#table(table).values.get(key)
  }

  range(query: RangeQuery): { readonly rows: readonly Row[]; readonly isEnd: boolean } {
    const { values } = this.#table(query.table)
    const keys = this.#table(query.table).keys()
    let low = 0
    let high = keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((keys[middle] ?? '') < query.from) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    const rows: Row[] = []
    for (let at = low; at < keys.length; at++) {
      const key = keys[at] ?? ''
      if (key >= query.to) {
        break
      }
      if (rows.length === query.limit) {
        return { rows, isEnd: false }
      }
      rows.push({ key, value: values.get(key) ?? new Uint8Array() })
    }
    return { rows, isEnd: true }
  }

  /** All rows of a table, in order. */
  all(name: TableName): readonly Row[] {
    return this.range({ table: name, from: '', to: '\uffff', limit: Number.MAX_SAFE_INTEGER }).rows
  }

  /** All rows of all tables that have some, as hex. */
  everything(): readonly (readonly [string, readonly string[]])[] {
    const tables = [...this.#tables.keys()].sort()
    return tables.flatMap((name): readonly (readonly [string, readonly string[]])[] => {
      const rows = this.all(name).map(({ key, value }) => `${key} ${bytesToHex(value)}`)
      return rows.length === 0 ? [] : [[name, rows]]
    })
  }

  /** How many rows a table has. */
  count(name: TableName): number {
    return this.#table(name).values.size
  }
}
