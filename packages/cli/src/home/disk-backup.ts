/** A backup on a disk: written beside its place, and put there once it is proven. */
import { constants, createReadStream, existsSync } from 'node:fs'
import { access, type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BackupSink } from '@sealpost/client'
import { StorageError } from '@sealpost/protocol'
import { sentences } from '../sentences.ts'

/** Bytes that are read at a time. */
const READ_BYTES = 262_144

export class DiskBackup implements BackupSink {
  readonly #path: string
  readonly #partPath: string
  #file: FileHandle | undefined

  /** @param path where it belongs once it is proven; what is there until then stays. */
  constructor(path: string) {
    this.#path = path
    this.#partPath = `${path}.part`
  }

  /** @throws StorageError `SEALPOST_STORE_FAILED`, `SEALPOST_STORE_FULL` */
  async write(bytes: Uint8Array): Promise<void> {
    await told(async () => {
      // For its owner alone: what is encrypted may still be copied.
      this.#file ??= await open(this.#partPath, 'w', 0o600)
      await this.#file.writeFile(bytes)
    })
  }

  async flush(): Promise<void> {
    await told(async () => {
      await this.#file?.sync()
      await this.#file?.close()
      this.#file = undefined
    })
  }

  read(): AsyncIterable<Uint8Array> {
    return fileBytes(this.#partPath)
  }

  async keep(): Promise<void> {
    await told(async () => {
      await rename(this.#partPath, this.#path)
      await syncDirectory(dirname(this.#path))
    })
  }

  /** Removes what was written where it is not kept. Harmless afterwards. */
  async discard(): Promise<void> {
    await this.#file?.close().catch(() => undefined)
    this.#file = undefined
    await rm(this.#partPath, { force: true }).catch(() => undefined)
  }
}

/** @throws StorageError `SEALPOST_STORE_FAILED` where a path leads to no file that can be read */
export async function checkFile(path: string): Promise<void> {
  const found = await told(async () => {
    await access(path, constants.R_OK)
    return stat(path)
  })
  if (found.isDirectory()) {
    throw new StorageError('SEALPOST_STORE_FAILED', sentences.backup.fileOfOtherKind(path))
  }
}

/** A file's bytes, in pieces. @throws StorageError `SEALPOST_STORE_FAILED` while it is read */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path, { highWaterMark: READ_BYTES })
  try {
    for await (const bytes of stream) {
      yield bytes as Uint8Array
    }
  } catch (error) {
    throw failed(error)
  } finally {
    stream.destroy()
  }
}

/** After a loss of power the new name must be there as well; where a system has no way to say so, it does so by itself. */
async function syncDirectory(path: string): Promise<void> {
  let directory: FileHandle | undefined
  try {
    directory = await open(path, 'r')
    await directory.sync()
  } catch {
    // The file itself is durable, and its old name would still lead to it.
  } finally {
    await directory?.close()
  }
}

/** Says in a sentence why a file could not be used. */
export async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw failed(error)
  }
}

function failed(error: unknown): StorageError {
  const { code, path } = causeOf(error)
  return new StorageError(
    code === 'ENOSPC' || code === 'EDQUOT' ? 'SEALPOST_STORE_FULL' : 'SEALPOST_STORE_FAILED',
    sentenceOf(code, path.replace(/\.part$/, ''), error),
    { cause: error }
  )
}

function causeOf(error: unknown): { readonly code: string; readonly path: string } {
  const { code = '', path = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  return { code, path: path === '' ? sentences.backup.theFile : path }
}

function sentenceOf(code: string, path: string, error: unknown): string {
  const words = sentences.backup
  switch (code) {
    case 'ENOENT':
      // Where a file is to be written it is its folder that must be there.
      return words.fileMissing(existsSync(dirname(path)) ? path : dirname(path))
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return words.fileRefused(path)
    case 'EISDIR':
    case 'ENOTDIR':
    case 'EEXIST':
      return words.fileOfOtherKind(path)
    case 'ENOSPC':
    case 'EDQUOT':
      return words.fileFull(path)
    default:
      return words.fileFailed(path, error instanceof Error ? error.message : String(error))
  }
}
