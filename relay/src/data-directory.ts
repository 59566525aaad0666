/**
 * What a relay keeps on disk: its identity apart from what it stores, so that a lost store is not a lost identity.
 *
 * ```
 *   DIR/node.key     the seed of the node key, 32 bytes, 0600: made once, kept for ever; a new one is a new relay
 *   DIR/store/       LevelDB, 0700: envelopes, mailboxes, totals; a cache that clients fill again
 *   DIR/ballast      room that is given up when the disk is full
 *   DIR/relay.pid    the process that has the store open
 * ```
 */
import { randomUUID } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError, type SealpostError, StorageError } from '@sealpost/protocol'
import { generateNodeSeed } from '@sealpost/transport-libp2p'

const SEED_BYTES = 32
const DIRECTORY_MODE = 0o700
const KEY_MODE = 0o600
/** Everybody but the owner. */
const OTHERS = 0o077

/** The files of one data directory. */
export interface DataDirectory {
  readonly path: string
  readonly keyPath: string
  readonly storePath: string
  readonly ballastPath: string
  readonly pidPath: string
}

/** Names the files; touches nothing. */
export function dataDirectory(path: string): DataDirectory {
  return {
    path,
    keyPath: join(path, 'node.key'),
    storePath: join(path, 'store'),
    ballastPath: join(path, 'ballast'),
    pidPath: join(path, 'relay.pid')
  }
}

/** A node seed, and whether it was drawn just now. */
export interface NodeSeed {
  readonly seed: Uint8Array
  readonly isFresh: boolean
}

/**
 * Reads the seed of the node key; where there is none, makes the directory and draws one, which is on the disk before this
 * resolves.
 *
 * @throws StorageError `SEALPOST_STORE_CORRUPT` where the file is damaged; `SEALPOST_STORE_FULL`, `SEALPOST_STORE_FAILED`.
 */
export async function loadOrCreateNodeSeed(directory: DataDirectory): Promise<NodeSeed> {
  try {
    const known = await readSeed(directory)
    if (known !== undefined) {
      return { seed: known, isFresh: false }
    }
    await makeDirectory(directory.path)
    const seed = generateNodeSeed()
    const isOurs = await writeSeed(directory, seed)
    // Another process made one in the same moment: that one it is.
    const other = isOurs ? undefined : await readSeed(directory)
    return { seed: other ?? seed, isFresh: other === undefined }
  } catch (error) {
    throw asFileError(error, `in ${directory.path}`)
  }
}

/**
 * Reads the seed of a relay that was there before.
 *
 * @throws ConfigError `SEALPOST_CONFIG_INVALID` where there is none; StorageError as above.
 */
export async function loadNodeSeed(directory: DataDirectory): Promise<Uint8Array> {
  let seed: Uint8Array | undefined
  try {
    seed = await readSeed(directory)
  } catch (error) {
    throw asFileError(error, `in ${directory.path}`)
  }
  if (seed === undefined) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `There is no relay in ${directory.path} yet. Start one: sealpost-relay run --data ${directory.path}`
    )
  }
  return seed
}

async function readSeed({ keyPath }: DataDirectory): Promise<Uint8Array | undefined> {
  let seed: Uint8Array
  try {
    seed = await readFile(keyPath)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return undefined
    }
    throw error
  }
  if (seed.length !== SEED_BYTES || seed.every((byte) => byte === 0)) {
    throw new StorageError(
      'SEALPOST_STORE_CORRUPT',
      `The relay's key ${keyPath} is damaged: it must be ${String(SEED_BYTES)} random bytes and is ` +
        `${seed.length === SEED_BYTES ? 'all zeros' : `${String(seed.length)} bytes`}. ` +
        'Restore it from a backup; or move it away, and the relay begins anew under another address.'
    )
  }
  if (process.platform !== 'win32' && ((await stat(keyPath)).mode & OTHERS) !== 0) {
    await chmod(keyPath, KEY_MODE)
  }
  return new Uint8Array(seed)
}

/** Complete under its name or not there at all, whatever happens. @returns false where there is one by now. */
async function writeSeed(directory: DataDirectory, seed: Uint8Array): Promise<boolean> {
  const draft = `${directory.keyPath}.${randomUUID()}`
  try {
    const file = await open(draft, 'wx', KEY_MODE)
    try {
      await file.writeFile(seed)
      await file.sync()
    } finally {
      await file.close()
    }
    if (!(await publish(draft, directory.keyPath))) {
      return false
    }
    await syncDirectory(directory.path)
    return true
  } finally {
    await rm(draft, { force: true })
  }
}

/** Gives a file its name unless that is taken, which only a link can tell; some file systems have none. */
async function publish(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      return false
    }
    await rename(draft, path)
    return true
  }
}

/** Where it is made, it is on the disk under its name, and so is each directory above that was made for it. */
async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE })
  if (first === undefined) {
    return
  }
  const top = dirname(first)
  for (let at = dirname(path); ; at = dirname(at)) {
    try {
      await syncDirectory(at)
    } catch (error) {
      // A directory that may be entered and written to, but not read, cannot be synced.
      if (!hasCode(error, 'EACCES') && !hasCode(error, 'EPERM')) {
        throw error
      }
    }
    if (at === top || at === dirname(at)) {
      return
    }
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory, and does not need to.
  if (process.platform === 'win32') {
    return
  }
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

// ---- who has it

/** Says which process has the store open. That it cannot be written is no harm. */
export async function writePid({ pidPath }: DataDirectory): Promise<void> {
  await writeFile(pidPath, `${String(process.pid)}\n`, { mode: KEY_MODE }).catch(ignore)
}

/** Takes that back. */
export async function removePid({ pidPath }: DataDirectory): Promise<void> {
  await rm(pidPath, { force: true }).catch(ignore)
}

/** What to say where the store is locked: who has it, and what to do. */
export async function lockedError(
  directory: DataDirectory,
  cause: SealpostError
): Promise<StorageError> {
  const pid = await readFile(directory.pidPath, 'utf8').catch(() => '')
  const who = /^[0-9]+\n$/.test(pid) ? `process ${pid.trim()}` : 'another process'
  return new StorageError(
    'SEALPOST_STORE_LOCKED',
    `A relay runs in ${directory.path} already: ${who} has its store open. Stop that one, or give this one another --data.`,
    { cause }
  )
}

// ---- errors

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function asFileError(error: unknown, where: string): unknown {
  if (error instanceof StorageError || !(error instanceof Error)) {
    return error
  }
  const isFull = hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT')
  const code = 'code' in error ? String(error.code) : error.name
  return isFull
    ? new StorageError('SEALPOST_STORE_FULL', `There is no room left ${where}.`, { cause: error })
    : new StorageError(
        'SEALPOST_STORE_FAILED',
        `The data directory cannot be used (${code}) ${where}.`,
        { cause: error }
      )
}

function ignore(): void {
  // What this file says is a convenience.
}
