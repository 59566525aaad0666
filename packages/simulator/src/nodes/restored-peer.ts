import {
  type Account,
  ACCOUNT_KEY,
  ALL_KEYS,
  BUNDLES_KEY,
  DEVICES_KEY,
  PeerMachine,
  type Random,
  readAccount,
  type Row,
  type TableName
} from '@sealpost/core'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'

export interface PeerRestoring {
  /** Whose it is, where the disk does not say. */
  readonly account: Account
  readonly random: Random
  readonly atMs: number
  readonly heartbeatMs?: number | undefined
}

/** The machine of what is on a disk. */
export function restoredPeer(
  disk: Pick<SimulatedDisk, 'get' | 'range'>,
  { account, random, atMs, heartbeatMs }: PeerRestoring
): PeerMachine {
  const all = (table: TableName): readonly Row[] =>
    disk.range({ table, ...ALL_KEYS, limit: Number.MAX_SAFE_INTEGER - 1 }).rows
  const one = (key: string): Uint8Array | undefined => disk.get({ table: 'account', key })
  const stored = one(ACCOUNT_KEY)
  return PeerMachine.restore(
    {
      account: stored === undefined ? account : readAccount(stored),
      bundles: one(BUNDLES_KEY),
      devices: one(DEVICES_KEY),
      knownRelays: all('known-relay'),
      contacts: all('contact'),
      ownAddresses: all('own-address'),
      theirAddresses: all('their-address'),
      progress: all('progress'),
      receipts: all('receipt'),
      recalls: all('recall'),
      withdrawals: all('withdrawal'),
      pendingWords: all('pending-word'),
      invitations: all('invitation'),
      claimedLinks: all('claimed-link'),
      declinedRequests: all('declined-request')
    },
    { random, atMs, heartbeatMs }
  )
}
