/** The rows of a home that is closed, unsealed, for tests that change them behind its back. */
import { ALL_KEYS, type Row, type TableName } from '@sealpost/core'
import { createRowSeal, openVault } from '@sealpost/crypto'
import { seededRandom } from '@sealpost/host/testing'
import { VAULT_HEADER, VaultStore } from '../src/vault-store.ts'
import type { TestHome } from './world.ts'

/** The caller closes it before the home is opened again. */
export async function vaultOf(home: TestHome, seed: number): Promise<VaultStore> {
  const store = await home.disk.open()
  const [header] = await store.getMany([VAULT_HEADER])
  if (header === undefined) {
    throw new Error('this home was not created')
  }
  const vaultKey = await openVault(header, { passphrase: 'correct horse' })
  return new VaultStore(store, createRowSeal(vaultKey, seededRandom(seed)))
}

export function rowsIn(vault: VaultStore, table: TableName): Promise<readonly Row[]> {
  return vault.getRange({ table, ...ALL_KEYS, limit: 1_000 })
}
