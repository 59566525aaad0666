/** Words of another own device, decoded and checked before the machine takes them, with what is here of them already. */
import {
  contactOfKey,
  knownRow,
  ownIndexKey,
  type PeerMachine,
  type ReceivedOwn,
  type Row,
  type RowKey
} from '@sealpost/core'
import { requestKeyOf, type SignalEngine, verifyDeviceList } from '@sealpost/crypto'
import {
  type BackupRecord,
  bytesToUtf8,
  type Content,
  type ContactState,
  decodeBackupRecord,
  decodeContent,
  type HistoryMessage,
  type HistoryPartContent,
  isSealpostError,
  type SentCopyContent,
  splitRecords
} from '@sealpost/protocol'
import type { PeerDriver } from './correspondence-contract.ts'

export interface OwnWordReader {
  readonly driver: Pick<PeerDriver, 'read'>
  readonly machine: Pick<PeerMachine, 'contactOf'>
  readonly engine: SignalEngine
}

/**
 * What the machine needs beside the content itself.
 *
 * @returns undefined for a word that says all by itself, and for one that is damaged, which then says nothing.
 * @throws StorageError
 */
export async function readOwnWord(
  reader: OwnWordReader,
  { body }: Content
): Promise<ReceivedOwn | undefined> {
  try {
    if (body.type === 'sent-copy') {
      return await readCopy(reader, body)
    }
    if (body.type === 'link-state' && body.link.requestSecretKey.length > 0) {
      const { publicKey } = requestKeyOf(body.link.requestSecretKey)
      return { type: 'link', requestKey: publicKey }
    }
    return body.type === 'history-part' ? await readHistory(reader, body) : undefined
  } catch (error) {
    if (isSealpostError(error) && error.name !== 'StorageError') {
      return undefined
    }
    throw error
  }
}

async function readCopy(
  { driver }: OwnWordReader,
  copy: SentCopyContent
): Promise<ReceivedOwn | undefined> {
  const content = decodeContent(copy.content)
  const { body } = content
  const messageId = body.type === 'withdrawal' ? body.messageId : content.messageId
  if (messageId === undefined) {
    return undefined
  }
  const [found] = await rowsOf(driver, [ownIndexKey(messageId)])
  return { type: 'copy', identityKey: copy.identityKey, content, message: found }
}

/** The messages that an index leads to, as far as it does. */
async function rowsOf(
  driver: Pick<PeerDriver, 'read'>,
  indexKeys: readonly string[]
): Promise<readonly (Row | undefined)[]> {
  const indexes = indexKeys.map((key): RowKey => ({ table: 'message-index', key }))
  const found = (await driver.read(indexes)).values
  const keys = found.map((value) => (value === undefined ? '' : bytesToUtf8(value)))
  const { values } = await driver.read(keys.map((key) => ({ table: 'message', key })))
  return values.map((value, index) => {
    return value === undefined ? undefined : { key: keys[index] ?? '', value }
  })
}

async function readHistory(
  reader: OwnWordReader,
  part: HistoryPartContent
): Promise<ReceivedOwn | undefined> {
  const records: BackupRecord[] = []
  for (const bytes of splitRecords(part.records)) {
    const record = decodeBackupRecord(bytes)
    records.push(
      record.type === 'contact'
        ? { type: 'contact', contact: await withSoundList(reader.engine, record.contact) }
        : record
    )
  }
  return { type: 'history', records, known: await knownOf(reader, records) }
}

/** A contact's state, without its list where that is not signed by the contact. */
export async function withSoundList(
  engine: SignalEngine,
  contact: ContactState
): Promise<ContactState> {
  const { deviceList, identityKey } = contact
  const isSound =
    deviceList !== undefined && (await verifyDeviceList(engine, { identityKey, ...deviceList }))
  return isSound ? contact : { ...contact, deviceList: undefined }
}

/** The messages among the records that are here already. */
async function knownOf(
  { driver, machine }: OwnWordReader,
  records: readonly BackupRecord[]
): Promise<ReadonlySet<HistoryMessage>> {
  const places = records.flatMap((record) => {
    const message = record.type === 'message' ? record.message : undefined
    const contactId =
      message === undefined ? undefined : machine.contactOf(message.identityKey)?.contactId
    return message === undefined || contactId === undefined
      ? []
      : [{ message, contactId, row: knownRow(contactId, message) }]
  })
  const { values } = await driver.read(places.map(({ row }) => row))
  const known = places.filter(({ contactId, row }, index) => {
    const value = values[index]
    // Another contact may have drawn the same id.
    const isElsewhere =
      value !== undefined &&
      row.table === 'message-index' &&
      value.length > 0 &&
      contactOfKey(bytesToUtf8(value)) !== contactId
    return value !== undefined && !isElsewhere
  })
  return new Set(known.map(({ message }) => message))
}
