/**
 * A backup becomes a relay again.
 *
 * ```
 *   DIR empty --> DIR/restoring/{store, node.key, ...} --all read and proven--> moved up, DIR/restoring removed --> a relay
 *                      | failed: removed            | killed: `run` refuses DIR while restoring/ is there
 * ```
 */
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DEFAULT_RELAY_OPTIONS,
  type Random,
  RELAY_RESTORE_KEYS,
  RelayMachine
} from '@sealpost/core'
import { OperatorError } from '@sealpost/operator'
import { nodeKeyToPeerIdText, relayMultihash } from '@sealpost/protocol'
import {
  createLevelStore,
  LEVEL_STORE_FORMAT,
  type LevelStore,
  openLevelStore,
  RELAY_STORE_OPTIONS
} from '@sealpost/storage-level'
import { nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import {
  type DataDirectory,
  dataDirectory,
  hasCode,
  loadNodeSeed,
  makeDirectory,
  syncDirectory
} from '../store/data-directory.ts'
import { asFileError } from './backup-file.ts'
import type { BackupHeader, BackupManifest } from './backup-format.ts'
import { RELAY_STORE_FORMAT, type RelayRow, restoredRow } from './restored-rows.ts'
import type { BackupPart } from './backup-reader.ts'

/** What was restored. */
export interface RestoreSummary {
  readonly header: BackupHeader
  readonly manifest: BackupManifest
  /** Rows that the restored store has: all but those of links. */
  readonly rowCount: number
  readonly envelopeCount: number
  readonly mailboxCount: number
}

/**
 * Makes a relay of a backup, in a directory that is empty or not there. Where it fails nothing is left of it.
 *
 * @param onStep is waited for after each part: to slow down, or, by throwing, to stop.
 * @throws OperatorError `SEALPOST_PLACE_TAKEN`, `SEALPOST_BACKUP_NEWER`, and as `parts`; StorageError
 */
export async function restoreBackup(
  parts: AsyncIterable<BackupPart>,
  data: string,
  random: Random,
  onStep: () => Promise<void> = () => Promise.resolve()
): Promise<RestoreSummary> {
  await requireEmpty(data)
  await makeDirectory(data)
  const { restoringPath } = dataDirectory(data)
  await mkdir(restoringPath, { mode: 0o700 })
  await syncDirectory(data)
  try {
    const summary = await fill(restoringPath, parts, random, onStep)
    await moveUp(restoringPath, data)
    return summary
  } catch (error) {
    await rm(restoringPath, { recursive: true, force: true })
    throw asFileError(error, data)
  }
}

async function requireEmpty(data: string): Promise<void> {
  const names = await readdir(data).catch((error: unknown): readonly string[] => {
    if (hasCode(error, 'ENOENT')) {
      return []
    }
    throw error
  })
  // What `mkfs` leaves at the top of a file system of its own.
  const found = names.filter((name) => name !== 'lost+found')
  if (found.length > 0) {
    throw new OperatorError(
      'SEALPOST_PLACE_TAKEN',
      `A backup is restored into an empty directory only, and ${data} is none. Name another with --data, or empty it.`
    )
  }
}

async function fill(
  path: string,
  parts: AsyncIterable<BackupPart>,
  random: Random,
  onStep: () => Promise<void>
): Promise<RestoreSummary> {
  const directory = dataDirectory(path)
  const place = new Place(directory)
  try {
    for await (const part of parts) {
      await place.take(part)
      await onStep()
    }
  } finally {
    await place.close()
  }
  const { header, manifest } = place.whole()
  const counts = await checkRelay(directory, header, random, place.rowCount, onStep)
  await syncDirectory(path)
  return { header, manifest, rowCount: place.rowCount, ...counts }
}

/** Names that stand for something else than a file of a backup. */
const RESERVED: ReadonlySet<string> = new Set(['store', 'restoring', 'relay.pid', 'socket'])

/** What has been restored so far. */
class Place {
  readonly #directory: DataDirectory
  #header: BackupHeader | undefined
  #manifest: BackupManifest | undefined
  #store: LevelStore | undefined
  rowCount = 0

  constructor(directory: DataDirectory) {
    this.#directory = directory
  }

  async take(part: BackupPart): Promise<void> {
    switch (part.kind) {
      case 'header': {
        const { levelFormat, storeFormat } = part.header
        if (levelFormat > LEVEL_STORE_FORMAT || storeFormat > RELAY_STORE_FORMAT) {
          throw new OperatorError('SEALPOST_BACKUP_NEWER')
        }
        this.#header = part.header
        const { storePath } = this.#directory
        this.#store = await createLevelStore(storePath, levelFormat, RELAY_STORE_OPTIONS)
        return
      }
      case 'file':
        if (RESERVED.has(part.name)) {
          throw new OperatorError('SEALPOST_BACKUP_DAMAGED')
        }
        await appendToFile(join(this.#directory.path, part.name), part.bytes)
        return
      case 'rows':
        await this.#takeRows(part.rows)
        return
      case 'end':
        this.#manifest = part.manifest
    }
  }

  async #takeRows(rows: readonly RelayRow[]): Promise<void> {
    const restored = rows.map(restoredRow).filter((row) => row !== undefined)
    await this.#store?.commit(restored.map((row) => ({ type: 'write', ...row })))
    this.rowCount += restored.length
  }

  async close(): Promise<void> {
    await this.#store?.close()
    this.#store = undefined
  }

  /** @throws OperatorError where the end has not come */
  whole(): { readonly header: BackupHeader; readonly manifest: BackupManifest } {
    const header = this.#header
    const manifest = this.#manifest
    if (header === undefined || manifest === undefined) {
      throw new OperatorError('SEALPOST_BACKUP_CUT_OFF')
    }
    return { header, manifest }
  }
}

/** Pieces of one file follow each other; each is on the disk before the next one comes. */
async function appendToFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Starts what was restored as a relay would: its key is the one that signed, and its store has what was written to it. */
async function checkRelay(
  directory: DataDirectory,
  header: BackupHeader,
  random: Random,
  rowCount: number,
  onStep: () => Promise<void>
): Promise<{ readonly envelopeCount: number; readonly mailboxCount: number }> {
  const nodeKey = await nodeKeyOfSeed(await loadNodeSeed(directory))
  if (nodeKeyToPeerIdText(nodeKey) !== header.peerId) {
    throw new OperatorError(
      'SEALPOST_BACKUP_DAMAGED',
      'The backup holds the key of another relay than the one it names; use another.'
    )
  }
  const store = await openLevelStore(directory.storePath, RELAY_STORE_OPTIONS)
  try {
    let found = 0
    for await (const rows of store.allRows()) {
      found += rows.length
      await onStep()
    }
    // A migration may have made more of them, or fewer.
    if (found !== rowCount && header.levelFormat === LEVEL_STORE_FORMAT) {
      throw new OperatorError('SEALPOST_BACKUP_DAMAGED', 'The backup has rows twice; use another.')
    }
    const relay = relayMultihash(nodeKey)
    const machine = RelayMachine.restore(await store.getMany(RELAY_RESTORE_KEYS), {
      relay,
      random,
      options: DEFAULT_RELAY_OPTIONS
    })
    const { envelopeCount, mailboxCount } = machine.status()
    return { envelopeCount, mailboxCount }
  } finally {
    await store.close()
  }
}

/** The key last, so that nothing but `restoring/` stands between all of it and a relay. */
async function moveUp(restoringPath: string, data: string): Promise<void> {
  const names = await readdir(restoringPath)
  const keyName = 'node.key'
  for (const name of [...names.filter((other) => other !== keyName), keyName]) {
    await rename(join(restoringPath, name), join(data, name))
  }
  await syncDirectory(data)
  await rmdir(restoringPath)
  await syncDirectory(data)
}
