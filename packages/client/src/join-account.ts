/**
 * Writes the home of a device that joins an account which is there already: one that is restored from a backup, or linked by
 * another device. Nothing of it is any other device's: its mailbox secret and its prekeys are made here.
 *
 * ```
 *   empty --marker--> unfinished --contacts, links, messages, batch by batch--> unfinished --header, in the last batch--> home
 *                        |                                                          |
 *                        +----------- a crash, and whoever joins next erases it ----+
 * ```
 * Until the last batch there is no header, so that nobody can open a half of it: opening says `SEALPOST_HOME_INCOMPLETE`, and
 * joining once more begins anew.
 */
import {
  AccountWriter,
  type AccountWriterOptions,
  joinedSelf,
  type Mutation,
  type Random,
  type TableName
} from '@sealpost/core'
import { type KeyPair, requestKeyOf, type SignalEngine } from '@sealpost/crypto'
import type { Store, StoreOpener } from '@sealpost/host'
import {
  type AccountState,
  type AddressRecord,
  type BackupRecord,
  CryptoError,
  decodeDeviceList,
  type DeviceNumber,
  identityKeys,
  type LinkState,
  type RelayAddress,
  type SignedDeviceList,
  UsageError
} from '@sealpost/protocol'
import { deviceRows, makeVault, type Protection } from './create-home.ts'
import { VAULT_HEADER, VAULT_UNFINISHED, type VaultStore } from './vault-store.ts'

/** Mutations of a batch: few enough for memory, enough for the disk. */
const BATCH_MUTATIONS = 1_024
/** Rows of a page that is erased. */
const ERASED_PAGE = 1_024

/** All that is written before a home is complete. */
const TABLES: readonly TableName[] = [
  'account',
  'contact',
  'own-address',
  'their-address',
  'progress',
  'message',
  'message-index',
  'unread',
  'invitation',
  'signed-prekey',
  'kyber-prekey'
]

/** What joining needs of its app. */
export interface JoinPorts {
  readonly open: StoreOpener
  readonly engine: SignalEngine
  readonly random: Random
}

/** The account, and the device that joins it. */
export interface JoinedAccount {
  readonly identity: KeyPair
  /** 32 bytes that all devices of the account share. */
  readonly ownerSecret: Uint8Array
  /** A number that no device of the account ever had. */
  readonly device: DeviceNumber
  /** Fresh; the same that the list says. */
  readonly registrationId: number
  /** Signed, and names the device. */
  readonly deviceList: SignedDeviceList
  /** How the account's other devices are reached, as far as that is known. */
  readonly siblings: readonly AddressRecord[]
  readonly state: AccountState
  /** Where the account's mailboxes are: 1 to 5. */
  readonly relays: readonly RelayAddress[]
  /**
   * Whether no other device of the account lives. A link of somebody's that another device was opening has failed then, since
   * only that device could have read the answer.
   */
  readonly isOnly: boolean
  /** Devices of the account that are lost: what they wrote and nobody receipted, this one sends on. */
  readonly isLost: (device: DeviceNumber) => boolean
}

/** What was written. */
export interface JoinedCounts {
  readonly contactCount: number
  readonly messageCount: number
  readonly linkCount: number
}

/**
 * Writes a home from records: all of it, or nothing that could be opened.
 *
 * @param options of the home that is made.
 * @param records contacts, links and messages, each contact before its messages; all other records are passed over. They are taken
 * as they come, with one batch in memory. Where they throw, nothing is kept: what must be checked of them as a whole is
 * checked by whoever gives them, before they end.
 * @returns what was written.
 * @throws UsageError `SEALPOST_HOME_EXISTS`; CryptoError `SEALPOST_BACKUP_DAMAGED` for records that contradict each other;
 * StorageError; and what `records` throw
 */
export async function createJoinedHome(
  ports: JoinPorts,
  options: Protection,
  account: JoinedAccount,
  records: AsyncIterable<BackupRecord>,
  nowMs: number
): Promise<JoinedCounts> {
  const store = await ports.open()
  try {
    await begin(store)
    try {
      const { vault, header } = await makeVault(store, options, ports.random, nowMs)
      const devices = decodeDeviceList(account.deviceList.body).devices.map(({ number }) => number)
      const { device, isOnly, isLost } = account
      const joining = { device, isOnly, isLost, devices, nowMs }
      const written = await writeRecords(vault, { ...joining, random: ports.random }, records)
      const rows = await ownRows(ports, account, written.owed, nowMs)
      await store.commit([
        ...vault.sealed([...written.rows, ...rows]),
        header,
        { type: 'erase', ...VAULT_UNFINISHED }
      ])
      return written.counts
    } catch (error) {
      await eraseQuietly(store)
      throw error
    }
  } finally {
    await store.close()
  }
}

