/** Backup files of accounts that no home has to hold. */
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { signDeviceList } from '@sealpost/crypto'
import { seededRandom, testNodeKey } from '@sealpost/host/testing'
import {
  BACKUP_FORMAT_VERSION,
  type BackupRecord,
  type DeviceNumber,
  encodeDeviceList,
  identityKeys,
  parseDeviceNumber
} from '@sealpost/protocol'
import { writeBackupFile } from '../src/backup-file.ts'

/** Argon2id at its least: what is tested is not its cost. */
export const CHEAP = { memoryKib: 8_192, passes: 1, lanes: 1 }
export const FILE_PASSPHRASE = 'battery staple'
/** When the backups are made. */
export const MADE_AT_MS = 1_750_000_000_000

/** A device number that a test writes down. */
function device(number: number): DeviceNumber {
  const parsed = parseDeviceNumber(number)
  if (parsed === undefined) {
    throw new Error(`${String(number)} is no device`)
  }
  return parsed
}

/** What a file begins with. */
export async function prefixOf(
  list: { readonly devices: readonly number[]; readonly removed: readonly number[] } = {
    devices: [1],
    removed: []
  }
): Promise<readonly BackupRecord[]> {
  const engine = createLibsignalEngine()
  const identity = await engine.makeIdentity()
  const body = encodeDeviceList({
    version: 4,
    devices: list.devices.map((number) => ({
      number: device(number),
      registrationId: 9,
      addedAtMs: 1
    })),
    removed: list.removed.map(device)
  })
  const deviceList = { body, signature: await signDeviceList(engine, { identity, body }) }
  const settings = {
    lifetime: 2,
    isTypingShown: false,
    isPresenceShown: false,
    isReadShown: true,
    isDirect: true
  } as const
  return [
    {
      type: 'manifest',
      formatVersion: BACKUP_FORMAT_VERSION,
      createdAtMs: MADE_AT_MS,
      identityKey: identityKeys.fromBytes(identity.publicKey),
      device: device(list.devices[0] ?? 1),
      name: 'alice'
    },
    {
      type: 'identity',
      ...identity,
      ownerSecret: new Uint8Array(32).fill(7),
      deviceList,
      ownAddresses: []
    },
    {
      type: 'account',
      account: { profile: { name: 'alice' }, settings, deviceNames: [], changedAtMs: 1 },
      relays: [{ nodeKey: testNodeKey(1), addresses: ['/ip4/127.0.0.1/tcp/7701/ws'] }]
    }
  ]
}

/** A file of these records, with an end behind them. */
export async function fileOf(records: Iterable<BackupRecord>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  await writeBackupFile(asynchronously(records), {
    passphrase: FILE_PASSPHRASE,
    cost: CHEAP,
    random: seededRandom(5),
    write: async (bytes) => {
      pieces.push(bytes)
    }
  })
  return new Uint8Array(Buffer.concat(pieces))
}

/** Records as they come from a file. */
async function* asynchronously<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items
}
