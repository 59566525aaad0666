/**
 * What a relay keeps on disk: its identity apart from what it stores, so that a lost store is not a lost identity.
 *
 * ```
 *   DIR/node.key     the seed of the node key, 32 bytes, 0600: made once, kept for ever; a new one is a new relay
 *   DIR/relay.yaml   how it is configured, if its operator wrote that there
 *   DIR/store/       LevelDB, 0700: envelopes, mailboxes, totals; a cache that clients fill again
 *   DIR/ballast      room that is given up when the disk is full
 *   DIR/tokens.json  who may ask on the loopback port; hashes of their tokens, 0600
 *   DIR/audit.log    what was changed and by whom, 0600; DIR/audit.1.log and on before it; DIR/audit.head its last entry
 *   DIR/blocks.json  whom the relay does not serve, 0600
 *   DIR/invites.json, DIR/notices.json, DIR/closing.json  who may begin here, what is said to people, when it closes, 0600
 *   DIR/relay.pid    the process that has the store open
 *   DIR/watch/       what was measured of the relay, and its alarms: small files that a restart goes on from
 *   DIR/restoring/   what a restore has so far; while it is there, nothing here is a relay
 *   DIR/socket       where it listens for whoever runs it, 0600; DIR/socket.path says where else, if that path is too long
 * ```
 */
import { randomUUID } from 'node:crypto'
import {
  chmod,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile
} from 'node:fs/promises'
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
  readonly configPath: string
  readonly storePath: string
  readonly ballastPath: string
  readonly pidPath: string
  readonly restoringPath: string
  readonly socketPath: string
  readonly notePath: string
  readonly watchPath: string
}

/** Names the files; touches nothing. */
export function dataDirectory(path: string): DataDirectory {
  return {
    path,
    keyPath: join(path, 'node.key'),
    configPath: join(path, 'relay.yaml'),
    storePath: join(path, 'store'),
    ballastPath: join(path, 'ballast'),
    pidPath: join(path, 'relay.pid'),
    restoringPath: join(path, 'restoring'),
    socketPath: join(path, 'socket'),
    notePath: join(path, 'socket.path'),
    watchPath: join(path, 'watch')
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
    const isOurs = await writeNew(directory.keyPath, seed)
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

async function readSeed(directory: DataDirectory): Promise<Uint8Array | undefined> {
  await refuseRestoring(directory)
  const { keyPath } = directory
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

async function refuseRestoring({ path, restoringPath }: DataDirectory): Promise<void> {
  if (await exists(restoringPath)) {
    throw new StorageError(
      'SEALPOST_STORE_FAILED',
      `A backup is being restored into ${path}, or that was interrupted. Wait for it; or empty ${path} and restore again.`
    )
  }
}

/** Whether there is something of this name. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false
  )
}

/**
 * Writes a file for its owner alone: complete under its name or not there at all, whatever happens.
 *
 * @returns false where there is one already, which stays.
 * @throws StorageError `SEALPOST_STORE_FULL`, `SEALPOST_STORE_FAILED`
 */
export async function writeNewFile(path: string, content: Uint8Array): Promise<boolean> {
  try {
    return await writeNew(path, content)
  } catch (error) {
    throw asFileError(error, `at ${path}`)
  }
}

async function writeNew(path: string, content: Uint8Array): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`
  try {
    const file = await open(draft, 'wx', KEY_MODE)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    if (!(await publish(draft, path))) {
      return false
    }
    await syncDirectory(dirname(path))
    return true
  } finally {
    await rm(draft, { force: true })
  }
}

/** Gives a file its name unless that is taken, which only a link can tell; some file systems have none. */
export async function publish(draft: string, path: string): Promise<boolean> {
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
export async function makeDirectory(path: string): Promise<void> {
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

/** Makes what was renamed in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
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

/** Whether Node says this of an error. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** What a file's error is to whoever runs the relay; ours stay as they are. */
export function asFileError(error: unknown, where: string): unknown {
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
