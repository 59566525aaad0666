import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { damaged } from '@sealpost/operator'
import { asFileError, hasCode, syncDirectory } from '../store/data-directory.ts'

/** A small file that is there whole, as it was or as it becomes, whatever happens meanwhile. */
export interface WholeFile {
  readonly path: string
  /** A longer one is none of ours. */
  readonly bytesMax: number
}

/** @returns undefined where there is none. @throws StorageError `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_FAILED` */
export async function readWhole({ path, bytesMax }: WholeFile): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > bytesMax) {
      throw damaged(path, `it has more than ${String(bytesMax)} bytes`)
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return undefined
    }
    throw asFileError(error, `at ${path}`)
  }
}

/** It is not there any more once this resolves, also after a power cut. @throws StorageError `SEALPOST_STORE_FAILED` */
export async function removeWhole({ path }: WholeFile): Promise<void> {
  try {
    await rm(path, { force: true })
    await syncDirectory(dirname(path))
  } catch (error) {
    throw asFileError(error, `at ${path}`)
  }
}

/** Only its owner can read it, and it is on the disk once this resolves. One at a time. @throws StorageError `SEALPOST_STORE_FULL`, `SEALPOST_STORE_FAILED` */
export async function writeWhole({ path }: WholeFile, text: string): Promise<void> {
  const draft = `${path}.new`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    await rm(draft, { force: true })
    throw asFileError(error, `at ${path}`)
  }
}
