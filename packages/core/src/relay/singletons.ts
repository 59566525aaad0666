/**
 * The few rows that a relay starts from: its store's format and id, its totals, its challenges. A store with a million
 * envelopes starts as fast as an empty one.
 */
import { StorageError, type StoreId, storeIds } from '@sealpost/protocol'
import type { Random } from '../random.ts'
import type { RowKey } from '../tables.ts'
import type { RelayState } from './relay-state.ts'
import {
  type ChallengeRow,
  type Corrupt,
  encodeChallenge,
  encodeFormat,
  encodeStoreId,
  parseChallenge,
  parseFormat,
  parseStoreId,
  parseTotals,
  STORE_FORMAT,
  type Totals
} from './rows.ts'

/** The rows that `RelayMachine.restore` takes, in this order. */
export const RELAY_RESTORE_KEYS: readonly RowKey[] = [
  { table: 'relay', key: 'format' },
  { table: 'relay', key: 'store' },
  { table: 'relay', key: 'totals' },
  { table: 'relay', key: 'challenge' }
]

const ID_BYTES = 16
/** A period in which no relay ran: the first input draws the challenge of its own. */
const NO_PERIOD = 0

/** What the rows say, or what takes their place in a fresh store. */
export interface Singletons {
  readonly storeId: StoreId
  readonly totals: Totals
  readonly challenge: ChallengeRow
  /** Whether something of it is not in the store yet. */
  readonly isFresh: boolean
}

function valueOf<Value>(name: string, value: Value | Corrupt): Value {
  if (value === 'corrupt') {
    throw new StorageError('SEALPOST_STORE_CORRUPT', `the relay's row '${name}' cannot be read`)
  }
  return value
}

/**
 * Reads the rows of `RELAY_RESTORE_KEYS`. A store without id gets a new one: a fresh store, or one restored from a backup,
 * from which the id was left out so that clients register and deposit again.
 *
 * @throws StorageError `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_NEWER`
 */
export function readSingletons(
  values: readonly (Uint8Array | undefined)[],
  random: Random
): Singletons {
  const [format, store, totals, challenge] = values
  if (format !== undefined && valueOf('format', parseFormat(format)) > STORE_FORMAT) {
    throw new StorageError('SEALPOST_STORE_NEWER')
  }
  return {
    storeId: storeIds.fromBytes(
      store === undefined ? random.bytes(ID_BYTES) : valueOf('store', parseStoreId(store))
    ),
    totals:
      totals === undefined
        ? { envelopeCount: 0, envelopeBytes: 0, tombstoneCount: 0, mailboxCount: 0, linkCount: 0 }
        : valueOf('totals', parseTotals(totals)),
    challenge:
      challenge === undefined
        ? { period: NO_PERIOD, current: random.bytes(ID_BYTES), previous: random.bytes(ID_BYTES) }
        : valueOf('challenge', parseChallenge(challenge)),
    isFresh: [format, store, totals, challenge].includes(undefined)
  }
}

/** Writes what a fresh store lacks; what is there is written again as it is. */
export function writeSingletons(state: RelayState, singletons: Singletons): void {
  state.write('relay', 'format', encodeFormat(STORE_FORMAT))
  state.write('relay', 'store', encodeStoreId(singletons.storeId))
  state.write('relay', 'challenge', encodeChallenge(singletons.challenge))
  state.isTotalsChanged = true
}
