/**
 * What a home holds of its account, record by record, while messages go on arriving.
 *
 * What is held of each contact's messages is read first, their messages afterwards: a message that comes in between may be among
 * them, and is known by being there; one that is said to be held is there. So nothing is half in, whatever happens meanwhile.
 */
import {
  ACCOUNT_KEY,
  ALL_KEYS,
  IDENTITY_KEY,
  keysUnder,
  outboxKey,
  readAccount,
  readIdentity,
  readMessage,
  recordContacts,
  type RecordedContact,
  recordLinks,
  recordMessage,
  type Row,
  type RowKey,
  type StoredMessage,
  type TableName
} from '@sealpost/core'
import {
  type AccountState,
  type AddressRecord,
  BACKUP_FORMAT_VERSION,
  type BackupRecord,
  type ContactId,
  type HistoryMessage,
  StorageError
} from '@sealpost/protocol'
import type { PeerDriver } from './correspondence.ts'
import { rowPages } from './row-pages.ts'

/** Messages that are in memory at a time. */
const MESSAGES_PAGE = 256
const ROWS_PAGE = 512

/** Rows as every input so far left them. */
export type RowReader = Pick<PeerDriver, 'read'>

/**
 * Everything that a backup holds but its end: a manifest, an identity, an account, contacts, links, messages.
 *
 * @param own what the machine says of the account's devices.
 * @throws StorageError
 */
export async function* homeRecords(
  reader: RowReader,
  createdAtMs: number,
  own: {
    readonly ownAddresses: readonly AddressRecord[]
    /** Undefined where nothing but the account's row says it. */
    readonly state: AccountState | undefined
  } = { ownAddresses: [], state: undefined }
): AsyncGenerator<BackupRecord> {
  const { account, identity } = await readOwn(reader)
  const { name, identityKey, device, deviceList, ownerSecret, relays } = account
  const formatVersion = BACKUP_FORMAT_VERSION
  yield { type: 'manifest', formatVersion, createdAtMs, identityKey, device, name }
  yield { type: 'identity', ...identity, ownerSecret, deviceList, ownAddresses: own.ownAddresses }
  const state = own.state ?? {
    profile: { name },
    settings: account.settings,
    deviceNames: [],
    changedAtMs: account.createdAtMs
  }
  yield { type: 'account', account: state, relays }
  const contacts = await readContacts(reader)
  for (const { contact } of contacts) {
    yield { type: 'contact', contact }
  }
  for (const link of recordLinks(await allRows(reader, 'invitation'), device)) {
    yield { type: 'link', link }
  }
  for (const contact of contacts) {
    for await (const message of historyOf(reader, contact)) {
      yield { type: 'message', message }
    }
  }
}

/** Everybody who is known by an identity. @throws StorageError */
export async function readContacts(reader: RowReader): Promise<readonly RecordedContact[]> {
  return recordContacts({
    contacts: await allRows(reader, 'contact'),
    theirAddresses: await allRows(reader, 'their-address'),
    progress: await allRows(reader, 'progress')
  })
}

/** What was said with a contact, in its order. @throws StorageError */
export async function* historyOf(
  reader: RowReader,
  { contact, contactIds, devices }: RecordedContact
): AsyncGenerator<HistoryMessage> {
  for (const contactId of contactIds) {
    for await (const rows of rowPages(reader, {
      table: 'message',
      ...keysUnder(contactId),
      limit: MESSAGES_PAGE
    })) {
      const unread = await unreadAmong(reader, rows)
      const waitingKeys = rows.map((row) => outboxKeys(contactId, devices, readMessage(row)))
      const waiting = (await reader.read(waitingKeys.flat())).values
      let at = 0
      for (const [index, row] of rows.entries()) {
        const count = waitingKeys[index]?.length ?? 0
        const message = readMessage(row, waiting.slice(at, at + count))
        at += count
        yield recordMessage(contact.identityKey, message, unread.has(row.key))
      }
    }
  }
}

/** How many rows a contact's conversation has. @throws StorageError */
export async function countHistory(
  reader: RowReader,
  { contactIds }: RecordedContact
): Promise<number> {
  let count = 0
  for (const contactId of contactIds) {
    for await (const rows of rowPages(reader, {
      table: 'message',
      ...keysUnder(contactId),
      limit: ROWS_PAGE
    })) {
      count += rows.length
    }
  }
  return count
}

async function readOwn(reader: RowReader): Promise<{
  readonly account: ReturnType<typeof readAccount>
  readonly identity: ReturnType<typeof readIdentity>
}> {
  const keys: readonly RowKey[] = [
    { table: 'account', key: ACCOUNT_KEY },
    { table: 'account', key: IDENTITY_KEY }
  ]
  const [account, identity] = (await reader.read(keys)).values
  if (account === undefined || identity === undefined) {
    throw new StorageError('SEALPOST_STORE_CORRUPT', 'the account of this home is missing')
  }
  return { account: readAccount(account), identity: readIdentity(identity) }
}

/** What is known of an own message that waits for its receipt stands in its outbox rows. */
function outboxKeys(
  contactId: ContactId,
  devices: RecordedContact['devices'],
  { kind, deliveredAtMs, sentNumber }: StoredMessage
): readonly RowKey[] {
  return kind === 'sent' && deliveredAtMs === undefined
    ? devices.map((device) => ({ table: 'outbox', key: outboxKey(contactId, device, sentNumber) }))
    : []
}

async function unreadAmong(reader: RowReader, rows: readonly Row[]): Promise<ReadonlySet<string>> {
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined) {
    return new Set()
  }
  const range = { from: first.key, to: `${last.key}\u0000`, limit: rows.length }
  const unread = await reader.read([], { table: 'unread', ...range })
  return new Set(unread.rows.map(({ key }) => key))
}

async function allRows(reader: RowReader, table: TableName): Promise<readonly Row[]> {
  const all: Row[] = []
  for await (const rows of rowPages(reader, { table, ...ALL_KEYS, limit: ROWS_PAGE })) {
    all.push(...rows)
  }
  return all
}
