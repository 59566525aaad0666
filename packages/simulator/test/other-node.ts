import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Another version of Node, in a folder of its own: two packages with a command `node` must not meet in one. */
export class OtherNode {
  readonly #folder: string
  readonly #program: string

  private constructor(folder: string, program: string) {
    this.#folder = folder
    this.#program = program
  }

  /** @param range Of versions, such as `22.x` */
  static install(range: string): OtherNode {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealpost-node-')))
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    const system = process.platform === 'win32' ? 'win' : process.platform
    const name = `node-${system}-${process.arch}`
    const npm = process.env['npm_execpath']
    const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
    const { status, stdout, stderr, error } = spawnSync(
      program,
      [...first, 'install', ...flags, `${name}@${range}`],
      { cwd: folder, encoding: 'utf8' }
    )
    if (status !== 0) {
      rmSync(folder, { recursive: true, force: true })
      assert.fail(
        `Node ${range} is needed to compare with, and npm could not install ${name}: ` +
          `${String(error ?? '')}\n${stdout}\n${stderr}`
      )
    }
    const file = system === 'win' ? 'node.exe' : 'node'
    return new OtherNode(folder, join(folder, 'node_modules', name, 'bin', file))
  }

  /** Runs a script to its end and gives what it printed; fails with all of it. */
  run(script: string): string {
    const { status, stdout, stderr } = spawnSync(this.#program, [script], { encoding: 'utf8' })
    assert.equal(status, 0, `${script}\n${stdout}\n${stderr}`)
    return stdout
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
