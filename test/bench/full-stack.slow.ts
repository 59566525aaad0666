import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Report } from './report.ts'

const RUN = fileURLToPath(new URL('run.ts', import.meta.url))
const run = promisify(execFile)

describe('npm run bench -- full-stack (slow: real nodes on the wall clock)', function () {
  this.timeout(600_000)

  it('measures real nodes, and a scenario simulated beside real', async () => {
    const { stdout } = await run(process.execPath, [RUN, '--quick', '--json', 'full-stack'])
    const { figures } = JSON.parse(stdout) as Report
    assert.deepEqual(
      figures.map(({ goalMax, unit }) => [unit, goalMax]),
      [
        ['s', 60],
        ['s of CPU', undefined],
        ['MiB', 1_024],
        ['texts', 0],
        ['% apart', 2],
        ['% apart', 10],
        ['% apart', 10]
      ]
    )
    const [nodes, , , stray] = figures
    assert.ok((nodes?.details['texts'] ?? 0) > 0)
    assert.ok((stray?.details['texts'] ?? 0) > 0)
    assert.equal(stray?.median, 0)
  })
})
