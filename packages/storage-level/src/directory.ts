import { chmod, mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Nobody else may even list what a store holds. */
const DIRECTORY_MODE = 0o700

/**
 * Makes the directory of a store where there is none, for its owner alone, so that a loss of power does not take it back: the
 * directories above are synced too, which LevelDB does not do.
 */
export async function prepareDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE })
  await chmod(path, DIRECTORY_MODE)
  if (first === undefined) {
    return
  }
  const top = dirname(resolve(first))
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    await syncDirectory(at)
    if (at === top || at === dirname(at)) {
      return
    }
  }
}

/** Bytes of all files of a store, logs included. */
export async function directoryBytes(path: string): Promise<number> {
  const names = await readdir(path)
  const sizes = await Promise.all(names.map((name) => fileBytes(join(path, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** LevelDB removes files at any time. */
async function fileBytes(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return 0
    }
    throw error
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

/**
 * Empties what LevelDB notes of its doings: of each compaction it notes keys, which outlive their rows there, and nobody reads it.
 * Where that fails nothing else does.
 */
export async function forgetNotes(path: string): Promise<void> {
  try {
    await truncate(join(path, 'LOG'))
    await rm(join(path, 'LOG.old'), { force: true })
  } catch {
    // Where LevelDB is not what is underneath, there is none.
  }
}
