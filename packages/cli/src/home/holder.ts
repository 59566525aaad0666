/** Who has a home's store open, for the people who wait for it. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { sentences } from '../sentences.ts'
import { exactTimeText } from '../time-text.ts'
import type { Home } from './home.ts'

interface Holder {
  readonly pid: number
  readonly command: string
  readonly sinceMs: number
}

/** Notes that this process has the store open. It is a courtesy: the lock is LevelDB's. */
export async function writeHolder(home: Home, command: string, sinceMs: number): Promise<void> {
  const holder: Holder = { pid: process.pid, command, sinceMs }
  await ignoring(writeFile(home.holderPath, `${JSON.stringify(holder)}\n`, { mode: 0o600 }))
}

/** Called while this process still has the store. */
export async function eraseHolder(home: Home): Promise<void> {
  await ignoring(rm(home.holderPath, { force: true }))
}

/** For a sentence: which command of which process; undefined where nothing sensible is noted. */
export async function describeHolder(home: Home): Promise<string | undefined> {
  try {
    const noted: unknown = JSON.parse(await readFile(home.holderPath, 'utf8'))
    if (!isHolder(noted) || !isAlive(noted.pid)) {
      return undefined
    }
    return sentences.home.holder(noted.command, noted.pid, exactTimeText(noted.sinceMs))
  } catch {
    return undefined
  }
}

function isHolder(noted: unknown): noted is Holder {
  return (
    noted instanceof Object &&
    'pid' in noted &&
    Number.isSafeInteger(noted.pid) &&
    'command' in noted &&
    typeof noted.command === 'string' &&
    /^[a-z]{1,20}( [a-z]{1,20})?$/.test(noted.command) &&
    'sinceMs' in noted &&
    Number.isSafeInteger(noted.sinceMs)
  )
}

/** A process that was killed leaves its note behind. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function ignoring(task: Promise<void>): Promise<void> {
  try {
    await task
  } catch {
    // On a full disk the home must still open; only the note is missing then.
  }
}
