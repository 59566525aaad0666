/** A file system of its own, small enough to fill. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from './temporary-directory.ts'

const MOUNT = '/bin/mount'
const UMOUNT = '/bin/umount'
const STEP_BYTES = 64 * 1024

export type SmallDiskKind = 'tmpfs' | 'ext4'

export interface SmallDisk extends AsyncDisposable {
  readonly path: string
}

/** Mounts one of `bytes`; the reason where that cannot be done here. */
export async function smallDisk(kind: SmallDiskKind, bytes: number): Promise<SmallDisk | string> {
  const directory = await temporaryDirectory()
  const path = join(directory.path, 'disk')
  await mkdir(path)
  const failure = kind === 'tmpfs' ? mountTmpfs(path, bytes) : await mountExt4(path, bytes)
  if (failure !== undefined) {
    await directory[Symbol.asyncDispose]()
    return failure
  }
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      execFileSync(UMOUNT, [path])
      await directory[Symbol.asyncDispose]()
    }
  }
}

function run(program: string, words: readonly string[]): string | undefined {
  const { error, status, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}

function mountTmpfs(path: string, bytes: number): string | undefined {
  return run(MOUNT, ['-t', 'tmpfs', '-o', `size=${String(bytes)}`, 'tmpfs', path])
}

async function mountExt4(path: string, bytes: number): Promise<string | undefined> {
  const image = `${path}.image`
  const file = await open(image, 'w')
  await file.truncate(bytes)
  await file.close()
  return run('/sbin/mkfs.ext4', ['-q', '-m', '0', image]) ?? run(MOUNT, ['-o', 'loop', image, path])
}

/** Fills a disk to the last byte, as another program might. @returns how to take that back. */
export async function fillDisk(path: string): Promise<() => Promise<void>> {
  const name = join(path, 'other-program')
  const file = await open(name, 'w')
  try {
    for (let step = STEP_BYTES; step >= 1;) {
      const isWritten = await file.write(new Uint8Array(step)).then(
        ({ bytesWritten }) => bytesWritten === step,
        () => false
      )
      step = isWritten ? step : Math.floor(step / 2)
    }
    await file.sync().catch(() => undefined)
  } finally {
    await file.close()
  }
  return () => rm(name)
}
