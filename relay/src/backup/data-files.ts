/** The files of a data directory that a backup holds beside the store: the node key, the configuration, and what else lies there. */
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '@sealpost/operator'
import type { DataDirectory } from '../store/data-directory.ts'
import { FILE_BYTES_MAX, FILE_COUNT_MAX, FILE_NAME, FILES_BYTES_MAX } from './backup-format.ts'
import type { BackupFile } from './backup-writer.ts'

/** The options that are not the default, as a file that `--config` takes. */
const CONFIG_FILE = 'restored.yaml'

/** Of this machine and this moment, or larger than what they are worth. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'ballast',
  'relay.pid',
  'socket',
  'socket.path',
  'backup-state.json',
  CONFIG_FILE
])

/**
 * Files in the order of their names, the configuration last.
 *
 * @throws OperatorError `SEALPOST_BACKUP_FAILED` where they are more than a backup takes
 */
export async function* dataFiles(
  { path }: DataDirectory,
  configText: string
): AsyncGenerator<BackupFile, void, undefined> {
  const entries = await readdir(path, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile() && FILE_NAME.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => !LEFT_OUT.has(name) && !/\.(?:backup|new)$/.test(name))
    .sort()
  let byteCount = 0
  for (const name of names) {
    const bytes = await readWhole(join(path, name))
    byteCount += bytes.length
    if (byteCount > FILES_BYTES_MAX || names.length >= FILE_COUNT_MAX) {
      throw new OperatorError(
        'SEALPOST_BACKUP_FAILED',
        `The files of ${path} are more than a backup takes; remove what is not the relay's.`
      )
    }
    yield { name, bytes }
  }
  yield { name: CONFIG_FILE, bytes: Buffer.from(configText) }
}

/** As much of it as there is at the moment: some grow. */
async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size > FILE_BYTES_MAX) {
      throw new OperatorError(
        'SEALPOST_BACKUP_FAILED',
        `${path} is larger than a backup takes; remove what is not the relay's.`
      )
    }
    const bytes = new Uint8Array(size)
    const { bytesRead } = await file.read(bytes, 0, size, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
