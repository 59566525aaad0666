/**
 * A store whose rows are sealed under the vault key. Values are sealed, each bound to its own row; keys that are only looked up are
 * blinded. Keys of ordered tables stay as they are, and are made of random ids and numbers: the disk tells how many
 * conversations and messages there are, and nothing of whom or what.
 */
import type { RowSeal } from '@sealpost/crypto'
import {
  type Mutation,
  ORDERED_TABLES,
  type RangeQuery,
  type Row,
  type RowKey
} from '@sealpost/core'
import type { Store } from '@sealpost/host'

/** Not sealed: it says how the vault key is protected. */
export const VAULT_HEADER: RowKey = { table: 'vault', key: 'header' }

/** Says, in a store without a header, that somebody began to write a home and did not end it. */
export const VAULT_UNFINISHED: RowKey = { table: 'vault', key: 'unfinished' }

export class VaultStore implements Store {
  readonly #store: Store
  readonly #seal: RowSeal
  readonly #onCommitted: (mutations: readonly Mutation[]) => void

  /** @param onCommitted gets what was committed, in order, once it is durable. */
  constructor(
    store: Store,
    seal: RowSeal,
    onCommitted: (mutations: readonly Mutation[]) => void = () => undefined
  ) {
    this.#store = store
    this.#seal = seal
    this.#onCommitted = onCommitted
  }

  async getMany(keys: readonly RowKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    const values = await this.#store.getMany(keys.map((key) => this.#blind(key)))
    return values.map((value, index) => {
      const row = keys[index]
      return value === undefined || row === undefined
        ? undefined
        : this.#seal.openRow(row.table, row.key, value)
    })
  }

  async getRange(range: RangeQuery): Promise<readonly Row[]> {
    const rows = await this.#store.getRange(range)
    return rows.map(({ key, value }) => ({
      key,
      value: this.#seal.openRow(range.table, key, value)
    }))
  }

  async commit(mutations: readonly Mutation[]): Promise<void> {
    await this.#store.commit(this.sealed(mutations))
    this.#onCommitted(mutations)
  }

  /** The mutations as the store below gets them, for a batch that holds rows that are not sealed too. */
  sealed(mutations: readonly Mutation[]): readonly Mutation[] {
    return mutations.map((mutation) => {
      const { table, key } = this.#blind(mutation)
      return mutation.type === 'erase'
        ? { type: 'erase', table, key }
        : {
            type: 'write',
            table,
            key,
            value: this.#seal.sealRow(mutation.table, mutation.key, mutation.value)
          }
    })
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #blind(row: RowKey): RowKey {
    return ORDERED_TABLES.has(row.table)
      ? row
      : { table: row.table, key: this.#seal.blindKey(row.table, row.key) }
  }
}
