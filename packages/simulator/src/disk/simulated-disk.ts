/**
 * A disk under one machine: rows in memory, and which of them a loss of power would take back.
 *
 * ```
 *   write, erase --> seen by reads at once, not safe --sync--> safe
 *                      `--crash--> taken back
 * ```
 */
import {
  type Mutation,
  ORDERED_TABLES,
  type RangeQuery,
  type Row,
  type RowKey,
  type TableName
} from '@sealpost/core'
import { OrderedKeys } from './ordered-keys.ts'

interface Table {
  readonly values: Map<string, Uint8Array>
  readonly order: OrderedKeys | undefined
}

interface Undo extends RowKey {
  readonly before: Uint8Array | undefined
}

export class SimulatedDisk {
  readonly #tables = new Map<TableName, Table>()
  /** What undoes each batch that is not safe, in the order in which it was done. */
  #unsafe: Undo[] = []
  /** What becomes of a value on its way to a process that runs. */
  #damage: ((value: Uint8Array) => Uint8Array) | undefined
  /** Bytes of all keys and values. */
  byteCount = 0

  get({ table, key }: RowKey): Uint8Array | undefined {
    return this.#tables.get(table)?.values.get(key)
  }

  /** From now on reads go through it; the rows themselves stay sound. */
  rot(damage: ((value: Uint8Array) => Uint8Array) | undefined): void {
    this.#damage = damage
  }

  /** What a process that runs reads; `get` is what is there. */
  read(key: RowKey): Uint8Array | undefined {
    const value = this.get(key)
    return value === undefined || this.#damage === undefined ? value : this.#damage(value)
  }

  /** The same of a range. */
  readRange(query: RangeQuery): { readonly rows: readonly Row[]; readonly isEnd: boolean } {
    const { rows, isEnd } = this.range(query)
    const damage = this.#damage
    return damage === undefined
      ? { rows, isEnd }
      : { rows: rows.map(({ key, value }) => ({ key, value: damage(value) })), isEnd }
  }

  /** What a loss of power now would leave of a row. */
  safe({ table, key }: RowKey): Uint8Array | undefined {
    const undo = this.#unsafe.find((one) => one.table === table && one.key === key)
    return undo === undefined ? this.get({ table, key }) : undo.before
  }

  range(query: RangeQuery): { readonly rows: readonly Row[]; readonly isEnd: boolean } {
    const table = this.#tables.get(query.table)
    if (table?.order === undefined) {
      return { rows: [], isEnd: true }
    }
    const { from, to, limit, isReversed = false } = query
    const keys = table.order.range(from, to, limit + 1, isReversed)
    const rows = keys.slice(0, limit).map((key) => {
      return { key, value: table.values.get(key) ?? new Uint8Array(0) }
    })
    return { rows, isEnd: keys.length <= limit }
  }

  /** All rows of a table, in order where it has one. */
  all(name: TableName): readonly Row[] {
    const table = this.#tables.get(name)
    return table?.order === undefined
      ? [...(table?.values ?? [])].map(([key, value]) => ({ key, value }))
      : this.range({ table: name, from: '', to: '\uffff', limit: Number.MAX_SAFE_INTEGER - 1 }).rows
  }

  apply(mutation: Mutation): void {
    const { table, key } = mutation
    this.#unsafe.push({ table, key, before: this.get(mutation) })
    this.#set(mutation, mutation.type === 'write' ? mutation.value : undefined)
  }

  /** How many changes were made since the last `sync`. */
  get unsafeCount(): number {
    return this.#unsafe.length
  }

  /** The first `count` changes are safe from here on. */
  sync(count: number = this.#unsafe.length): void {
    if (count === this.#unsafe.length) {
      this.#unsafe.length = 0
    } else {
      this.#unsafe = this.#unsafe.slice(count)
    }
  }

  /** What was not safe never was. */
  crash(): void {
    for (const undo of this.#unsafe.toReversed()) {
      this.#set(undo, undo.before)
    }
    this.#unsafe = []
  }

  /** Nothing is left. */
  wipe(): void {
    this.#tables.clear()
    this.#unsafe = []
    this.byteCount = 0
  }

  #set({ table: name, key }: RowKey, value: Uint8Array | undefined): void {
    const table = this.#table(name)
    const before = table.values.get(key)
    if (value === undefined) {
      if (table.values.delete(key)) {
        table.order?.delete(key)
        this.byteCount -= key.length + (before?.length ?? 0)
      }
      return
    }
    table.values.set(key, value)
    if (before === undefined) {
      table.order?.add(key)
      this.byteCount += key.length
    }
    this.byteCount += value.length - (before?.length ?? 0)
  }

  #table(name: TableName): Table {
    let table = this.#tables.get(name)
    if (table === undefined) {
      const order = ORDERED_TABLES.has(name) ? new OrderedKeys() : undefined
      table = { values: new Map(), order }
      this.#tables.set(name, table)
    }
    return table
  }
}
