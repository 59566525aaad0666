import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Containerfile } from './containerfile.ts'
import { ProcessLines } from './process-lines.ts'
import { freePort, RelayProcess } from './relay-process.ts'
import { linksOf } from '../tidy/markdown.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const READY_MAX_MS = 10_000

interface Installed {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}

/** Runs a program to its end and gives what it printed; fails with all of it. */
function run(cwd: string, program: string, ...words: readonly string[]): string {
  const result = spawnSync(program, words, { cwd, encoding: 'utf8' })
  assert.equal(result.status, 0, `${words.join(' ')}\n${result.stdout}\n${result.stderr}`)
  return result.stdout
}

function npm(cwd: string, ...words: readonly string[]): string {
  const program = process.env['npm_execpath']
  return program === undefined
    ? run(cwd, 'npm', ...words)
    : run(cwd, process.execPath, program, ...words)
}

function pack(): ReadonlyMap<string, string> {
  const tarballs = run(ROOT, process.execPath, 'test/tidy/pack.ts').trim().split('\n')
  return new Map(
    tarballs.map((path) => {
      const bytes = readFileSync(join(ROOT, path))
      return [path, createHash('sha256').update(bytes).digest('hex')]
    })
  )
}

describe('what people install', function () {
  this.timeout(300_000)
  let tarballs: ReadonlyMap<string, string>

  before(() => {
    tarballs = pack()
  })

  it('is the same whenever it is packed from the same sources', () => {
    assert.equal(tarballs.size, 3)
    assert.deepEqual(pack(), tarballs)
  })

  const folders = new Map<string, string>()
  after(() => {
    for (const folder of folders.values()) {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  for (const command of ['sealpost', 'sealpost-relay', 'sealpost-sim']) {
    describe(command, () => {
      let folder: string

      before(() => {
        folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealpost-installed-')))
        folders.set(command, folder)
        writeFileSync(join(folder, 'package.json'), '{ "private": true }')
        const path = [...tarballs.keys()].find((path) => path.startsWith(`out/${command}-0`)) ?? ''
        npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', join(ROOT, path))
      })

      function read(path: string): string {
        return readFileSync(join(folder, 'node_modules', command, path), 'utf8')
      }

      it('installs in an empty folder and says what it can do', () => {
        const launcher = join(folder, 'node_modules/.bin', command)
        assert.match(run(folder, process.execPath, launcher, '--help'), new RegExp(command))
      })

      it('brings its license and its guide', () => {
        assert.equal(read('LICENSE'), readFileSync(join(ROOT, 'LICENSE'), 'utf8'))
        assert.match(read('README.md'), /\S/)
      })

      it('pins what it depends on, and needs none of our packages', () => {
        const { dependencies } = JSON.parse(read('package.json')) as Installed
        const odd = Object.entries(dependencies).filter(
          ([name, version]) => name.startsWith('@sealpost/') || !/^\d+\.\d+\.\d+$/.test(version)
        )
        assert.deepEqual(odd, [])
      })
    })
  }

  // A suite of its own: a suite's tests come before those of the suites in it.
  describe('together', () => {
    it('carries a message from one installed sealpost to another over an installed relay', async () => {
      const [people = '', relays = ''] = ['sealpost', 'sealpost-relay'].map((name) =>
        folders.get(name)
      )
      const launcher = join(people, 'node_modules/.bin/sealpost')
      const sealpost = (home: string, ...words: readonly string[]): string =>
        run(people, process.execPath, launcher, '--home', join(people, home), ...words, '--json')
      const relay = await RelayProcess.start(
        join(relays, 'data'),
        {},
        join(relays, 'node_modules/.bin/sealpost-relay')
      )
      try {
        for (const name of ['alice', 'bob']) {
          sealpost(name, 'init', '--name', name, '--no-passphrase', '--relay', relay.addressText)
        }
        const { link } = JSON.parse(sealpost('alice', 'invite')) as { link: string }
        sealpost('bob', 'add', link)
        sealpost('alice', 'send', 'bob', 'hello from a tarball')
        assert.match(sealpost('bob', 'inbox'), /"hello from a tarball"/)
        const home = ['--home', join(people, 'bob'), '--json']
        const desk = new ProcessLines([launcher, ...home, 'desk', '--page', '--port', '0'])
        try {
          const ready = await desk.line((line) => line.includes('"isReady"'))
          const { page } = JSON.parse(ready) as { page: string }
          assert.match(await (await fetch(page)).text(), /<title>Sealpost desk/)
        } finally {
          await desk.end('SIGTERM')
        }
      } finally {
        await relay.end('SIGKILL')
      }
    })

    it('simulates, in threads of its own, and finds the same again', () => {
      const folder = folders.get('sealpost-sim') ?? ''
      const sim = (...words: readonly string[]): string =>
        run(folder, process.execPath, join(folder, 'node_modules/.bin/sealpost-sim'), ...words)
      const small = ['clients.count=4', 'relays.count=3', 'duration=10m']
      const set = small.flatMap((setting) => ['--set', setting])
      sim('run', 'default', ...set, '--seeds', '1..2', '--workers', '2', '--out', 'figures')
      assert.match(sim('replay', 'figures'), /All 2 runs came out the same/)
      const manifest = readFileSync(join(folder, 'figures/manifest.json'), 'utf8')
      const { software } = JSON.parse(manifest) as { software: { packages: object } }
      assert.deepEqual(Object.keys(software.packages).includes('yaml'), true)
    })

    it('is ready within ten seconds of its first start, and brings what its operator installs', async () => {
      const folder = folders.get('sealpost-relay') ?? ''
      const launcher = join(folder, 'node_modules/.bin/sealpost-relay')
      const startedAtMs = performance.now()
      const relay = await RelayProcess.start(join(folder, 'data-ready'), {}, launcher)
      const tookMs = performance.now() - startedAtMs
      try {
        const port = /\/tcp\/(\d+)\//.exec(relay.addressText)?.[1] ?? ''
        assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
        assert.ok(tookMs < READY_MAX_MS, `${String(tookMs)} ms`)
      } finally {
        await relay.end('SIGKILL')
      }
      for (const path of ['install/sealpost-relay.service', 'install/Containerfile']) {
        const packed = readFileSync(join(folder, 'node_modules/sealpost-relay', path), 'utf8')
        assert.equal(packed, readFileSync(join(ROOT, 'relay', path), 'utf8'))
      }
    })

    it('brings the guides that its alerts name, with links that lead to them', () => {
      const installed = join(folders.get('sealpost-relay') ?? '', 'node_modules', 'sealpost-relay')
      const read = (path: string): string => readFileSync(join(installed, path), 'utf8')
      const [runbook = ''] = /docs\/[\w-]+\.md/.exec(read('observability/alerts.yaml')) ?? []
      const guides = ['README.md', runbook].flatMap((page) =>
        linksOf(read(page)).map((link) => join(page, '..', link.split('#')[0] ?? ''))
      )
      const operators = [...new Set(guides.filter((path) => /operators-|observability/.test(path)))]
      assert.ok(operators.includes('docs/operators-alarms.md'), operators.join(' '))
      for (const path of operators) {
        assert.ok(existsSync(join(installed, path)), path)
      }
    })

    it('does what the Containerfile says, in an empty folder instead of a container', async () => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealpost-image-')))
      folders.set('image', folder)
      const containerfile = new Containerfile(join(ROOT, 'relay/install/Containerfile'))
      containerfile.build(folder, join(ROOT, 'out'))
      const [program = '', ...words] = containerfile.command()
      // A free port, since this is no network of its own.
      const port = await freePort()
      const environment = {
        ...containerfile.environment(folder),
        SEALPOST_RELAY_LISTEN: `127.0.0.1:${String(port)}`,
        SEALPOST_RELAY_OPERATOR_LISTEN: 'none'
      }
      const launcher = join(folder, 'usr/bin', program)
      const relay = new ProcessLines([launcher, ...words, '--json'], environment)
      try {
        await relay.line((line) => line.includes('"ready"'))
        const [health = ''] = containerfile.all('HEALTHCHECK')
        const check = health.slice(health.indexOf('CMD ') + 4).replace('7700', String(port))
        run(folder, 'sh', '-c', check)
        assert.ok(existsSync(join(folder, 'data/node.key')))
      } finally {
        await relay.end('SIGKILL')
      }
    })

    it('serves one and the same web client', async () => {
      const [people = '', relays = ''] = ['sealpost', 'sealpost-relay'].map((name) =>
        folders.get(name)
      )
      const relay = await RelayProcess.start(
        join(relays, 'data-web'),
        {},
        join(relays, 'node_modules/.bin/sealpost-relay')
      )
      const launcher = join(people, 'node_modules/.bin/sealpost')
      const words = ['--home', join(people, 'nobody'), 'web', '--port', '0', '--json']
      const sealpost = new ProcessLines([launcher, ...words])
      try {
        const port = /\/tcp\/(\d+)\//.exec(relay.addressText)?.[1] ?? ''
        const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
        assert.match(page, /<title>Sealpost<\/title>/)
        const ready = await sealpost.line((line) => line.includes('"isReady"'))
        const { link } = JSON.parse(ready) as { readonly link: string }
        assert.equal(await (await fetch(link)).text(), page)
      } finally {
        await relay.end('SIGKILL')
        await sealpost.end('SIGKILL')
      }
    })
  })
})
