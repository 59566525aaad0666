/** What a relay remembers of its backups over a restart: DIR/backup-state.json. What cannot be read is as good as nothing. */
import { join } from 'node:path'
import type { ProvenAnswer } from '@sealpost/operator'
import { readWhole, writeWhole } from '../books/whole-file.ts'

const FILE_BYTES_MAX = 16 * 1024
const NAME_CHARACTERS_MAX = 255

export interface BackupState {
  /** The last trial that ended well. */
  readonly proven: ProvenAnswer | undefined
}

const NOTHING: BackupState = { proven: undefined }

export async function readBackupState(data: string): Promise<BackupState> {
  try {
    const text = await readWhole(place(data))
    return text === undefined ? NOTHING : parse(JSON.parse(text))
  } catch {
    return NOTHING
  }
}

/** @throws StorageError */
export async function writeBackupState(data: string, state: BackupState): Promise<void> {
  await writeWhole(place(data), `${JSON.stringify(state)}\n`)
}

function place(data: string): { readonly path: string; readonly bytesMax: number } {
  return { path: join(data, 'backup-state.json'), bytesMax: FILE_BYTES_MAX }
}

function parse(value: unknown): BackupState {
  const { proven } = value as Partial<Record<keyof BackupState, unknown>>
  return { proven: isProven(proven) ? proven : undefined }
}

function isProven(value: unknown): value is ProvenAnswer {
  if (typeof value !== 'object' || !value) {
    return false
  }
  const { name, atMs, madeAtMs, envelopeCount, mailboxCount } = value as Partial<
    Record<keyof ProvenAnswer, unknown>
  >
  return (
    typeof name === 'string' &&
    name.length <= NAME_CHARACTERS_MAX &&
    [atMs, madeAtMs, envelopeCount, mailboxCount].every(isTime)
  )
}

/** Or a count. */
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
