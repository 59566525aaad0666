/**
 * Shows that a backup can be restored: the file is read back and restored by the very code that restores it, into a sandbox that
 * keeps nothing; what comes out is compared with what went in and with what the home says now.
 */
import {
  historyKey,
  randomBelow,
  readMessage,
  type RecordedContact,
  recordMessage
} from '@sealpost/core'
import { verifyDeviceList } from '@sealpost/crypto'
import {
  type BackupEnd,
  type BackupRecord,
  CryptoError,
  type HistoryMessage,
  type IdentityKey,
  encodeBackupRecord,
  equalBytes
} from '@sealpost/protocol'
import { isSameEnd, readBackupFile } from './backup-file.ts'
import { countHistory, readContacts } from './backup-records.ts'
import type { ClientPorts } from './client-ports.ts'
import type { PeerDriver } from './correspondence.ts'
import { writeRecords } from './join-account.ts'
import { readPrefix } from './restore.ts'

/** Messages that are compared byte by byte with what the home has. */
const SAMPLE_COUNT = 20
/** Messages between two words about progress. */
const PROGRESS_EVERY = 1_000

/**
 * @param proof.end what was written.
 * @throws CryptoError `SEALPOST_BACKUP_DAMAGED` where what comes back is not what went in; StorageError; and what `source` throws
 */
export async function proveBackup(
  ports: Pick<ClientPorts, 'random' | 'engine'>,
  driver: PeerDriver,
  proof: {
    readonly source: AsyncIterable<Uint8Array>
    readonly passphrase: string
    readonly end: BackupEnd
    /** What the machine had counted as deleted when the first record was read. */
    readonly deletedCount: number
    readonly onProgress: (messageCount: number) => void
  }
): Promise<void> {
  const { source, passphrase, end, deletedCount, onProgress } = proof
  const records = readBackupFile(source, passphrase)
  const sample = new Sample(ports)
  try {
    const { manifest, identity } = await readPrefix(records)
    const { identityKey } = manifest
    const isSigned = await verifyDeviceList(ports.engine, { identityKey, ...identity.deviceList })
    const isOurs = identityKey === driver.machine?.account.identityKey
    const sandbox = { commit: () => Promise.resolve() }
    const watched = watch(records, sample, onProgress)
    const { counts } = await writeRecords(
      sandbox,
      {
        random: ports.random,
        device: manifest.device,
        isOnly: false,
        devices: [manifest.device],
        isLost: () => false,
        nowMs: manifest.createdAtMs
      },
      watched
    )
    const isAll =
      sample.end !== undefined &&
      isSameEnd(sample.end, end) &&
      counts.messageCount === end.messageCount &&
      counts.contactCount === end.contactCount &&
      counts.linkCount === end.linkCount
    if (!isSigned || !isOurs || !isAll) {
      throw unproven()
    }
  } finally {
    await records.return(undefined)
  }
  await compareWithHome(driver, sample, deletedCount)
}

async function* watch(
  records: AsyncIterable<BackupRecord>,
  sample: Sample,
  onProgress: (messageCount: number) => void
): AsyncGenerator<BackupRecord> {
  for await (const record of records) {
    sample.take(record)
    if (record.type === 'message' && sample.messageCount % PROGRESS_EVERY === 0) {
      onProgress(sample.messageCount)
    }
    yield record
  }
}

/** What is remembered of a file while it is read: counts, and some messages by lot, each as likely as any other. */
class Sample {
  readonly #ports: Pick<ClientPorts, 'random'>
  readonly messages: HistoryMessage[] = []
  readonly countByContact = new Map<IdentityKey, number>()
  messageCount = 0
  end: BackupEnd | undefined

  constructor(ports: Pick<ClientPorts, 'random'>) {
    this.#ports = ports
  }

  take(record: BackupRecord): void {
    if (record.type === 'end') {
      this.end = record
    } else if (record.type === 'contact') {
      this.countByContact.set(record.contact.identityKey, 0)
    } else if (record.type === 'message') {
      this.#takeMessage(record.message)
    }
  }

  #takeMessage(message: HistoryMessage): void {
    const { identityKey } = message
    this.messageCount += 1
    this.countByContact.set(identityKey, (this.countByContact.get(identityKey) ?? 0) + 1)
    if (this.messages.length < SAMPLE_COUNT) {
      this.messages.push(message)
      return
    }
    const place = randomBelow(this.#ports.random, this.messageCount)
    if (place < SAMPLE_COUNT) {
      this.messages[place] = message
    }
  }
}

/**
 * What the file says must be here too: where the person deleted nothing meanwhile, the home has as many messages, or more that came.
 */
async function compareWithHome(
  driver: PeerDriver,
  sample: Sample,
  deletedCount: number
): Promise<void> {
  const isDeletedFrom = driver.machine?.words.deletedCount !== deletedCount
  const contacts = new Map<IdentityKey, RecordedContact>()
  for (const known of await readContacts(driver)) {
    contacts.set(known.contact.identityKey, known)
  }
  for (const [identityKey, count] of sample.countByContact) {
    const known = contacts.get(identityKey)
    // A contact that was declined or removed meanwhile is no fault of the file.
    if (!isDeletedFrom && known !== undefined && (await countHistory(driver, known)) < count) {
      throw unproven()
    }
  }
  for (const message of sample.messages) {
    const known = contacts.get(message.identityKey)
    const isSame = known === undefined || (await isInHome(driver, known, message))
    if (isSame === false || (isSame === undefined && !isDeletedFrom)) {
      throw unproven()
    }
  }
}

/** @returns undefined where the message is not there at all. */
async function isInHome(
  driver: PeerDriver,
  { contactIds }: RecordedContact,
  message: HistoryMessage
): Promise<boolean | undefined> {
  const keys = contactIds.map((contactId) => historyKey(contactId, message))
  const known = keys.filter((key) => key !== undefined)
  const { values } = await driver.read(known.map((key) => ({ table: 'message', key })))
  const wanted = lasting(message)
  const rows = values.flatMap((value, index) => {
    const key = known[index]
    return value === undefined || key === undefined ? [] : [{ key, value }]
  })
  const isSame = rows.some(({ key, value }) => {
    const now = readMessage({ key, value })
    // Of what was taken back meanwhile nothing is left to compare.
    const isWithdrawn = now.withdrawnAtMs !== undefined && message.withdrawnAtMs === 0
    const bytes = lasting(recordMessage(message.identityKey, now, false))
    const isEdited = now.words.edit?.number !== message.edit?.number
    return isWithdrawn || isEdited || equalBytes(bytes, wanted)
  })
  return rows.length === 0 ? undefined : isSame
}

/** The bytes of a message without what may have become of it since. */
function lasting(message: HistoryMessage): Uint8Array {
  const nothingYet = { onRelayAtMs: 0, deliveredAtMs: 0, readAtMs: 0, withdrawnAtMs: 0 }
  const said = { earlier: undefined, reactions: undefined, fadesAtMs: undefined, star: undefined }
  return encodeBackupRecord({
    type: 'message',
    message: { ...message, ...nothingYet, ...said, isUnread: false }
  })
}

function unproven(): CryptoError {
  return new CryptoError('SEALPOST_BACKUP_DAMAGED', undefined, { detail: 'not-proven' })
}
