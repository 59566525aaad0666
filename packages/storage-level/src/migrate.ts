/**
 * The format of a store has a number, kept in a row of its own. A store of an older format is brought up step by step when it
 * is opened, each step one commit, so that a kill in between is harmless; one of a newer format is refused.
 */
import { StorageError } from '@sealpost/protocol'
import type { Level } from 'level'
import { FORMAT_KEY } from './keys.ts'

/** What this version writes. */
export const FORMAT = 1

/** Changes rows from one format to the next, the format's row included, in one synced batch. */
export type Migration = (db: Level<string, Uint8Array>) => Promise<void>

/** From 1 to 2 first. */
const MIGRATIONS: readonly Migration[] = []

/**
 * Brings a store to this version's format.
 *
 * @throws StorageError `SEALPOST_STORE_NEWER`; `SEALPOST_STORE_CORRUPT` where there are rows but no format among them.
 */
export async function migrate(
  db: Level<string, Uint8Array>,
  migrations: readonly Migration[] = MIGRATIONS,
  format: number = FORMAT
): Promise<void> {
  const found = await readFormat(db)
  if (found === undefined) {
    await writeFormat(db, format)
    return
  }
  if (found > format) {
    throw new StorageError(
      'SEALPOST_STORE_NEWER',
      `the store has format ${String(found)}, this version knows ${String(format)}`
    )
  }
  for (const migration of migrations.slice(found - 1, format - 1)) {
    await migration(db)
  }
}

/** For the last commit of a migration, and for a fresh store. */
export function formatBytes(format: number): Uint8Array {
  return new TextEncoder().encode(String(format))
}

async function readFormat(db: Level<string, Uint8Array>): Promise<number | undefined> {
  const bytes = await db.get(FORMAT_KEY)
  if (bytes === undefined) {
    if ((await db.keys({ limit: 1 }).all()).length > 0) {
      throw new StorageError('SEALPOST_STORE_CORRUPT', 'the store has rows but no format')
    }
    return undefined
  }
  const format = Number(new TextDecoder().decode(bytes))
  if (!Number.isSafeInteger(format) || format < 1) {
    throw new StorageError('SEALPOST_STORE_CORRUPT', 'the format of the store is no number')
  }
  return format
}

async function writeFormat(db: Level<string, Uint8Array>, format: number): Promise<void> {
  await db.batch([{ type: 'put', key: FORMAT_KEY, value: formatBytes(format) }], { sync: true })
}
