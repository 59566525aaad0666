/**
 * `Store` over LevelDB.
 *
 * What LevelDB does not do by itself: commits are given to it one after another, since its threads may otherwise swap two; every
 * commit is synced; after a commit that failed none is tried, since what is in LevelDB's log is then unknown until it is opened
 * again (at a full disk even erasing fails until then).
 */
import type { Mutation, RangeQuery, Row, RowKey, Store } from '@sealpost/host'
import { StorageError } from '@sealpost/protocol'
import { Level } from 'level'
import { directoryBytes, forgetNotes, prepareDirectory } from './directory.ts'
import { LAST_KEY, levelKey, levelRange, OWN_ROWS_END, rowKey, rowOfKey } from './keys.ts'
import { findFormat, LEVEL_STORE_FORMAT, migrate, type Migration, writeFormat } from './migrate.ts'
import { asStorageError } from './storage-errors.ts'

const MIB = 1024 * 1024

/** One table file: fewer files than LevelDB's own 2 MiB would make, and still a short compaction. */
const FILE_BYTES_MAX = 32 * MIB
/** Values are read in steps of at most so many bytes, so that a range of large rows takes few turns. */
const RANGE_STEP_BYTES = MIB
const STEP_ROWS = 1_000
/** Before every key, and beyond every table's letter. */
const FIRST_KEY = '!'
const NOTHING = new Uint8Array(0)

/** How much memory LevelDB may take. */
export interface LevelStoreOptions {
  /**
   * Bytes that gather in memory before LevelDB writes them as a table: 64 MiB for a relay, where what is erased soon never
   * reaches a table; 4 MiB if not given, which suits a person's home. Up to twice as much is held.
   */
  readonly writeBufferBytes?: number | undefined
  /** Bytes of table blocks kept in memory for reads; 8 MiB if not given. */
  readonly cacheBytes?: number | undefined
  /** Bytes of one of LevelDB's files; a compaction needs room for a few of them, so a small disk asks for small ones. */
  readonly fileBytesMax?: number | undefined
  /**
   * Called before rows are brought to a newer format, with the store as it was found, which can be read meanwhile: for a backup.
   * Where it throws nothing is changed. Not called again where a migration was begun and interrupted.
   */
  readonly beforeMigrating?: ((found: LevelStore) => Promise<void>) | undefined
  /** Leaves rows in the format that they have, to be read and not to be written. */
  readonly isAsFound?: boolean | undefined
  /** Steps from each format to the next; those of this version if not given. */
  readonly migrations?: readonly Migration[] | undefined
}

/** LevelDB with a relay's load in mind. */
export const RELAY_STORE_OPTIONS: LevelStoreOptions = {
  writeBufferBytes: 64 * MIB,
  cacheBytes: 32 * MIB
}

/**
 * Opens the store in a directory, and makes both where there is none. Only one process can have it open.
 *
 * @throws StorageError `SEALPOST_STORE_LOCKED`, `SEALPOST_STORE_NEWER`, `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_FULL` or
 * `SEALPOST_STORE_FAILED`.
 */
export async function openLevelStore(
  path: string,
  options: LevelStoreOptions = {}
): Promise<LevelStore> {
  try {
    const db = await openDb(path, options)
    return await closingOnFailure(db, async () => {
      const { beforeMigrating, isAsFound, migrations } = options
      const known = migrations === undefined ? LEVEL_STORE_FORMAT : migrations.length + 1
      const found = await findFormat(db, migrations)
      const { format = known, cursor } = found
      if (isAsFound === true) {
        return new LevelStore(path, db, format, cursor !== undefined)
      }
      if (format < known && cursor === undefined) {
        await beforeMigrating?.(new LevelStore(path, db, format))
      }
      await migrate(db, found, migrations)
      return new LevelStore(path, db, known)
    })
  } catch (error) {
    throw asStorageError(error)
  }
}

/**
 * Makes a store of an older format, or of this one, for rows of a backup that have it. Opened again it is brought up.
 *
 * @throws StorageError as `openLevelStore`; `SEALPOST_STORE_CORRUPT` where there is a store already
 */
export async function createLevelStore(
  path: string,
  format: number,
  options: LevelStoreOptions = {}
): Promise<LevelStore> {
  try {
    const db = await openDb(path, options)
    return await closingOnFailure(db, async () => {
      if ((await db.keys({ limit: 1 }).all()).length > 0) {
        throw new StorageError('SEALPOST_STORE_CORRUPT', 'there is a store already')
      }
      if (format > LEVEL_STORE_FORMAT) {
        throw new StorageError('SEALPOST_STORE_NEWER')
      }
      await writeFormat(db, format)
      return new LevelStore(path, db, format)
    })
  } catch (error) {
    throw asStorageError(error)
  }
}

async function openDb(
  path: string,
  options: LevelStoreOptions
): Promise<Level<string, Uint8Array>> {
  await prepareDirectory(path)
  const db = new Level<string, Uint8Array>(path, {
    keyEncoding: 'utf8',
    valueEncoding: 'view',
    // What is sealed does not compress.
    compression: false,
    writeBufferSize: options.writeBufferBytes ?? 4 * MIB,
    cacheSize: options.cacheBytes ?? 8 * MIB,
    maxFileSize: options.fileBytesMax ?? FILE_BYTES_MAX
  })
  await db.open()
  await forgetNotes(path)
  return db
}

async function closingOnFailure<Result>(
  db: Level<string, Uint8Array>,
  act: () => Promise<Result>
): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    await db.close()
    throw error
  }
}

/** A row and the table it is in. */
export type StoredRow = Row & RowKey

