/** A page in headless Chromium that a test talks to: over HTTP on loopback, without a library in between. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { findChromium } from '../tidy/chromium.ts'
import { ROOT } from '../tidy/tree.ts'

const ENTRY = 'virtual:page'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

/** Answers what a page asks with `ask(name, body)`. */
export type PageAnswers = Readonly<Record<string, (body: unknown) => unknown>>

/**
 * One script of all that `code` imports; its imports are as those of a file in the root of the tree.
 *
 * @param size `small` as an app is built; `readable` with all names.
 */
export async function bundlePage(code: string, size: 'small' | 'readable'): Promise<string> {
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === ENTRY ? join(ROOT, 'virtual-page.ts') : undefined),
        load: (id) => (id === join(ROOT, 'virtual-page.ts') ? code : undefined)
      }
    ],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      minify: size === 'small',
      rolldownOptions: {
        input: ENTRY,
        preserveEntrySignatures: 'strict'
      }
    }
  })
  const outputs = Array.isArray(built) ? built : [built]
  for (const bundled of outputs) {
    const chunk = 'output' in bundled ? bundled.output[0] : undefined
    if (chunk !== undefined) {
      return chunk.code
    }
  }
  throw new Error('nothing was built')
}

/** See the head of this file. The page runs from when it is open until it is closed. */
export class ChromiumPage {
  readonly #server: Server
  readonly #browser: ChildProcess
  readonly #profile: string

  private constructor(server: Server, browser: ChildProcess, profile: string) {
    this.#server = server
    this.#browser = browser
    this.#profile = profile
  }

  /** @param code a module in which `ask(name, body)` calls one of `answers`. */
  static async open(code: string, answers: PageAnswers): Promise<ChromiumPage> {
    const program = findChromium()
    if (program === undefined) {
      throw new Error('there is no Chromium')
    }
    const script = await bundlePage(
      `const ask = async (name, body) => {
        const reply = await fetch('/ask/' + name, { method: 'POST', body: JSON.stringify(body ?? {}) })
        return reply.json()
      }
      ${code}`,
      'readable'
    )
    const server = createServer((request, response) => {
      void answer(request, response, script, answers)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const profile = mkdtempSync(join(tmpdir(), 'sealpost-page-'))
    const place = [`--user-data-dir=${profile}`, `http://127.0.0.1:${String(port)}/`]
    const browser = spawn(program, [...FLAGS, ...place], { stdio: 'ignore' })
    return new ChromiumPage(server, browser, profile)
  }

  async close(): Promise<void> {
    const ended = once(this.#browser, 'exit')
    this.#browser.kill('SIGKILL')
    await ended
    this.#server.closeAllConnections()
    this.#server.close()
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  script: string,
  answers: PageAnswers
): Promise<void> {
  const url = request.url ?? '/'
  if (url === '/') {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>page</title><script type="module" src="/page.js"></script>')
    return
  }
  if (url === '/page.js') {
    response.setHeader('Content-Type', 'text/javascript')
    response.end(script)
    return
  }
  const asked = answers[url.replace('/ask/', '')]
  if (asked === undefined) {
    response.statusCode = 404
    response.end()
    return
  }
  const chunks: Buffer[] = []
  for await (const chunk of request) {
    chunks.push(chunk as Buffer)
  }
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify((await asked(body)) ?? {}))
}
