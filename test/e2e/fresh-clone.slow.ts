import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The environment of a person's shell: what npm put there for this run is gone. */
function shellEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/i.test(name))
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules') && !folder.includes('node-gyp-bin'))
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) }
}

describe('a fresh clone (slow)', () => {
  let folder: string

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealpost-clone-')))
    run('git', 'clone', '--quiet', ROOT, 'sealpost')
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  function run(program: string, ...words: readonly string[]): string {
    const cwd = program === 'git' ? folder : join(folder, 'sealpost')
    const result = spawnSync(program, words, { cwd, encoding: 'utf8', env: shellEnvironment() })
    assert.equal(result.status, 0, `${result.stdout}\n${result.stderr}`)
    return result.stdout.trim()
  }

  it('installs with npm alone, and changes no file by that', () => {
    run('npm', 'ci')
    assert.equal(
      spawnSync('git', ['status', '--porcelain'], {
        cwd: join(folder, 'sealpost')
      }).stdout.toString(),
      ''
    )
  })

  it('runs scripts and commands under the pinned Node, whatever the machine has', () => {
    assert.equal(
      run('npm', 'exec', '--', 'node', '--print', 'process.versions.node'),
      process.versions.node
    )
  })

  it('links the commands', () => {
    run('npm', 'exec', '--', 'which', 'sealpost', 'sealpost-relay')
  })

  it('type-checks', () => {
    run('npm', 'run', 'types')
  })
})
