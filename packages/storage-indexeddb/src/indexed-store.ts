/**
 * `Store` over IndexedDB, straight: what is between, in the libraries that there are, cannot ask for a durable commit. Every commit
 * here is strict: it is complete once the bytes were handed to the disk, not to the operating system alone.
 *
 * ```
 *   open --> the lock of this name --> the database --commit failed--> nothing but close
 *                                                   --closed, or taken away by the browser--> every call throws
 * ```
 */
import type { Mutation, RangeQuery, Row, RowKey, Store } from '@sealpost/host'
import { StorageError } from '@sealpost/protocol'
import { answerOf, committed } from './requests.ts'
import { indexedKey, indexedRange, keyOf, ROWS } from './rows.ts'
import { asStorageError } from './storage-errors.ts'

/** The format of the rows, as IndexedDB counts it. */
const FORMAT = 1

/**
 * Opens the store of a name, and makes it where there is none. One tab or worker of this origin can have it open.
 *
 * @throws StorageError `SEALPOST_STORE_LOCKED`, `SEALPOST_STORE_NEWER`, `SEALPOST_STORE_FULL` or `SEALPOST_STORE_FAILED`
 */
export async function openIndexedStore(name: string): Promise<IndexedStore> {
  const release = await takeLock(name)
  try {
    return new IndexedStore(await openDatabase(name), release)
  } catch (error) {
    release()
    throw asStorageError(error)
  }
}

/**
 * Removes a store and all that is in it.
 *
 * @throws StorageError `SEALPOST_STORE_LOCKED` where it is open; `SEALPOST_STORE_FAILED`
 */
export async function eraseIndexedStore(name: string): Promise<void> {
  const release = await takeLock(name)
  try {
    await answerOf(indexedDB.deleteDatabase(name))
  } catch (error) {
    throw asStorageError(error)
  } finally {
    release()
  }
}

/** @returns what gives the lock back. */
async function takeLock(name: string): Promise<() => void> {
  const taken = Promise.withResolvers<boolean>()
  const held = Promise.withResolvers<undefined>()
  navigator.locks
    .request(`sealpost store ${name}`, { ifAvailable: true }, (lock) => {
      taken.resolve(Boolean(lock))
      return lock ? held.promise : undefined
    })
    .catch(taken.reject)
  if (!(await taken.promise)) {
    throw new StorageError('SEALPOST_STORE_LOCKED')
  }
  return () => {
    held.resolve(undefined)
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, FORMAT)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(ROWS)
  }
  return answerOf(opening)
}

/** Made by `openIndexedStore`. */
export class IndexedStore implements Store {
  readonly #database: IDBDatabase
  readonly #release: () => void
  #lastCommit: Promise<void> = Promise.resolve()
  #failure: StorageError | undefined
  #isClosed = false

  constructor(database: IDBDatabase, release: () => void) {
    this.#database = database
    this.#release = release
    // The browser takes a database away when the person clears what the site keeps.
    database.onclose = () => {
      this.#failure = new StorageError('SEALPOST_STORE_FAILED', 'the browser closed the store')
    }
  }

  async getMany(keys: readonly RowKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.#checkOpen()
    if (keys.length === 0) {
      return []
    }
    try {
      const rows = this.#database.transaction(ROWS, 'readonly').objectStore(ROWS)
      return await Promise.all(
        keys.map((key) => {
          return answerOf(rows.get(indexedKey(key)) as IDBRequest<Uint8Array | undefined>)
        })
      )
    } catch (error) {
      throw asStorageError(error)
    }
  }

  async getRange(range: RangeQuery): Promise<readonly Row[]> {
    this.#checkOpen()
    const bounds = indexedRange(range)
    if (bounds === undefined) {
      return []
    }
    try {
      const rows = this.#database.transaction(ROWS, 'readonly').objectStore(ROWS)
      return range.isReversed === true
        ? await backwards(rows, range, bounds)
        : await forwards(rows, range, bounds)
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
    const commit = this.#write(mutations)
    this.#lastCommit = commit.catch(() => undefined)
    return commit
  }

  async close(): Promise<void> {
    if (this.#isClosed) {
      return
    }
    this.#isClosed = true
    await this.#lastCommit
    this.#database.close()
    this.#release()
  }

  /** Transactions of one object store are committed in the order in which they were begun. */
  async #write(mutations: readonly Mutation[]): Promise<void> {
    try {
      const transaction = this.#database.transaction(ROWS, 'readwrite', { durability: 'strict' })
      const rows = transaction.objectStore(ROWS)
      for (const mutation of mutations) {
        if (mutation.type === 'write') {
          rows.put(mutation.value, indexedKey(mutation))
        } else {
          rows.delete(indexedKey(mutation))
        }
      }
      // Not before the last request has answered, as it would by itself.
      transaction.commit()
      await committed(transaction)
    } catch (error) {
      this.#failure ??= asStorageError(error)
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

/** Two requests for all of it cost less than one for each row. */
async function forwards(
  rows: IDBObjectStore,
  range: RangeQuery,
  bounds: IDBKeyRange
): Promise<readonly Row[]> {
  const asked = rows.getAll(bounds, range.limit) as IDBRequest<Uint8Array[]>
  const [keys, values] = await Promise.all([
    answerOf(rows.getAllKeys(bounds, range.limit)),
    answerOf(asked)
  ])
  return values.map((value, at) => ({ key: keyOf(range, keys[at]), value }))
}

function backwards(
  rows: IDBObjectStore,
  range: RangeQuery,
  bounds: IDBKeyRange
): Promise<readonly Row[]> {
  const found: Row[] = []
  return new Promise((resolve, reject) => {
    const walk = rows.openCursor(bounds, 'prev')
    walk.onerror = () => {
      reject(walk.error ?? new DOMException('no reason was given', 'UnknownError'))
    }
    walk.onsuccess = () => {
      const cursor = walk.result
      if (!cursor || found.length === range.limit) {
        resolve(found)
        return
      }
      const value: unknown = cursor.value
      if (value instanceof Uint8Array) {
        found.push({ key: keyOf(range, cursor.key), value })
      }
      cursor.continue()
    }
  })
}
