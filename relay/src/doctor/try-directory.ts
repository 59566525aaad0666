/** What the data directory is on, and how it takes writes. */
import { open, readFile, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { DoctorFacts } from '@sealpost/operator'
import { hasCode, type DataDirectory } from '../store/data-directory.ts'

const TRIES = 8
const WRITE_BYTES = 4_096
const SEED_BYTES = 32
const OTHERS = 0o077
/** As `statfs` tells them apart (Linux). */
const MEMORY: readonly number[] = [0x01021994, 0x858458f6]
const NETWORK: readonly number[] = [0x6969, 0xff534d42, 0xfe534d42, 0x517b, 0x65735546, 0x01021997]

type DirectoryFacts = Pick<DoctorFacts, 'key' | 'directoryFailure' | 'fileSystem' | 'syncMs'> & {
  /** Whether files are from what `nowMs` calls the future. */
  readonly isClockBehind: boolean
}

export async function tryDirectory(
  directory: DataDirectory,
  wallMs: () => number
): Promise<DirectoryFacts> {
  const nowMs = wallMs()
  const [key, writing, fileSystem] = await Promise.all([
    lookAtKey(directory),
    tryWriting(directory),
    lookAtFileSystem(directory)
  ])
  return { key: key.facts, fileSystem, isClockBehind: key.madeAtMs > nowMs + 1_000, ...writing }
}

async function lookAtKey({
  keyPath
}: DataDirectory): Promise<{ readonly facts: DoctorFacts['key']; readonly madeAtMs: number }> {
  try {
    const { mode, mtimeMs } = await stat(keyPath)
    const seed = await readFile(keyPath)
    const isSound = seed.length === SEED_BYTES && seed.some((byte) => byte !== 0)
    return {
      facts: { state: isSound ? 'sound' : 'damaged', isOpenToOthers: (mode & OTHERS) !== 0 },
      madeAtMs: mtimeMs
    }
  } catch (error) {
    const state = hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') ? 'missing' : 'damaged'
    return { facts: { state, isOpenToOthers: false }, madeAtMs: 0 }
  }
}

async function tryWriting({
  path
}: DataDirectory): Promise<Pick<DoctorFacts, 'directoryFailure' | 'syncMs'>> {
  const probe = join(path, `doctor-${String(process.pid)}`)
  try {
    const file = await open(probe, 'w', 0o600)
    const tookMs: number[] = []
    try {
      for (let i = 0; i < TRIES; i++) {
        const from = performance.now()
        await file.write(new Uint8Array(WRITE_BYTES))
        await file.sync()
        tookMs.push(performance.now() - from)
      }
    } finally {
      await file.close()
    }
    const syncMs = tookMs.toSorted((one, other) => one - other)[TRIES / 2]
    return { directoryFailure: undefined, syncMs }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    // Where there is no directory yet, the key says so.
    return { directoryFailure: code === 'ENOENT' ? undefined : code, syncMs: undefined }
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}

async function lookAtFileSystem({ path }: DataDirectory): Promise<DoctorFacts['fileSystem']> {
  try {
    const { type } = await statfs(path)
    const known = type >>> 0
    return MEMORY.includes(known) ? 'memory' : NETWORK.includes(known) ? 'network' : 'disk'
  } catch {
    return undefined
  }
}
