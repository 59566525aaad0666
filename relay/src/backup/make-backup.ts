import type { Clock } from '@sealpost/host'
import type { StoredRow } from '@sealpost/storage-level'
import { nodeKeyToPeerIdText } from '@sealpost/protocol'
import { nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { type DataDirectory, loadNodeSeed } from '../store/data-directory.ts'
import { encryptAge } from './age-format.ts'
import { writeBackupFile } from './backup-file.ts'
import { BACKUP_FORMAT, type BackupManifest } from './backup-format.ts'
import { writeBackup } from './backup-writer.ts'
import { dataFiles } from './data-files.ts'
import { RELAY_STORE_FORMAT } from './restored-rows.ts'
import { signAsNode } from './node-signature.ts'

/** What is backed up. */
export interface BackupSource {
  readonly directory: DataDirectory
  /** All rows at one moment, which is that of the first step. */
  readonly rows: AsyncIterable<readonly StoredRow[]>
  /** How they lie in LevelDB. */
  readonly levelFormat: number
  /** The options that are not the default, in YAML. */
  readonly configText: string
  /** Of this program. */
  readonly version: string
}

/** Where it goes. */
export interface BackupTarget {
  /** Absolute, and not taken. */
  readonly path: string
  /** `age1...`; a backup to nobody is not encrypted. */
  readonly recipients: readonly string[]
}

/** A backup that was made, or looked through. */
export interface BackupSummary {
  readonly path: string
  readonly byteCount: number
  readonly peerId: string
  readonly madeAtMs: number
  readonly isEncrypted: boolean
  readonly manifest: BackupManifest
}

/**
 * Makes a backup; it is on the disk under its name when this resolves.
 *
 * @param onStep is told how many rows are written so far, and waited for: to slow down, or, by throwing, to stop.
 * @throws as `writeBackup`, `writeBackupFile` and `encryptAge`
 */
export async function makeBackup(
  source: BackupSource,
  { path, recipients }: BackupTarget,
  clock: Clock,
  onStep: (rowCount: number) => Promise<void> = () => Promise.resolve()
): Promise<BackupSummary> {
  const seed = await loadNodeSeed(source.directory)
  const peerId = nodeKeyToPeerIdText(await nodeKeyOfSeed(seed))
  const madeAtMs = clock.wallMs()
  const bytes = new Returning(
    writeBackup({
      header: {
        format: BACKUP_FORMAT,
        peerId,
        version: source.version,
        madeAtMs,
        levelFormat: source.levelFormat,
        storeFormat: RELAY_STORE_FORMAT
      },
      files: dataFiles(source.directory, source.configText),
      rows: counted(source.rows, onStep),
      endedAtMs: () => clock.wallMs(),
      sign: (signed) => signAsNode(seed, signed)
    })
  )
  const isEncrypted = recipients.length > 0
  const byteCount = await writeBackupFile(
    path,
    isEncrypted ? await encryptAge(bytes, recipients) : bytes
  )
  return { path, byteCount, peerId, madeAtMs, isEncrypted, manifest: bytes.returned() }
}

async function* counted(
  rows: AsyncIterable<readonly StoredRow[]>,
  onStep: (rowCount: number) => Promise<void>
): AsyncGenerator<readonly StoredRow[], void, undefined> {
  let rowCount = 0
  for await (const some of rows) {
    yield some
    rowCount += some.length
    await onStep(rowCount)
  }
}

/** Keeps what a generator returns for whoever only iterates over it. */
class Returning<Value, Result> implements AsyncIterable<Value> {
  readonly #generator: AsyncGenerator<Value, Result, undefined>
  #result: { readonly value: Result } | undefined

  constructor(generator: AsyncGenerator<Value, Result, undefined>) {
    this.#generator = generator
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value, void, undefined> {
    this.#result = { value: yield* this.#generator }
  }

  /** @throws TypeError before its end */
  returned(): Result {
    if (this.#result === undefined) {
      throw new TypeError('it has not come to its end')
    }
    return this.#result.value
  }
}
