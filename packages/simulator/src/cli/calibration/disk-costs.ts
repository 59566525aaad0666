/** What a disk takes to have something for good. */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const COMMITS = 60
const COMMIT_BYTES = 4096

/** The median of a batch of 4 KiB that is written and synced, in microseconds: on the disk of that folder. */
export function commitUs(directory: string): number {
  const folder = mkdtempSync(join(directory, '.sealpost-calibrate-'))
  try {
    const file = openSync(join(folder, 'log'), 'w')
    try {
      const bytes = new Uint8Array(COMMIT_BYTES)
      const took = Array.from({ length: COMMITS }, () => {
        const startMs = performance.now()
        writeSync(file, bytes)
        fsyncSync(file)
        return (performance.now() - startMs) * 1000
      })
      return took.sort((a, b) => a - b)[COMMITS / 2] ?? 0
    } finally {
      closeSync(file)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
