/** What follows once the web client is bundled: integrity of every script, headers, and what travels compressed. */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { writeRelease } from './web-release.ts'
import { headerRules, headersFile, metaPolicy } from './web-headers.ts'

const COMPRESSED: readonly string[] = ['.css', '.html', '.js', '.json', '.svg', '.webmanifest']
/** Smaller files gain nothing. */
const COMPRESSED_BYTES_MIN = 512

const compressions = {
  br: (bytes: Uint8Array) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length
      }
    }),
  gz: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION })
}

/** All files below a folder, as paths of a URL. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .map((path) => `/${path.split(sep).join('/')}`)
    .sort()
}

/** What is known of a build beside its files. */
export interface BuildFacts {
  readonly version: string
  /** Paths of what the page itself may import. */
  readonly pageScripts: readonly string[]
  /** Public keys of whose releases the service worker takes. */
  readonly keys: readonly string[]
}

export async function finishWeb(
  folder: string,
  { version, pageScripts, keys }: BuildFacts
): Promise<void> {
  const paths = await listFiles(folder)
  const integrity = new Map<string, string>()
  for (const path of paths.filter((path) => /\.(?:js|css)$/.test(path))) {
    integrity.set(path, hashOf('sha384', await readFile(join(folder, path))))
  }
  const importMap = JSON.stringify({
    integrity: Object.fromEntries(pageScripts.map((path) => [path, integrity.get(path)]))
  })
  const importMapHash = hashOf('sha256', importMap)
  const index = join(folder, 'index.html')
  const page = await readFile(index, 'utf8')
  await writeFile(index, withIntegrity(page, integrity, importMap, metaPolicy(importMapHash)))

  const rules = headerRules({ importMapHash, worker: onlyWorker(paths) })
  await writeFile(join(folder, '_headers'), headersFile(rules))
  await writeRelease(folder, version, paths)
  // Not served: for who compares releases of other hosts with this build.
  await writeFile(join(folder, 'release-keys.json'), `${JSON.stringify(keys)}\n`)
  await Promise.all(paths.map((path) => compress(join(folder, path))))
  // The last of all: a folder without it is no build, and a relay that starts meanwhile serves none.
  await writeFile(join(folder, 'headers.json'), `${JSON.stringify(rules, undefined, 2)}\n`)
}

function hashOf(algorithm: 'sha256' | 'sha384', content: string | Uint8Array): string {
  return `${algorithm}-${createHash(algorithm).update(content).digest('base64')}`
}

/** The rules come before all that they hold for. */
function withIntegrity(
  page: string,
  integrity: ReadonlyMap<string, string>,
  importMap: string,
  policy: string
): string {
  const named = page.replace(/ (?:src|href)="([^"]+)"/g, (attribute, path: string) => {
    const hash = integrity.get(path)
    return hash === undefined ? attribute : `${attribute} integrity="${hash}"`
  })
  const first = [
    `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    `<script type="importmap">${importMap}</script>`
  ]
  const finished = named.replace(/<meta charset="utf-8" \/>/, (charset) =>
    [charset, ...first].join('\n    ')
  )
  if (finished === named) throw new Error('index.html does not begin as expected')
  return finished
}

function onlyWorker(paths: readonly string[]): string {
  const [worker, other] = paths.filter((path) => /^\/assets\/worker-[^/]{8}\.js$/.test(path))
  if (worker === undefined || other !== undefined) throw new Error('the build has one worker')
  return worker
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path)
  if (!COMPRESSED.includes(extname(path)) || bytes.length < COMPRESSED_BYTES_MIN) return
  await Promise.all(
    Object.entries(compressions).map(async ([end, run]) => {
      await writeFile(`${path}.${end}`, await run(bytes))
    })
  )
}
