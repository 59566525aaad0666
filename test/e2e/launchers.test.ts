import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { arch, platform, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What main.js or main.ts of the test prints: which of them it is, its Node and its arguments. */
const MAIN = (name: string): string =>
  `console.log(JSON.stringify(['${name}', process.execPath, ...process.argv.slice(2)]))\n`

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

describe('a launcher', () => {
  for (const launcher of ['packages/cli/bin/sealpost.js', 'relay/bin/sealpost-relay.js']) {
    const command = basename(launcher, '.js')

    describe(command, () => {
      let folder: string

      beforeEach(() => {
        folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealpost-launcher-')))
        write('package.json', '{ "type": "module" }')
        mkdirSync(join(folder, 'bin'))
        cpSync(join(ROOT, launcher), join(folder, 'bin/launcher.js'))
      })

      afterEach(() => rmSync(folder, { recursive: true, force: true }))

      function write(path: string, text: string): void {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text)
      }

      /** Starts the launcher under this Node, which gives itself out as another version. */
      function start(version: string, ...words: readonly string[]): Outcome {
        const disguise = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
        return spawnSync(
          process.execPath,
          [
            '--import',
            `data:text/javascript,${disguise}`,
            join(folder, 'bin/launcher.js'),
            ...words
          ],
          { encoding: 'utf8' }
        )
      }

      /** Puts this Node where npm would have put the pinned one. */
      function pinNode(): void {
        const name = `node-${platform() === 'win32' ? 'win' : platform()}-${arch()}`
        write(`node_modules/${name}/package.json`, `{ "name": "${name}" }`)
        const program = platform() === 'win32' ? 'node.exe' : 'node'
        mkdirSync(join(folder, 'node_modules', name, 'bin'))
        symlinkSync(process.execPath, join(folder, 'node_modules', name, 'bin', program))
      }

      it('starts the sources where nothing is built', () => {
        write('src/main.ts', MAIN('source'))
        const { status, stdout } = start('24.0.0', 'run', '--data', 'a b')
        assert.equal(status, 0)
        assert.deepEqual(JSON.parse(stdout), ['source', process.execPath, 'run', '--data', 'a b'])
      })

      it('starts what is built, on the oldest Node that it was built for', () => {
        write('dist/main.js', MAIN('built'))
        write('src/main.ts', MAIN('source'))
        const { status, stdout } = start('22.18.0', '--help')
        assert.equal(status, 0)
        assert.deepEqual(JSON.parse(stdout), ['built', process.execPath, '--help'])
      })

      for (const [folderName, file, tooOld, needed] of [
        ['dist', 'main.js', '22.17.9', '22.18'],
        ['src', 'main.ts', '23.11.1', '24.0']
      ] as const) {
        it(`says in one sentence that ${folderName} needs Node ${needed}`, () => {
          write(`${folderName}/${file}`, MAIN(folderName))
          const { status, stdout, stderr } = start(tooOld)
          assert.equal(status, 2)
          assert.equal(stdout, '')
          assert.match(
            stderr,
            new RegExp(`^${command} needs Node\\.js ${needed} or newer; .*\\.\n$`)
          )
        })

        it(`hands ${folderName} to the pinned Node where its own is too old`, () => {
          write(`${folderName}/${file}`, MAIN(folderName))
          pinNode()
          const { status, stdout } = start(tooOld, 'run', '--data', 'a b')
          assert.equal(status, 0)
          assert.deepEqual(JSON.parse(stdout), [
            folderName,
            process.execPath,
            'run',
            '--data',
            'a b'
          ])
        })
      }

      it('ends as the pinned Node ends', () => {
        write('dist/main.js', 'process.exitCode = 3\n')
        pinNode()
        assert.equal(start('20.0.0').status, 3)
      })

      it('ends as one that a signal ended', () => {
        write(
          'dist/main.js',
          "process.kill(process.pid, 'SIGTERM')\nsetInterval(() => {}, 1_000)\n"
        )
        pinNode()
        assert.equal(start('20.0.0').status, 143)
      })
    })
  }
})
