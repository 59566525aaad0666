import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

/** A directory for one test; removed when the tests end. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'sealpost-cli-test-'))
  made.push(path)
  return path
}

after(() => {
  for (const path of made.splice(0)) {
    rmSync(path, { recursive: true, force: true })
  }
})
