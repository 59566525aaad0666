/** Builds the machine of a peer from what its store holds. */
import {
  ACCOUNT_KEY,
  ALL_KEYS,
  BUNDLES_KEY,
  DEVICES_KEY,
  PeerMachine,
  readAccount,
  type Row,
  type TableName
} from '@sealpost/core'
import type { Store } from '@sealpost/host'
import { StorageError } from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'

const PAGE = 512

/** @throws StorageError `SEALPOST_STORE_CORRUPT` for a home without an account, and what the store throws */
export async function restorePeer(
  store: Store,
  ports: Pick<ClientPorts, 'random'>,
  atMs: number
): Promise<PeerMachine> {
  const [account, bundles, devices] = await store.getMany([
    { table: 'account', key: ACCOUNT_KEY },
    { table: 'account', key: BUNDLES_KEY },
    { table: 'account', key: DEVICES_KEY }
  ])
  if (account === undefined) {
    throw new StorageError('SEALPOST_STORE_CORRUPT', 'the account of this home is missing')
  }
  return PeerMachine.restore(
    {
      account: readAccount(account),
      bundles,
      devices,
      knownRelays: await all(store, 'known-relay'),
      contacts: await all(store, 'contact'),
      ownAddresses: await all(store, 'own-address'),
      theirAddresses: await all(store, 'their-address'),
      progress: await all(store, 'progress'),
      receipts: await all(store, 'receipt'),
      recalls: await all(store, 'recall'),
      withdrawals: await all(store, 'withdrawal'),
      pendingWords: await all(store, 'pending-word'),
      invitations: await all(store, 'invitation'),
      claimedLinks: await all(store, 'claimed-link'),
      declinedRequests: await all(store, 'declined-request')
    },
    { random: ports.random, atMs }
  )
}

async function all(store: Store, table: TableName): Promise<readonly Row[]> {
  const rows: Row[] = []
  let { from } = ALL_KEYS
  for (;;) {
    const page = await store.getRange({ table, from, to: ALL_KEYS.to, limit: PAGE })
    rows.push(...page)
    const last = page.at(-1)
    if (page.length < PAGE || last === undefined) {
      return rows
    }
    from = `${last.key}\u0000`
  }
}
