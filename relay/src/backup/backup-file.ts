/** Backups as files: whole under their name or not there at all, and nobody's but their owner's. */
import { createReadStream } from 'node:fs'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { OperatorError } from '@sealpost/operator'
import { ConfigError } from '@sealpost/protocol'
import { hasCode, publish, syncDirectory } from '../store/data-directory.ts'
import { AGE_HEADER_BYTES_MAX, decryptAge, isAge } from './age-format.ts'
import { type BackupPart, readBackup } from './backup-reader.ts'

const FILE_MODE = 0o600
const IDENTITY_FILE_BYTES_MAX = 64 * 1024
/** What a backup is called until it is whole. */
const DRAFT = /^\.[\w.-]{1,200}\.[0-9a-f-]{36}\.draft$/

/** Whether this is what a process that was killed left of a backup. */
export function isDraft(name: string): boolean {
  return DRAFT.test(name)
}

/**
 * Writes a backup under a name that is not taken. Where it fails nothing is left.
 *
 * @returns its bytes.
 * @throws OperatorError `SEALPOST_BACKUP_FAILED`, `SEALPOST_NO_ROOM`; and whatever `bytes` throws
 */
export async function writeBackupFile(
  path: string,
  bytes: AsyncIterable<Uint8Array>
): Promise<number> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.draft`)
  let byteCount = 0
  try {
    const file = await open(draft, 'wx', FILE_MODE)
    try {
      for await (const chunk of bytes) {
        await file.write(chunk)
        byteCount += chunk.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    if (!(await publish(draft, path))) {
      throw new OperatorError('SEALPOST_BACKUP_FAILED', `There is a file ${path} already.`)
    }
    await syncDirectory(dirname(path))
    return byteCount
  } catch (error) {
    throw asFileError(error, path)
  } finally {
    await rm(draft, { force: true })
  }
}

/** @throws OperatorError `SEALPOST_BACKUP_FAILED` where there is something of that name, or no directory for it */
export async function requireFree(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) {
      return undefined
    }
    throw asFileError(error, path)
  })
  if (found !== undefined) {
    throw new OperatorError('SEALPOST_BACKUP_FAILED', `There is a file ${path} already.`)
  }
  await stat(dirname(path)).catch((error: unknown) => {
    throw asFileError(error, path)
  })
}

/**
 * Reads a backup, decrypted where it must be.
 *
 * @param identities the text of a file of age identities; undefined for none.
 * @throws as `readBackup` and `decryptAge`; OperatorError `SEALPOST_BACKUP_FAILED` where there is no such file
 */
export async function* readBackupFile(
  path: string,
  identities: string | undefined
): AsyncGenerator<BackupPart, void, undefined> {
  const stream = createReadStream(path, { highWaterMark: 256 * 1024 })
  try {
    const bytes = asUint8Arrays(stream)
    const first = await bytes.next()
    const start = first.done === true ? new Uint8Array() : first.value
    const all = behind(start, bytes)
    if (isAge(start)) {
      requireAgeHeader(start)
      if (identities === undefined) {
        throw new OperatorError('SEALPOST_BACKUP_SEALED')
      }
      yield* readBackup(decryptAge(all, identities))
    } else {
      yield* readBackup(all)
    }
  } catch (error) {
    throw asFileError(error, path)
  } finally {
    stream.destroy()
  }
}

/** @throws ConfigError `SEALPOST_CONFIG_INVALID` where it cannot be read, or is no such file */
export async function readIdentityFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= IDENTITY_FILE_BYTES_MAX) {
      return await readFile(path, 'utf8')
    }
  } catch (cause) {
    const message = `The file of age identities ${path} cannot be read (${codeOf(cause)}).`
    throw new ConfigError('SEALPOST_CONFIG_INVALID', message, { cause })
  }
  throw new ConfigError('SEALPOST_CONFIG_INVALID', `${path} is no file of age identities.`)
}

/** A header has its end within the first chunk, or it is no header that anybody wrote in earnest. */
function requireAgeHeader(start: Uint8Array): void {
  const at = Buffer.from(start.buffer, start.byteOffset, start.length).indexOf('\n--- ')
  if (at === -1 || at > AGE_HEADER_BYTES_MAX) {
    throw new OperatorError('SEALPOST_BACKUP_DAMAGED')
  }
}

async function* asUint8Arrays(
  stream: AsyncIterable<Buffer>
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of stream) {
    yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)
  }
}

async function* behind(
  start: Uint8Array,
  rest: AsyncIterable<Uint8Array>
): AsyncGenerator<Uint8Array, void, undefined> {
  yield start
  yield* rest
}

/** What Node says of a file, as an error of ours; every other error as it is. */
export function asFileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) {
    return error
  }
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT')
    ? new OperatorError('SEALPOST_NO_ROOM', `There is no room left for ${path}.`, { cause: error })
    : new OperatorError(
        'SEALPOST_BACKUP_FAILED',
        `The file ${path} cannot be used (${codeOf(error)}).`,
        { cause: error }
      )
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
