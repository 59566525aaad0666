import type { StoredRow } from '@sealpost/storage-level'
import { RELAY_TABLES } from '../src/backup/restored-rows.ts'
import type { MemoryDisk } from '@sealpost/host/testing'
import type { RelayPorts } from '../src/relay-ports.ts'

/** A file system of which the disk is all, and which a test fills. */
export interface MemoryFileSystem {
  readonly disk: MemoryDisk
  totalBytes: number
  /** What others than the store take of it. */
  otherBytes: number
}

/** Ports of a relay whose store is in memory; what is left out of `fileSystem` is the real one. */
export function memoryPorts(disk: MemoryDisk, fileSystem?: MemoryFileSystem): RelayPorts {
  return {
    openStore: async () => {
      const store = await disk.open()
      return Object.assign(store, {
        approximateBytes: async () => Promise.resolve(disk.usedBytes),
        compact: async () => Promise.resolve(),
        allRows: () => allRows(disk)
      })
    },
    ...(fileSystem === undefined
      ? {}
      : {
          measureFileSystem: async () => {
            const { totalBytes, otherBytes } = fileSystem
            const freeBytes = Math.max(0, totalBytes - otherBytes - disk.usedBytes)
            return Promise.resolve({ totalBytes, freeBytes })
          }
        })
  }
}

/** All rows of a relay's store, one step for each table. */
export async function* allRows(
  disk: MemoryDisk
): AsyncGenerator<readonly StoredRow[], void, undefined> {
  for (const table of RELAY_TABLES) {
    yield await Promise.resolve(disk.rows(table).map((row) => ({ table, ...row })))
  }
}
