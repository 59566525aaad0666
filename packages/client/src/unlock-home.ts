/** Opens the vault around a home: by a way in, or by the vault key that one gave before. */
import { createRowSeal, openVault, type RowSeal, type VaultSecret } from '@sealpost/crypto'
import type { Store } from '@sealpost/host'
import { StorageError, UsageError } from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { type OwnIdentity, readOwnIdentity } from './staged-stores.ts'
import { VAULT_HEADER, VAULT_UNFINISHED, VaultStore } from './vault-store.ts'

/** What opens a home. */
export interface HomeSecret extends VaultSecret {
  /** What `unlockHome` gave: nothing else is looked at then. */
  readonly vaultKey?: Uint8Array | undefined
}

/**
 * The vault key of a home, 32 bytes, so that it can be opened again without asking for the passphrase and without the time that
 * costs: by the tab that goes on where another was closed. Whoever has it reads everything.
 *
 * @throws UsageError `SEALPOST_HOME_MISSING`, `SEALPOST_PASSPHRASE_REQUIRED`, `SEALPOST_PASSKEY_REQUIRED`; CryptoError
 * `SEALPOST_PASSPHRASE_WRONG`, `SEALPOST_PASSKEY_WRONG`; StorageError
 */
export async function unlockHome(
  { open }: Pick<ClientPorts, 'open'>,
  secret: VaultSecret
): Promise<Uint8Array> {
  const store = await open()
  try {
    return await openVault(await readHeader(store), secret)
  } finally {
    await store.close()
  }
}

/**
 * Opens the vault. The store is closed where that fails, and stays open where it does not.
 *
 * @throws as `unlockHome`; CryptoError `SEALPOST_PASSPHRASE_WRONG` also for the vault key of another home
 */
export async function openHome(
  store: Store,
  { random }: Pick<ClientPorts, 'random'>,
  { vaultKey, ...secret }: HomeSecret
): Promise<{ readonly seal: RowSeal; readonly own: OwnIdentity }> {
  try {
    const header = await readHeader(store)
    const seal = createRowSeal(vaultKey ?? (await openVault(header, secret)), random)
    const vault = new VaultStore(store, seal)
    return { seal, own: await readOwnIdentity((keys) => vault.getMany(keys)) }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** @throws UsageError `SEALPOST_HOME_MISSING`; StorageError `SEALPOST_HOME_INCOMPLETE` */
export async function readHeader(store: Pick<Store, 'getMany'>): Promise<Uint8Array> {
  const [header, unfinished] = await store.getMany([VAULT_HEADER, VAULT_UNFINISHED])
  if (header === undefined) {
    throw unfinished === undefined
      ? new UsageError('SEALPOST_HOME_MISSING')
      : new StorageError('SEALPOST_HOME_INCOMPLETE')
  }
  return header
}
