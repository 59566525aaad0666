import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ROOT } from './tree.ts'

const PROTOCOL = join(ROOT, 'packages/protocol')

function buf(...words: readonly string[]): string {
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
  const run = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/@bufbuild/buf/bin/buf'), ...words],
    { cwd: PROTOCOL, encoding: 'utf8', env: { ...process.env, PATH: path } }
  )
  assert.equal(run.status, 0, run.stdout + run.stderr)
  return run.stdout
}

function readTree(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    paths.sort().map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')])
  )
}

describe('the schema', function () {
  this.timeout(60_000)

  it('follows the rules that keep it evolvable', () => {
    assert.equal(buf('lint'), '')
  })

  it('is what the committed code was generated from', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealpost-generated-'))
    try {
      buf('generate', '--output', folder)
      const generated = readTree(join(folder, 'src/gen'))
      assert.ok(generated.size > 0)
      assert.deepEqual(readTree(join(PROTOCOL, 'src/gen')), generated, 'run: npm run generate')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
