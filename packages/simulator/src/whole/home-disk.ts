/** The rows of a home, which are sealed on its disk, as whoever has its vault key reads them. */
import {
  ORDERED_TABLES,
  type RangeQuery,
  type Row,
  type RowKey,
  type TableName
} from '@sealpost/core'
import type { RowSeal } from '@sealpost/crypto'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'

export class HomeDisk {
  readonly #disk: SimulatedDisk
  readonly #seal: RowSeal
  /** Rows are never changed in place: what was opened once is open. */
  readonly #opened = new WeakMap<Uint8Array, Uint8Array>()

  constructor(disk: SimulatedDisk, seal: RowSeal) {
    this.#disk = disk
    this.#seal = seal
  }

  get(row: RowKey): Uint8Array | undefined {
    return this.#open(row, this.#disk.get(this.#blind(row)))
  }

  /** What a loss of power now would leave of a row. */
  safe(row: RowKey): Uint8Array | undefined {
    return this.#open(row, this.#disk.safe(this.#blind(row)))
  }

  range(query: RangeQuery): { readonly rows: readonly Row[]; readonly isEnd: boolean } {
    const { rows, isEnd } = this.#disk.range(query)
    return { rows: rows.map((row) => this.#row(query.table, row)), isEnd }
  }

  /** All rows of a table that has an order: keys of others are blinded. */
  all(table: TableName): readonly Row[] {
    return this.#disk.all(table).map((row) => this.#row(table, row))
  }

  #row(table: TableName, { key, value }: Row): Row {
    return { key, value: this.#open({ table, key }, value) ?? value }
  }

  #open({ table, key }: RowKey, sealed: Uint8Array | undefined): Uint8Array | undefined {
    if (sealed === undefined) {
      return undefined
    }
    const value = this.#opened.get(sealed) ?? this.#seal.openRow(table, key, sealed)
    this.#opened.set(sealed, value)
    return value
  }

  #blind({ table, key }: RowKey): RowKey {
    return { table, key: ORDERED_TABLES.has(table) ? key : this.#seal.blindKey(table, key) }
  }
}
