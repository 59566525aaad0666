import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readManifest, ROOT, trackedFiles, workspaceFolders } from './tree.ts'

const FILE_LINES_MAX = 600
const VAGUE_NAME = /^(utils?|common|helpers?|misc|types)(\.|$)/
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/
const CODE = /\.(ts|tsx|mts|mjs|js|css|html|proto)$/
const GENERATED = /(^|\/)gen\//

const files = trackedFiles()
const code = files.filter((path) => CODE.test(path) && !GENERATED.test(path))

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The lines of all text files that match, as `path:line`. */
function linesThatMatch(pattern: RegExp): readonly string[] {
  return files.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : []))
  )
}

describe('the tree', () => {
  it('is read at all', () => {
    assert.ok(files.includes('package.json'))
    assert.ok(code.length > 50, `${code.length} files of code`)
  })

  it('has no file that is more than one idea long', () => {
    const long = code.filter((path) => read(path).split('\n').length - 1 > FILE_LINES_MAX)
    assert.deepEqual(long, [])
  })

  it('has no room for what has no home', () => {
    const vague = files.filter((path) => path.split('/').some((part) => VAGUE_NAME.test(part)))
    assert.deepEqual(vague, [])
  })

  it('names files of code in kebab case', () => {
    const named = code.filter((path) => !KEBAB_CASE.test(basename(path)))
    assert.deepEqual(named, [])
  })

  it('keeps every test in a file that a test run reads', () => {
    const unread = code.filter(
      (path) => !/\.(test|slow)\.ts$/.test(path) && /^describe\(/m.test(read(path))
    )
    assert.deepEqual(unread, [])
  })

  it('keeps tests apart from what is shipped', () => {
    const astray = code.filter((path) => /(^|\/)src\/.*\.(test|slow)\.ts$/.test(path))
    assert.deepEqual(astray, [])
  })

  it('knows no machine it was written on', () => {
    assert.deepEqual(linesThatMatch(/\/(work\/(main|shared|[.]library)|root|farm)\//), [])
  })

  it('names no package registry', () => {
    const hosts = /registry\.(npmjs\.org|yarnpkg\.com)|npmmirror\.com|deb\.debian\.org/
    assert.deepEqual(linesThatMatch(hosts), [])
    assert.doesNotMatch(read('package-lock.json'), /"resolved": "https?:/)
  })

  it('has no conflict left in it', () => {
    assert.deepEqual(linesThatMatch(/^(<{7}|>{7}) /), [])
  })
})

describe('every package', () => {
  const root = readManifest('.')

  for (const folder of workspaceFolders()) {
    const manifest = readManifest(folder)

    it(`${folder} says what it is`, () => {
      assert.ok(existsSync(join(ROOT, folder, 'README.md')), 'a README for its readers')
      assert.match(manifest.description ?? '', /\S/)
    })

    it(`${folder} is private, of one version and under the license of the repository`, () => {
      assert.equal(manifest.private, true)
      assert.equal(manifest.type, 'module')
      assert.equal(manifest.version, root.version)
      assert.equal(manifest.license, root.license)
    })

    it(`${folder} pins what it depends on`, () => {
      const all = { ...manifest.dependencies, ...manifest.devDependencies }
      const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
      assert.deepEqual(loose, [])
    })

    it(`${folder} has doors and commands that exist`, () => {
      const named = [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})]
      const missing = named.filter((path) => !existsSync(join(ROOT, folder, path)))
      assert.deepEqual(missing, [])
    })
  }

  it('stands on the map', () => {
    const map = read('packages/README.md')
    const missing = workspaceFolders().filter((folder) => !map.includes(basename(folder)))
    assert.deepEqual(missing, [])
  })

  it('is one license text away from a reader', () => {
    assert.match(read('LICENSE'), /GNU AFFERO GENERAL PUBLIC LICENSE\n\s+Version 3/)
    assert.equal(root.license, 'AGPL-3.0-only')
  })
})
