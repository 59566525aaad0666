/**
 * A built web client, all of it in memory: some 2 MB, so that answering never touches the disk. A relay under attack has no file
 * descriptors to spare, a build that is replaced while it is served is not served by halves, and no path leads out of a folder.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { ConfigError } from '@sealpost/protocol'
import { KEYS_FILE } from './built-release.ts'

const FILES_MAX = 500
const BYTES_MAX = 64 * 1024 * 1024

/** Written by the build: which headers what is answered with. */
const HEADERS_FILE = 'headers.json'
/** For hosts of files that read them, and for nobody else. */
const NOT_SERVED: readonly string[] = [HEADERS_FILE, KEYS_FILE, '_headers']

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8'
}
const UNKNOWN_TYPE = 'application/octet-stream'

/** How an answer may be compressed, the best one first, and how the file with it ends. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz']
] as const

/** Names in lower case. */
export type Headers = Readonly<Record<string, string>>

/** The bytes of a file, as they are or compressed. */
export interface Variant {
  /** As `content-encoding` names it; undefined for the bytes as they are. */
  readonly encoding: string | undefined
  readonly bytes: Uint8Array
  readonly etag: string
}

export interface WebFile {
  /** The smallest first; the last is the file as it is. */
  readonly variants: readonly Variant[]
  readonly headers: Headers
  /** Instead, where the page is served from the machine it runs on. */
  readonly loopbackHeaders: Headers
}

/** A web client that can be served. */
export interface WebClient {
  /** By path: `/`, `/assets/index-….js`. */
  readonly files: ReadonlyMap<string, WebFile>
  /** What paths of no file are answered with. */
  readonly headers: Headers
}

/** Headers for one path, or for all below one: `/assets/*`. Later rules win. */
interface Rule {
  readonly path: string
  readonly headers: Headers
  readonly onLoopback?: Headers | undefined
}

/**
 * Reads a build.
 *
 * @throws ConfigError `SEALPOST_CONFIG_INVALID` where the folder is none, or cannot be read.
 */
export async function loadWebClient(folder: string): Promise<WebClient> {
  const bytes = await readAll(folder)
  const rules = parseRules(bytes.get(`/${HEADERS_FILE}`))
  if (rules === undefined || !bytes.has('/index.html')) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${folder} holds no built web client; in a checkout, npm run build:web makes one in web/dist.`
    )
  }
  const files = new Map<string, WebFile>()
  for (const [path, content] of bytes) {
    if (!ENCODINGS.some(([, end]) => path.endsWith(end)) && !NOT_SERVED.includes(path.slice(1))) {
      const file = fileOf(path, content, bytes, rules)
      files.set(path, file)
      if (path === '/index.html') {
        files.set('/', file)
      }
    }
  }
  return { files, headers: headersFor('/', rules, false) }
}

async function readAll(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>()
  let total = 0
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    for (const path of paths) {
      const content = await readFile(path)
      total += content.length
      if (contents.size >= FILES_MAX || total > BYTES_MAX) {
        throw tooLarge(folder)
      }
      contents.set(`/${relative(folder, path).split(sep).join('/')}`, content)
    }
  } catch (cause) {
    throw cause instanceof ConfigError ? cause : unreadable(folder, cause)
  }
  return contents
}

function tooLarge(folder: string): ConfigError {
  return new ConfigError(
    'SEALPOST_CONFIG_INVALID',
    `${folder} holds no built web client: there is more in it than one can have.`
  )
}

function unreadable(folder: string, cause: unknown): ConfigError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  return new ConfigError(
    'SEALPOST_CONFIG_INVALID',
    `The web client in ${folder} cannot be read (${code}).`,
    { cause }
  )
}

function fileOf(
  path: string,
  content: Uint8Array,
  all: ReadonlyMap<string, Uint8Array>,
  rules: readonly Rule[]
): WebFile {
  const type = { 'content-type': TYPES[extname(path)] ?? UNKNOWN_TYPE }
  const compressed = ENCODINGS.flatMap(([encoding, end]) => {
    const bytes = all.get(`${path}${end}`)
    return bytes === undefined ? [] : [variantOf(bytes, encoding)]
  })
  return {
    variants: [...compressed, variantOf(content, undefined)],
    headers: { ...type, ...headersFor(path, rules, false) },
    loopbackHeaders: { ...type, ...headersFor(path, rules, true) }
  }
}

function variantOf(bytes: Uint8Array, encoding: string | undefined): Variant {
  const hash = createHash('sha256').update(bytes).digest('base64url')
  return { encoding, bytes, etag: `"${hash}"` }
}

function headersFor(path: string, rules: readonly Rule[], isLoopback: boolean): Headers {
  const ours = rules.filter(
    (rule) =>
      rule.path === path || (rule.path.endsWith('/*') && path.startsWith(rule.path.slice(0, -1)))
  )
  return Object.assign(
    {},
    ...ours.map(({ headers, onLoopback }) => (isLoopback ? { ...headers, ...onLoopback } : headers))
  ) as Headers
}

function parseRules(bytes: Uint8Array | undefined): readonly Rule[] | undefined {
  if (bytes === undefined) {
    return undefined
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isRuleList(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRuleList(value: unknown): value is readonly Rule[] {
  return Array.isArray(value) && value.every(isRule)
}

function isRule(value: unknown): value is Rule {
  return (
    typeof value === 'object' &&
    value instanceof Object &&
    'path' in value &&
    typeof value.path === 'string' &&
    'headers' in value &&
    isHeaders(value.headers) &&
    (!('onLoopback' in value) || isHeaders(value.onLoopback))
  )
}

/** What HTTP can carry, so that a damaged file is refused when it is read and not at each request. */
function isHeaders(value: unknown): value is Headers {
  return (
    value instanceof Object &&
    Object.entries(value).every(
      ([name, text]) => /^[a-z-]+$/.test(name) && typeof text === 'string' && /^[ -~]+$/.test(text)
    )
  )
}
