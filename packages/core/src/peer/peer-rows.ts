/** What a client's machine is restored from. */
import type { Random } from '../random.ts'
import type { Row } from '../tables.ts'
import type { Account } from './account.ts'

/** The rows that a machine is restored from; all other tables stay on disk. */
export interface PeerRows {
  readonly account: Account
  /** The row of `BUNDLES_KEY`. */
  readonly bundles: Uint8Array | undefined
  /** The row of `DEVICES_KEY`. */
  readonly devices: Uint8Array | undefined
  readonly knownRelays: readonly Row[]
  readonly contacts: readonly Row[]
  readonly ownAddresses: readonly Row[]
  readonly theirAddresses: readonly Row[]
  readonly progress: readonly Row[]
  readonly receipts: readonly Row[]
  readonly recalls: readonly Row[]
  readonly withdrawals: readonly Row[]
  readonly pendingWords: readonly Row[]
  readonly invitations: readonly Row[]
  readonly claimedLinks: readonly Row[]
  readonly declinedRequests: readonly Row[]
}

export interface PeerOptions {
  readonly random: Random
  readonly atMs: number
  /** Another than `HEARTBEAT_MS`, in a simulation that does not count what idle streams cost event by event. */
  readonly heartbeatMs?: number | undefined
}
