/** A small build in a folder that is gone afterwards. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

export const PAGE: string = `<!doctype html>${'<p>hello</p>'.repeat(100)}`
export const SCRIPT: string = 'const n = 1\n'.repeat(100)

const RULES: readonly object[] = [
  {
    path: '/*',
    headers: { 'content-security-policy': "default-src 'none'", 'cache-control': 'no-cache' }
  },
  { path: '/assets/*', headers: { 'cache-control': 'immutable' } },
  {
    path: '/assets/worker.js',
    headers: { 'content-security-policy': 'connect-src wss:' },
    onLoopback: { 'content-security-policy': 'connect-src ws:' }
  }
]

export interface WebFolder extends AsyncDisposable {
  readonly path: string
}

/** @param changes Files that are different; undefined where one is missing. */
export async function webFolder(
  changes: Readonly<Record<string, string | undefined>> = {}
): Promise<WebFolder> {
  const path = await mkdtemp(join(tmpdir(), 'sealpost-web-'))
  const files: Readonly<Record<string, string | Uint8Array | undefined>> = {
    'index.html': PAGE,
    'index.html.br': brotliCompressSync(PAGE),
    'index.html.gz': gzipSync(PAGE),
    'assets/page.js': SCRIPT,
    'assets/worker.js': SCRIPT,
    'odd.bin': 'x',
    '.hidden': 'x',
    _headers: '/*',
    'headers.json': JSON.stringify(RULES),
    'release.json': '{}',
    'release-keys.json': '["a key"]',
    ...changes
  }
  for (const [name, content] of Object.entries(files)) {
    if (content !== undefined) {
      await mkdir(dirname(join(path, name)), { recursive: true })
      await writeFile(join(path, name), content)
    }
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
