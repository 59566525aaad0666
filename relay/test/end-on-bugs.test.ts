import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const SOURCE = join(import.meta.dirname, '..', 'src')

/** Runs a process that has a bug. */
function runWith(bug: string): { readonly status: number | null; readonly stderr: string } {
  const script = `
    import { endOnBugs } from ${JSON.stringify(join(SOURCE, 'command', 'end-on-bugs.ts'))}
    import { JsonLog } from ${JSON.stringify(join(SOURCE, 'log', 'json-log.ts'))}
    const wallMs = () => 0
    endOnBugs(new JsonLog({ level: 'error', format: 'json', output: process.stderr, wallMs }))
    setInterval(() => {}, 1_000)
    ${bug}
  `
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8'
  })
}

describe('a bug that nobody caught', () => {
  for (const [what, bug] of [
    ['thrown from a timer', "setTimeout(() => { throw new RangeError('a secret') }, 0)"],
    ['a promise that nobody waits for', "void Promise.reject(new RangeError('a secret'))"]
  ] as const) {
    it(`ends the process with 1 where it is ${what}, and tells where but not what`, () => {
      const { status, stderr } = runWith(bug)
      assert.equal(status, 1)
      const line = JSON.parse(stderr) as Record<string, string>
      assert.equal(line['event'], 'relay.bug')
      assert.equal(line['name'], 'RangeError')
      assert.match(line['at'] ?? '', /^at .*eval/)
      assert.doesNotMatch(stderr, /a secret/)
    })
  }

  it('ends the process where what is thrown is no error', () => {
    assert.equal(runWith("setTimeout(() => { throw 'a secret' }, 0)").status, 1)
  })
})
