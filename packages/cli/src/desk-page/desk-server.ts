/**
 * Serves the desk's page to browsers of this machine, and answers what it asks.
 *
 * ```
 *   GET             the page's files
 *   POST /session   { "ticket" } -> { "token" }, once for each ticket
 *   POST /api/NAME  a JSON object, with the token -> { "answer": ... } or { "error": { "code" } }
 * ```
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Clock } from '@sealpost/host'
import { ConfigError, isSealpostError, UsageError } from '@sealpost/protocol'
import { isLoopbackHost, serveWebClient, type WebClient } from '@sealpost/web-files'
import { sentences } from '../sentences.ts'
import type { DeskHandlers } from './desk-calls.ts'
import { PageSessions } from './page-sessions.ts'

const HOST = '127.0.0.1'
/** A text has 10,000 bytes at most, and JSON may write each in six. */
const BODY_BYTES_MAX = 128 * 1024
const HEAD_BYTES_MAX = 8 * 1024
/** A request must have come within. */
const REQUEST_MS = 10_000
const CONNECTIONS_MAX = 64

export interface DeskServerOptions {
  readonly page: WebClient
  readonly handlers: DeskHandlers
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Something failed that is a bug of ours, or of the machine. */
  readonly onFailure: (error: unknown) => void
}

export class DeskServer {
  readonly #options: DeskServerOptions
  readonly #sessions: PageSessions
  readonly #files: ReturnType<typeof serveWebClient>
  readonly #server: Server
  #port = 0

  private constructor(options: DeskServerOptions) {
    this.#options = options
    this.#sessions = new PageSessions(options.clock)
    this.#files = serveWebClient(options.page, { relays: () => [] })
    this.#server = createServer(
      { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, maxHeaderSize: HEAD_BYTES_MAX },
      (request, response) => {
        void this.#answer(request, response)
      }
    )
    this.#server.maxConnections = CONNECTIONS_MAX
  }

  /** @param port 0 for any that is free @throws ConfigError `SEALPOST_LISTEN_FAILED` */
  static async listen(options: DeskServerOptions, port: number): Promise<DeskServer> {
    const desk = new DeskServer(options)
    try {
      desk.#server.listen(port, HOST)
      await once(desk.#server, 'listening')
    } catch (cause) {
      throw new ConfigError('SEALPOST_LISTEN_FAILED', sentences.desk.portTaken(port), { cause })
    }
    const address = desk.#server.address()
    desk.#port = typeof address === 'object' && address ? address.port : port
    return desk
  }

  /** Opens the page in one browser, once, within ten minutes. */
  newLink(): string {
    return `http://${HOST}:${String(this.#port)}/#ticket=${this.#sessions.issue()}`
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split(/[?#]/)
    if (!isFromHere(request)) {
      send(response, 403, { error: { code: 'forbidden' } })
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      this.#sendFile(path, request, response)
    } else if (request.method === 'POST') {
      const { status, body } = await this.#reply(path, request, response)
      send(response, status, body)
    } else {
      send(response, 405, { error: { code: 'not-allowed' } })
    }
  }

  #sendFile(path: string, request: IncomingMessage, response: ServerResponse): void {
    if (this.#options.page.files.has(path)) {
      this.#files(request, response)
    } else {
      send(response, 404, { error: { code: 'not-found' } })
    }
  }

  async #reply(
    path: string,
    request: IncomingMessage,
    response: ServerResponse
  ): Promise<{ readonly status: number; readonly body: object }> {
    try {
      return path === '/session'
        ? await this.#begin(request)
        : await this.#call(path, request, response)
    } catch (error) {
      if (isSealpostError(error) && error.code !== 'SEALPOST_BUG') {
        return failed(400, error.code)
      }
      // Who went away before all was said is no failure of ours.
      if (!response.closed) {
        this.#options.onFailure(error)
      }
      return failed(500, 'SEALPOST_BUG')
    }
  }

  async #begin(
    request: IncomingMessage
  ): Promise<{ readonly status: number; readonly body: object }> {
    const { ticket } = await readBody(request)
    const token = typeof ticket === 'string' ? this.#sessions.begin(ticket) : undefined
    return token === undefined ? failed(401, 'unauthorized') : { status: 200, body: { token } }
  }

  async #call(
    path: string,
    request: IncomingMessage,
    response: ServerResponse
  ): Promise<{ readonly status: number; readonly body: object }> {
    const [, token = ''] = /^Bearer ([\w-]{1,128})$/.exec(request.headers.authorization ?? '') ?? []
    if (!this.#sessions.isSession(token)) {
      return failed(401, 'unauthorized')
    }
    const name = path.startsWith('/api/') ? path.slice('/api/'.length) : ''
    const { handlers } = this.#options
    if (!isCall(handlers, name)) {
      return failed(404, 'not-found')
    }
    const gone = new AbortController()
    response.once('close', () => {
      gone.abort()
    })
    return {
      status: 200,
      body: { answer: await handlers[name](await readBody(request), gone.signal) }
    }
  }
}

function isCall(handlers: DeskHandlers, name: string): name is keyof DeskHandlers {
  return Object.hasOwn(handlers, name)
}

function failed(status: number, code: string): { readonly status: number; readonly body: object } {
  return { status, body: { error: { code } } }
}

/** Whether a browser of this machine asks, by a name of this machine, not for somebody else, and from no other page. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const { forwarded, host = '', origin } = headers
  const isForwarded = headers['x-forwarded-for'] !== undefined || forwarded !== undefined
  const isSame = origin === undefined || origin === `http://${host}`
  return isLoopbackHost(host) && !isForwarded && isSame
}

/** @throws UsageError `SEALPOST_USAGE` for what is too much, or no JSON */
async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) {
      throw new UsageError('SEALPOST_USAGE')
    }
    chunks.push(chunk)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return typeof value === 'object' && value ? { ...value } : {}
  } catch (cause) {
    throw new UsageError('SEALPOST_USAGE', undefined, { cause })
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff'
  })
  response.end(text)
}
