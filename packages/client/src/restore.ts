/**
 * Restores a backup as a new device (the protocol's README, "Backup, restore, copies"): new number, new registration id, new mailbox
 * secret, new prekeys. Sessions are not in a backup and must not be: whoever used them twice would break them.
 */
import type { Random } from '@sealpost/core'
import {
  parseRecoveryPhrase,
  type SignalEngine,
  signDeviceList,
  verifyDeviceList
} from '@sealpost/crypto'
import {
  type BackupAccount,
  type BackupIdentity,
  type BackupManifest,
  type BackupRecord,
  CryptoError,
  decodeDeviceList,
  type DeviceList,
  type DeviceNumber,
  encodeDeviceList,
  identityKeys,
  type SignedDeviceList
} from '@sealpost/protocol'
import { readBackupFile } from './backup-file.ts'
import { makeRegistrationId, type Protection } from './create-home.ts'
import { newDeviceNumber } from './device-number.ts'
import {
  createJoinedHome,
  type JoinedAccount,
  type JoinedCounts,
  type JoinPorts
} from './join-account.ts'

/** A clock that is wrong by decades must not use up what versions there are: 2^32. */
const SECONDS_MAX = 4_000_000_000

/** With what protects the home that is made. */
export interface RestoreOptions extends Protection {
  /** What the file was sealed under: a passphrase, or a recovery phrase as somebody typed it. */
  readonly filePassphrase: string
  /** Whether the device that made the backup is gone: it leaves the device list then, and contacts send it nothing more. */
  readonly isOldDeviceLost: boolean
}

/** What was restored. */
export interface RestoredHome extends JoinedCounts {
  readonly name: string
  /** This device, from now on. */
  readonly device: DeviceNumber
  /** The device that made the backup. */
  readonly oldDevice: DeviceNumber
  /** When the backup was made: what came later is not in it. */
  readonly createdAtMs: number
}

/** What a file begins with. */
interface Prefix {
  readonly manifest: BackupManifest
  readonly identity: BackupIdentity
  readonly account: BackupAccount
}

/**
 * Makes a home of a backup file, in an empty store: all of it, or nothing that could be opened. When the home is opened, its
 * device makes itself known to each contact, and contacts send what it lacks.
 *
 * @param source the file, in pieces of any size; closed in any case.
 * @throws UsageError `SEALPOST_HOME_EXISTS`, `SEALPOST_PASSPHRASE_REQUIRED`, `SEALPOST_USAGE` for an account that had all the
 * devices that can be; CryptoError `SEALPOST_PASSPHRASE_WRONG`, `SEALPOST_BACKUP_UNKNOWN`, `SEALPOST_BACKUP_NEWER`,
 * `SEALPOST_BACKUP_DAMAGED`; StorageError; and what `source` throws
 */
export async function restoreHome(
  ports: JoinPorts,
  source: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
  nowMs: number
): Promise<RestoredHome> {
  const { filePassphrase, isOldDeviceLost } = options
  const records = readBackupFile(source, parseRecoveryPhrase(filePassphrase) ?? filePassphrase)
  try {
    const { manifest, identity, account } = await readPrefix(records)
    const joined = await joinedDevice(ports, identity, {
      oldDevice: manifest.device,
      isOldDeviceLost,
      nowMs
    })
    const { publicKey, privateKey, ownerSecret } = identity
    const listed = decodeList(joined.deviceList).devices.map(({ number }) => number)
    const siblings = identity.ownAddresses.filter(
      ({ device }) => device !== joined.device && listed.includes(device)
    )
    const rest = { state: account.account, relays: account.relays, ownerSecret, siblings }
    const counts = await createJoinedHome(
      ports,
      options,
      { ...joined, ...rest, identity: { publicKey, privateKey } },
      records,
      nowMs
    )
    const { name, device: oldDevice, createdAtMs } = manifest
    return { ...counts, name, device: joined.device, oldDevice, createdAtMs }
  } finally {
    await records.return(undefined)
  }
}

/** Takes the three records that every file begins with; the others stay. */
export async function readPrefix(records: AsyncGenerator<BackupRecord>): Promise<Prefix> {
  const manifest = await nextRecord(records)
  const identity = await nextRecord(records)
  const account = await nextRecord(records)
  if (
    manifest?.type !== 'manifest' ||
    identity?.type !== 'identity' ||
    account?.type !== 'account' ||
    manifest.identityKey !== identityKeys.fromBytes(identity.publicKey)
  ) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED')
  }
  return { manifest, identity, account }
}

async function nextRecord(
  records: AsyncGenerator<BackupRecord>
): Promise<BackupRecord | undefined> {
  const next = await records.next()
  return next.done === true ? undefined : next.value
}

/** The device that is made of a backup, and the signed list that names it. */
async function joinedDevice(
  { engine, random }: { readonly engine: SignalEngine; readonly random: Random },
  identity: BackupIdentity,
  old: {
    readonly oldDevice: DeviceNumber
    readonly isOldDeviceLost: boolean
    readonly nowMs: number
  }
): Promise<Pick<JoinedAccount, 'device' | 'registrationId' | 'deviceList' | 'isOnly' | 'isLost'>> {
  const known = await readList(engine, identity)
  const { oldDevice, isOldDeviceLost, nowMs } = old
  const device = newDeviceNumber(known, oldDevice, random)
  const registrationId = makeRegistrationId(random)
  const kept = known.devices.filter(({ number }) => !isOldDeviceLost || number !== oldDevice)
  const removed = new Set(isOldDeviceLost ? [...known.removed, oldDevice] : known.removed)
  const isOnly = kept.length === 0
  const body = encodeDeviceList({
    version: nextVersion(known, isOnly, nowMs),
    devices: [...kept, { number: device, registrationId, addedAtMs: nowMs }],
    removed: [...removed].sort((a, b) => a - b)
  })
  const keys = { publicKey: identity.publicKey, privateKey: identity.privateKey }
  const signature = await signDeviceList(engine, { identity: keys, body })
  // Where the one that made the backup goes on, it sends itself what it wrote.
  const isLost = (one: DeviceNumber): boolean =>
    isOldDeviceLost && !kept.some(({ number }) => number === one)
  return { device, registrationId, deviceList: { body, signature }, isOnly, isLost }
}

async function readList(
  engine: SignalEngine,
  { publicKey, deviceList }: BackupIdentity
): Promise<DeviceList> {
  const identityKey = identityKeys.fromBytes(publicKey)
  if (!(await verifyDeviceList(engine, { identityKey, ...deviceList }))) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED')
  }
  return decodeList(deviceList)
}

function decodeList({ body }: SignedDeviceList): DeviceList {
  try {
    return decodeDeviceList(body)
  } catch (cause) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED', undefined, { cause })
  }
}

/**
 * The version of the list that names a device of which nobody else is left: the seconds of its clock. What the account said of its
 * devices since the backup must not count against it, nor what another home said that was made of the same file, and of neither
 * does the file know. Where others are left, they join the lists.
 */
function nextVersion({ version }: DeviceList, isOnly: boolean, nowMs: number): number {
  const seconds = Math.floor(nowMs / 1_000)
  return isOnly && seconds > version && seconds < SECONDS_MAX ? seconds : version + 1
}