/**
 * Writes everything but the device itself, in batches; `rows` belong to the last one.
 *
 * @throws as `createJoinedHome`
 */
export async function writeRecords(
  vault: Pick<VaultStore, 'commit'>,
  options: AccountWriterOptions,
  records: AsyncIterable<BackupRecord>
): Promise<{
  readonly rows: readonly Mutation[]
  readonly owed: readonly string[]
  readonly counts: JoinedCounts
}> {
  const writer = new AccountWriter(options)
  let messageCount = 0
  let linkCount = 0
  let batch: Mutation[] = []
  for await (const record of records) {
    if (record.type === 'contact') {
      require(writer.contact(record.contact))
    } else if (record.type === 'link') {
      batch.push(writer.link(record.link, publicKeyOf(record.link)))
      linkCount += 1
    } else if (record.type === 'message') {
      const rows = writer.message(record.message)
      require(rows !== undefined)
      batch.push(...(rows ?? []))
      messageCount += 1
    }
    if (batch.length >= BATCH_MUTATIONS) {
      await vault.commit(batch)
      batch = []
    }
  }
  await vault.commit(batch)
  const { contactCount, owed } = writer
  return { rows: writer.end(), owed, counts: { contactCount, messageCount, linkCount } }
}

/** The half of a link's request key that claimables name; none once the link is closed. */
function publicKeyOf({ requestSecretKey }: LinkState): Uint8Array | undefined {
  if (requestSecretKey.length === 0) {
    return undefined
  }
  try {
    return requestKeyOf(requestSecretKey).publicKey
  } catch (cause) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED', undefined, { cause })
  }
}

function require(isSo: boolean): void {
  if (!isSo) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED')
  }
}

async function ownRows(
  ports: JoinPorts,
  account: JoinedAccount,
  owed: readonly string[],
  nowMs: number
): Promise<readonly Mutation[]> {
  const { identity, ownerSecret, device, registrationId, deviceList, relays, state } = account
  const { settings, profile } = state
  const { name } = profile
  const made = { identity, ownerSecret, device, registrationId, deviceList, relays, name, settings }
  const rows = await deviceRows(ports, { ...made, createdAtMs: nowMs }, nowMs)
  const { isOnly, siblings } = account
  const identityKey = identityKeys.fromBytes(identity.publicKey)
  const self = { identityKey, deviceList, siblings, account: state, createdAtMs: nowMs, owed }
  return isOnly ? rows : [...rows, ...joinedSelf(ports.random, self)]
}

/** @throws UsageError `SEALPOST_HOME_EXISTS`; StorageError */
async function begin(store: Store): Promise<void> {
  const [header, unfinished] = await store.getMany([VAULT_HEADER, VAULT_UNFINISHED])
  if (header !== undefined) {
    throw new UsageError('SEALPOST_HOME_EXISTS')
  }
  if (unfinished !== undefined) {
    await eraseRows(store)
  }
  await store.commit([{ type: 'write', ...VAULT_UNFINISHED, value: Uint8Array.of(1) }])
}

/** Leaves an empty store. Where that fails too, the marker is still there, and says so. */
async function eraseQuietly(store: Store): Promise<void> {
  try {
    await eraseRows(store)
    await store.commit([{ type: 'erase', ...VAULT_UNFINISHED }])
  } catch {
    // The first error is the one that tells.
  }
}

/** The rows are sealed under a key that nobody has any more: only their keys count. */
async function eraseRows(store: Store): Promise<void> {
  for (const table of TABLES) {
    for (;;) {
      const range = { table, from: '', to: '\u007f', limit: ERASED_PAGE }
      const rows = await store.getRange(range)
      await store.commit(rows.map(({ key }) => ({ type: 'erase', table, key })))
      if (rows.length < ERASED_PAGE) {
        break
      }
    }
  }
}
