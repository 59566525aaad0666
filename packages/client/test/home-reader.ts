/** What lies in a home, read as a backup reads it, without opening a client. */
import { createRowSeal, openVault } from '@sealpost/crypto'
import { type MemoryDisk, seededRandom } from '@sealpost/host/testing'
import type { BackupRecord } from '@sealpost/protocol'
import { homeRecords, type RowReader } from '../src/backup-records.ts'
import { VAULT_HEADER, VaultStore } from '../src/vault-store.ts'

/** Every record of a home, and its end's counts. */
export async function recordsOf(
  disk: MemoryDisk,
  passphrase: string,
  createdAtMs: number
): Promise<readonly BackupRecord[]> {
  const store = await disk.open()
  try {
    const [header] = await store.getMany([VAULT_HEADER])
    if (header === undefined) {
      throw new Error('there is no home on this disk')
    }
    const key = await openVault(header, { passphrase })
    const vault = new VaultStore(store, createRowSeal(key, seededRandom(1)))
    const reader: RowReader = {
      read: async (keys, range) => {
        const rows = range === undefined ? [] : await vault.getRange(range)
        const isEnd = range === undefined || rows.length < range.limit
        return { values: await vault.getMany(keys), rows, isEnd }
      }
    }
    const records: BackupRecord[] = []
    for await (const record of homeRecords(reader, createdAtMs)) {
      records.push(record)
    }
    return records
  } finally {
    await store.close()
  }
}

/** The records that do not depend on which device wrote them, in an order that does not depend on it either. */
export function lastingRecords(records: readonly BackupRecord[]): readonly BackupRecord[] {
  return records
    .filter(({ type }) => type === 'contact' || type === 'link' || type === 'message')
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
}

function orderOf(record: BackupRecord): string {
  switch (record.type) {
    case 'contact':
      return `1 ${record.contact.identityKey}`
    case 'link':
      return `2 ${record.link.id}`
    case 'message': {
      const { identityKey, orderMs, isOwn, device, number, kind, text } = record.message
      const place = String(orderMs).padStart(16, '0')
      return `3 ${identityKey} ${place} ${String(isOwn)} ${String(device)} ${String(number)} ${kind} ${text}`
    }
    default:
      return '0'
  }
}
