import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Report } from './report.ts'

const RUN = fileURLToPath(new URL('run.ts', import.meta.url))
const run = promisify(execFile)

describe('a flooded relay', function () {
  this.timeout(300_000)

  it('fails nobody who is not part of it, and stays within its memory', async () => {
    const words = [RUN, '--quick', '--sources', '--json', 'flood']
    const { figures } = JSON.parse((await run(process.execPath, words)).stdout) as Report
    const memory = figures.filter(({ unit }) => unit === 'MB')
    assert.equal(figures.length, 36)
    assert.equal(memory.length, 4)
    for (const { name, details, verdict } of memory) {
      assert.equal(verdict, 'met', name)
      assert.equal(details['failedFlooded'], 0, name)
      assert.ok((details['attempts'] ?? 0) > 0, name)
    }
  })
})