/**
 * So few keys are read at once on this thread: a hop to LevelDB's threads and back costs several times what a key does that is in
 * memory or cached, and a lone message has only such reads.
 */
const SYNC_KEYS_MAX = 4

/** Made by `openLevelStore`. */
export class LevelStore implements Store {
  /** Of its rows: this version's, but for a store that is looked at as it was found. */
  readonly format: number
  /** Whether a migration was begun and interrupted, so that its rows are of two formats. */
  readonly isHalfMigrated: boolean
  readonly #path: string
  readonly #db: Level<string, Uint8Array>
  /** Settles when the last commit so far has. */
  #lastCommit: Promise<void> = Promise.resolve()
  #pendingCommits = 0
  #failure: StorageError | undefined
  #isClosed = false

  constructor(path: string, db: Level<string, Uint8Array>, format: number, isHalfMigrated = false) {
    this.format = format
    this.isHalfMigrated = isHalfMigrated
    this.#path = path
    this.#db = db
  }

  async getMany(keys: readonly RowKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.#checkOpen()
    try {
      const values =
        keys.length <= SYNC_KEYS_MAX
          ? keys.map((key) => this.#db.getSync(levelKey(key)))
          : await this.#db.getMany(keys.map(levelKey))
      return values.map((value) => (value === undefined ? undefined : plain(value)))
    } catch (error) {
      throw asStorageError(error)
    }
  }

  async getRange(range: RangeQuery): Promise<readonly Row[]> {
    this.#checkOpen()
    try {
      const entries = await this.#db
        .iterator({ ...levelRange(range), highWaterMarkBytes: RANGE_STEP_BYTES })
        .all()
      return entries.map(([key, value]) => ({ key: rowKey(key), value: plain(value) }))
    } catch (error) {
      throw asStorageError(error)
    }
  }

  commit(mutations: readonly Mutation[]): Promise<void> {
    if (this.#isClosed || this.#failure !== undefined) {
      return Promise.reject(this.#notUsable())
    }
    if (mutations.length === 0) {
      return Promise.resolve()
    }
    const commit =
      this.#pendingCommits === 0
        ? this.#write(mutations)
        : this.#lastCommit.then(() => this.#write(mutations))
    this.#pendingCommits++
    this.#lastCommit = commit.then(
      () => {
        this.#pendingCommits--
      },
      () => {
        this.#pendingCommits--
      }
    )
    return commit
  }

  async close(): Promise<void> {
    if (this.#isClosed) {
      return
    }
    this.#isClosed = true
    try {
      await this.#lastCommit
      await this.#db.close()
    } catch (error) {
      throw asStorageError(error)
    }
  }

  /** Bytes on the disk, to within what LevelDB is about to remove or to write. @throws StorageError */
  async approximateBytes(): Promise<number> {
    try {
      return await directoryBytes(this.#path)
    } catch (error) {
      throw asStorageError(error)
    }
  }

  /**
   * All rows as they are at the moment of the first step, for a backup: some of one table, then some more, tables and keys in
   * LevelDB's order. Commits go on meanwhile. Stop early by leaving the loop.
   *
   * @throws StorageError also where the store is closed meanwhile.
   */
  async *allRows(): AsyncGenerator<readonly StoredRow[], void, undefined> {
    this.#checkOpen()
    const iterator = this.#db.iterator({
      gt: OWN_ROWS_END,
      lt: LAST_KEY,
      highWaterMarkBytes: RANGE_STEP_BYTES
    })
    try {
      for (;;) {
        const entries = await iterator.nextv(STEP_ROWS)
        if (entries.length === 0) {
          return
        }
        yield entries.map(([key, value]) => ({ ...rowOfKey(key), value: plain(value) }))
      }
    } catch (error) {
      throw asStorageError(error)
    } finally {
      await iterator.close()
    }
  }

  /**
   * Gives the room of erased rows back to the disk now. Takes long, and may need as much room again while it runs. Does
   * nothing where LevelDB is not what is underneath. Of what was erased, LevelDB's list of its files may name some keys until it
   * is opened again.
   *
   * @throws StorageError
   */
  async compact(): Promise<void> {
    this.#checkOpen()
    try {
      if (canCompact(this.#db)) {
        await this.#db.put(LAST_KEY, NOTHING)
        await this.#db.compactRange(FIRST_KEY, LAST_KEY)
        await forgetNotes(this.#path)
      }
    } catch (error) {
      throw asStorageError(error)
    }
  }

  async #write(mutations: readonly Mutation[]): Promise<void> {
    if (this.#failure !== undefined) {
      throw this.#notUsable()
    }
    try {
      // A chained batch costs less for each operation than an array of them (README).
      const batch = this.#db.batch()
      for (const mutation of mutations) {
        if (mutation.type === 'write') {
          batch.put(levelKey(mutation), mutation.value)
        } else {
          batch.del(levelKey(mutation))
        }
      }
      await batch.write({ sync: true })
    } catch (error) {
      this.#failure = asStorageError(error)
      throw this.#failure
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) {
      throw this.#notUsable()
    }
  }

  #notUsable(): StorageError {
    return this.#isClosed
      ? new StorageError('SEALPOST_STORE_FAILED', 'the store is closed')
      : new StorageError('SEALPOST_STORE_FAILED', 'an earlier commit failed', {
          cause: this.#failure
        })
  }
}

interface Compacting {
  compactRange(start: string, end: string): Promise<void>
}

/** What `Level` is in Node; in a browser it is not LevelDB. */
function canCompact(db: object): db is Compacting {
  return 'compactRange' in db
}

/** LevelDB gives a Node `Buffer`, whose `slice` does not copy: nobody behind the port expects that. */
function plain(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.length)
}
