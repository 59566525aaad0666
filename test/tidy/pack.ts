import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { build, type Rolldown } from 'vite'
import { buildDashboard } from './build-dashboard.ts'
import { buildDeskPage } from './build-desk-page.ts'
import { buildWeb } from './build-web.ts'
import { type Manifest, readManifest, ROOT, workspaceFolders } from './tree.ts'

/** What people install: one tarball an app. */
const APPS = ['packages/cli', 'packages/simulator', 'relay']

/** Folders of an app that its operators need as they are. */
const EXTRAS = ['install', 'observability']

/** Where the tarballs go, and below it the folders they are made of. */
const OUT = join(ROOT, 'out')

/** The web client, which the command and the relay bring and serve. */
const WEB = join(OUT, 'web')

/** The operator's page, which the relay brings. */
const DASHBOARD = join(OUT, 'dashboard')

/** The desk's page, which the command brings. */
const DESK_PAGE = join(OUT, 'desk-page')

/** The oldest Node that what we build runs on; the launchers ask for the same. */
const NODE_VERSION_MIN = '22.18'

/** Builds an app and all of our packages in it into `folder`; outside libraries stay imports. */
async function bundle(app: string, folder: string): Promise<readonly Rolldown.OutputChunk[]> {
  const output = await build({
    root: join(ROOT, app),
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: 'src/main.ts',
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      target: `node${NODE_VERSION_MIN}`,
      rolldownOptions: { output: { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' } }
    }
  })
  if (Array.isArray(output) || !('output' in output)) throw new Error('one build has one output')
  return output.output.filter((part) => part.type === 'chunk')
}

/** The library that an import names: `@noble/hashes` of `@noble/hashes/sha2.js`. */
function libraryOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** The outside libraries that built code imports, each with the version that our manifests pin. */
function dependenciesOf(chunks: readonly Rolldown.OutputChunk[]): Record<string, string> {
  const pinned = new Map(
    workspaceFolders().flatMap((folder) => Object.entries(readManifest(folder).dependencies ?? {}))
  )
  const ownFiles = new Set(chunks.map((chunk) => chunk.fileName))
  const specifiers = chunks
    .flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports])
    .filter((specifier) => !ownFiles.has(specifier) && !isBuiltin(specifier))
  const libraries = [...new Set(specifiers.map(libraryOf))].sort()
  return Object.fromEntries(
    libraries.map((library) => {
      const version = pinned.get(library)
      if (version === undefined) throw new Error(`no package.json pins ${library}`)
      return [library, version]
    })
  )
}

/** Outside code must come from its own package, so that its fixes and its license do too. */
function assertNothingForeign(chunks: readonly Rolldown.OutputChunk[]): void {
  const foreign = chunks
    .flatMap((chunk) => chunk.moduleIds)
    .filter((id) => id.includes('/node_modules/'))
  if (foreign.length > 0) throw new Error(`bundled outside code: ${foreign.join(', ')}`)
}

function writeManifest(
  folder: string,
  manifest: Manifest,
  chunks: readonly Rolldown.OutputChunk[]
): void {
  const { name, version, type, license, description, bin } = manifest
  const engines = { node: `>=${NODE_VERSION_MIN}` }
  const dependencies = dependenciesOf(chunks)
  const shipped = {
    name,
    version,
    private: true,
    type,
    license,
    description,
    bin,
    engines,
    dependencies
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(shipped, undefined, 2)}\n`)
}

/** Tarballs that somebody put beside the Containerfile are no part of what is packed. */
function isNoTarball(path: string): boolean {
  return !path.endsWith('.tgz')
}

/** The guides for operators: what alerts, alarms and `--help` name is at hand where the relay is. */
function copyGuides(folder: string): void {
  const docs = join(ROOT, 'docs')
  mkdirSync(join(folder, 'docs'))
  for (const name of readdirSync(docs).filter((file) => file.startsWith('operators-'))) {
    const page = readFileSync(join(docs, name), 'utf8')
    writeFileSync(join(folder, 'docs', name), page.replaceAll('](../relay/', '](../'))
  }
  const readme = join(folder, 'README.md')
  writeFileSync(
    readme,
    readFileSync(readme, 'utf8').replaceAll('](../docs/operators-', '](docs/operators-')
  )
}

/** Makes the folder of what an app ships, and a tarball of it. */
async function pack(app: string): Promise<void> {
  const manifest = readManifest(app)
  const folder = join(OUT, manifest.name)
  rmSync(folder, { recursive: true, force: true })
  const chunks = await bundle(app, join(folder, 'dist'))
  assertNothingForeign(chunks)
  writeManifest(folder, manifest, chunks)
  if (app !== 'packages/simulator') cpSync(WEB, join(folder, 'web'), { recursive: true })
  if (app === 'relay') cpSync(DASHBOARD, join(folder, 'dashboard'), { recursive: true })
  if (app === 'packages/cli') cpSync(DESK_PAGE, join(folder, 'desk-page'), { recursive: true })
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  copyFileSync(join(ROOT, app, 'README.md'), join(folder, 'README.md'))
  if (app === 'relay') copyGuides(folder)
  for (const extra of EXTRAS.filter((name) => existsSync(join(ROOT, app, name)))) {
    cpSync(join(ROOT, app, extra), join(folder, extra), { recursive: true, filter: isNoTarball })
  }
  for (const launcher of Object.values(manifest.bin ?? {})) {
    const path = join(folder, launcher)
    mkdirSync(dirname(path), { recursive: true })
    copyFileSync(join(ROOT, app, launcher), path)
    chmodSync(path, 0o755)
  }
  const npm = process.env['npm_execpath']
  const [program, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm]
  execFileSync(
    program,
    [...first, 'pack', '--silent', '--ignore-scripts', '--pack-destination', OUT],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit']
    }
  )
  console.log(`out/${manifest.name}-${manifest.version}.tgz`)
}

await buildWeb({ folder: WEB })
await buildDashboard(DASHBOARD)
await buildDeskPage(DESK_PAGE)
for (const app of APPS) await pack(app)
