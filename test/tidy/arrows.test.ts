import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { readManifest, ROOT, trackedFiles, workspaceFolders } from './tree.ts'

interface Report {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly violations: readonly {
      readonly from: string
      readonly rule: { readonly name: string }
    }[]
  }
}

interface ProjectFile {
  readonly references?: readonly { readonly path: string }[]
}

function cruise(folder: string): Report {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const config = join(folder, 'test/tidy/dependency-cruiser.mjs')
  const run = spawnSync(
    process.execPath,
    [program, '--config', config, '--output-type', 'json', 'packages', 'relay', 'web', 'test'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 }
  )
  assert.ok(run.stdout.startsWith('{'), run.stderr)
  return JSON.parse(run.stdout) as Report
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** A tree with every package's manifest and empty doors, two files behind them, and one library. */
function makeEmptyTree(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealpost-arrows-')))
  for (const path of ['tsconfig.json', 'package.json', 'test/tidy/dependency-cruiser.mjs']) {
    write(join(folder, path), readFileSync(join(ROOT, path), 'utf8'))
  }
  for (const workspace of workspaceFolders()) {
    const manifest = readManifest(workspace)
    write(join(folder, workspace, 'package.json'), JSON.stringify(manifest))
    for (const door of Object.values(manifest.exports ?? {})) {
      write(join(folder, workspace, door), 'export {}\n')
    }
    const link = join(folder, 'node_modules', manifest.name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(folder, workspace), link)
  }
  write(join(folder, 'packages/core/src/machine.ts'), '')
  write(join(folder, 'test/tidy/tree.ts'), '')
  write(join(folder, 'node_modules/level/package.json'), '{ "name": "level", "main": "index.js" }')
  write(join(folder, 'node_modules/level/index.js'), '')
  return folder
}

describe('the arrows', function () {
  this.timeout(60_000)

  /** Of the packages here, by their own names: apps are not named after the scope. */
  const folderNames = new Map(
    workspaceFolders().map((folder) => [readManifest(folder).name, basename(folder)])
  )

  it('hold, and every file was read to say so', () => {
    const { modules, summary } = cruise(ROOT)
    assert.deepEqual(summary.violations, [])
    const read = new Set(modules.map((module) => module.source))
    const unread = trackedFiles().filter(
      (path) =>
        /^(packages\/[^/]+|relay|web)\/(src|test|bench|bin)\/.*\.(tsx?|js)$|^test\/.*\.(ts|mjs)$/.test(
          path
        ) && !read.has(path)
    )
    assert.deepEqual(unread, [])
  })

  it('are the same in manifests and compiler projects', () => {
    for (const folder of workspaceFolders()) {
      const text = readFileSync(join(ROOT, folder, 'tsconfig.json'), 'utf8')
      const { references = [] } = JSON.parse(text) as ProjectFile
      const referred = references.map(({ path }) => readManifest(join(folder, path)).name).sort()
      const named = Object.keys(readManifest(folder).dependencies ?? {})
      const ours = named.filter((name) => folderNames.has(name)).sort()
      assert.deepEqual(referred, ours, folder)
    }
  })

  it('are the same on the map', () => {
    const map = readFileSync(join(ROOT, 'packages/README.md'), 'utf8')
    for (const folder of workspaceFolders()) {
      const row = new RegExp(`^\\| \\x60${basename(folder)}\\x60 +\\|([^|]*)\\|`, 'm').exec(map)
      const drawn = [...(row?.[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1])
      const named = Object.keys(readManifest(folder).dependencies ?? {})
      const ours = named.flatMap((name) => folderNames.get(name) ?? [])
      assert.deepEqual(drawn.sort(), ours.sort(), folder)
    }
  })

  const forbidden: readonly (readonly [file: string, line: string, rule: string])[] = [
    [
      'packages/protocol/src/up.ts',
      "import '@sealpost/core'",
      'protocol-imports-only-what-is-below'
    ],
    ['packages/core/src/up.ts', "import '@sealpost/host'", 'core-imports-only-what-is-below'],
    ['packages/core/src/fs.ts', "import 'node:fs'", 'core-knows-no-platform'],
    ['packages/client/src/fs.ts', "import 'node:fs'", 'client-knows-no-platform'],
    ['packages/core/src/level.ts', "import 'level'", 'core-imports-only-what-is-below'],
    [
      'packages/storage-level/src/sideways.ts',
      "import '@sealpost/transport-libp2p'",
      'storage-level-imports-only-what-is-below'
    ],
    [
      'packages/client/src/adapter.ts',
      "import '@sealpost/storage-level'",
      'client-imports-only-what-is-below'
    ],
    [
      'packages/client/src/test-door.ts',
      "import '@sealpost/host/testing'",
      'client-imports-only-what-is-below'
    ],
    ['relay/src/crypto.ts', "import '@sealpost/crypto'", 'relay-imports-only-what-is-below'],
    [
      'relay/src/window.ts',
      "import '../../packages/core/src/machine.ts'",
      'relay-imports-only-what-is-below'
    ],
    [
      'relay/src/from-test.ts',
      "import '../../test/tidy/tree.ts'",
      'relay-imports-only-what-is-below'
    ],
    [
      'packages/host/test/window.ts',
      "import '../../core/src/machine.ts'",
      'tests-enter-other-packages-by-a-door'
    ],
    ['packages/core/src/lost.ts', "import './nowhere.ts'", 'what-is-imported-exists'],
    ['packages/core/src/circle.ts', "import './circle.ts'", 'no-circles'],
    ['packages/unmapped/src/index.ts', "import '@sealpost/core'", 'every-package-has-its-arrows']
  ]

  const allowed: readonly (readonly [file: string, line: string])[] = [
    ['packages/core/src/down.ts', "import '@sealpost/protocol'"],
    ['packages/storage-level/src/level.ts', "import 'level'"],
    ['packages/storage-level/src/fs.ts', "import 'node:fs'"],
    ['packages/core/test/doors.ts', "import '@sealpost/host/testing'\nimport '../src/index.ts'"],
    ['test/e2e/doors.ts', "import '@sealpost/client'"]
  ]

  it('notice what breaks them, and nothing else', () => {
    const folder = makeEmptyTree()
    try {
      for (const [file, line] of [...allowed, ...forbidden]) write(join(folder, file), `${line}\n`)
      const found = cruise(folder).summary.violations.map(
        ({ from, rule }) => `${from}: ${rule.name}`
      )
      const expected = forbidden.map(([file, , rule]) => `${file}: ${rule}`)
      assert.deepEqual(found.sort(), expected.sort())
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
