/** Builds the web client into `web/dist`: for the relay that serves it, for tests in a browser, and for what people install. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { finishWeb, listFiles } from './finish-web.ts'
import { readManifest, ROOT } from './tree.ts'

/** Where the build is. */
export const WEB_DIST: string = join(ROOT, 'web/dist')

const TARGET = 'es2022'

/** What can differ between builds of the same sources. */
export interface WebBuild {
  /** Where it goes. */
  readonly folder?: string
  /** Public keys of whose releases the service worker takes, as base64url; those of `web/release-keys.json` if not given. */
  readonly keys?: readonly string[]
}

export async function buildWeb({ folder = WEB_DIST, keys }: WebBuild = {}): Promise<void> {
  await rm(join(folder, 'headers.json'), { force: true })
  const pageScripts = await buildPages(folder)
  const pinned = keys ?? (await readKeys())
  await buildServiceWorker(folder, pinned)
  await finishWeb(folder, { version: readManifest('web').version, pageScripts, keys: pinned })
}

async function readKeys(): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, 'web/release-keys.json'), 'utf8')
  return JSON.parse(text) as readonly string[]
}

/** @returns paths of what the pages may import. */
async function buildPages(folder: string): Promise<readonly string[]> {
  const built = await build({
    root: join(ROOT, 'web'),
    configFile: false,
    logLevel: 'warn',
    oxc: { jsx: { importSource: 'preact' } },
    define: { 'import.meta.env.SEALPOST_VERSION': JSON.stringify(await webVersion()) },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: TARGET,
      cssTarget: TARGET,
      modulePreload: false,
      // Nothing is a `data:` address: the page allows none for scripts and styles.
      assetsInlineLimit: 0,
      rolldownOptions: { checks: { bundlerTimings: false } }
    },
    worker: { format: 'es' }
  })
  if (Array.isArray(built) || !('output' in built)) throw new Error('one build has one output')
  const chunks = built.output.filter((part) => part.type === 'chunk')
  return chunks.map(({ fileName }) => `/${fileName}`)
}

/** One script, at the root: it stands before every page. */
async function buildServiceWorker(folder: string, keys: readonly string[]): Promise<void> {
  await build({
    root: join(ROOT, 'web'),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { RELEASE_KEYS: JSON.stringify(keys) },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: TARGET,
      modulePreload: false,
      rolldownOptions: {
        input: 'src/service-worker.ts',
        output: { format: 'iife', entryFileNames: 'service-worker.js' }
      }
    }
  })
}

async function webVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'web/package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest && 'version' in manifest
    ? String(manifest.version)
    : ''
}

/** What travels to someone who opens the client for the first time, in bytes, at the best compression. */
export interface WebSizes {
  /** Until something is on the screen. */
  readonly firstPaint: number
  readonly all: number
}

export async function measureWeb(folder: string = WEB_DIST): Promise<WebSizes> {
  const paths = await listFiles(folder)
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  const sizes = new Map<string, number>()
  for (const path of paths) {
    const [name = '', encoding = ''] = /^(.*?)(\.br|\.gz)?$/.exec(path)?.slice(1) ?? []
    const { length } = await readFile(join(folder, path))
    if (encoding !== '.gz') sizes.set(name, Math.min(length, sizes.get(name) ?? length))
  }
  const sum = (some: readonly string[]): number =>
    some.reduce((total, path) => total + (sizes.get(path) ?? 0), 0)
  const critical = [...sizes.keys()].filter(
    (path) => path === '/index.html' || page.includes(`"${path}" integrity=`)
  )
  return { firstPaint: sum(critical), all: sum([...sizes.keys()]) }
}

if (import.meta.main) {
  process.stdout.write('Building the web client: ')
  await buildWeb()
  const { firstPaint, all } = await measureWeb()
  const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`
  console.log(`${kilobytes(firstPaint)} to its first picture, ${kilobytes(all)} in all.`)
}
