/**
 * The format of a store has a number, kept in a row of its own. A store of an older format is brought up when it is opened; one of
 * a newer format is refused.
 *
 * ```
 *   format 1 --step--> 1, cursor a --step--> 1, cursor b --last step--> format 2 --> ...
 * ```
 *
 * A step is one synced commit of a bounded number of rows together with the cursor behind them, so that after a kill the next
 * opening goes on behind what is done, and no row is changed twice.
 */
import { StorageError } from '@sealpost/protocol'
import type { Level } from 'level'
import { CURSOR_KEY, FORMAT_KEY } from './keys.ts'

/** A database as migrations see it: keys with their table's letter. */
export type LevelRows = Level<string, Uint8Array>

/** One change of a migration. */
export type LevelOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string }

/** What one step does. */
export interface MigrationStep {
  readonly operations: readonly LevelOperation[]
  /** Where the next step goes on, at most 1 KiB; undefined where this was the last one. */
  readonly cursor: string | undefined
}

/**
 * Changes rows from one format to the next, one bounded step at a time: reads what lies behind the cursor, which is undefined for
 * the first step, and says what is to become of it.
 */
export type Migration = (db: LevelRows, cursor: string | undefined) => Promise<MigrationStep>

/** From 1 to 2 first. */
const MIGRATIONS: readonly Migration[] = []

/** What this version writes. */
export const LEVEL_STORE_FORMAT: number = MIGRATIONS.length + 1

/** How far a store is. */
export interface FoundFormat {
  /** undefined for a fresh store. */
  readonly format: number | undefined
  /** Of a migration to the next format that was begun; undefined where none was. */
  readonly cursor: string | undefined
}

/**
 * Looks which format a store has, and changes nothing.
 *
 * @throws StorageError `SEALPOST_STORE_NEWER`; `SEALPOST_STORE_CORRUPT` where there are rows but no format among them.
 */
export async function findFormat(
  db: LevelRows,
  migrations: readonly Migration[] = MIGRATIONS
): Promise<FoundFormat> {
  const format = await readFormat(db)
  const known = migrations.length + 1
  if (format !== undefined && format > known) {
    throw new StorageError(
      'SEALPOST_STORE_NEWER',
      `the store has format ${String(format)}, this version knows ${String(known)}`
    )
  }
  const cursor = await db.get(CURSOR_KEY)
  return { format, cursor: cursor && new TextDecoder().decode(cursor) }
}

/** Brings a store from the format that `findFormat` found to the last one. */
export async function migrate(
  db: LevelRows,
  found: FoundFormat,
  migrations: readonly Migration[] = MIGRATIONS
): Promise<void> {
  if (found.format === undefined) {
    await writeFormat(db, migrations.length + 1)
    return
  }
  let { cursor } = found
  let format = found.format
  for (const migration of migrations.slice(format - 1)) {
    format++
    do {
      const step = await migration(db, cursor)
      cursor = step.cursor
      const progress: readonly LevelOperation[] =
        cursor === undefined
          ? [
              { type: 'put', key: FORMAT_KEY, value: formatBytes(format) },
              { type: 'del', key: CURSOR_KEY }
            ]
          : [{ type: 'put', key: CURSOR_KEY, value: new TextEncoder().encode(cursor) }]
      await db.batch([...step.operations, ...progress], { sync: true })
    } while (cursor !== undefined)
  }
}

/** As the format's row has it. */
export function formatBytes(format: number): Uint8Array {
  return new TextEncoder().encode(String(format))
}

/** Marks a store that has no rows yet. */
export async function writeFormat(db: LevelRows, format: number): Promise<void> {
  await db.batch([{ type: 'put', key: FORMAT_KEY, value: formatBytes(format) }], { sync: true })
}

async function readFormat(db: LevelRows): Promise<number | undefined> {
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
