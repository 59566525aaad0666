/**
 * What answers whoever runs the relay: HTTP on a socket in the data directory, which only its owner can open, and on a loopback port
 * for the dashboard and for Prometheus.
 *
 * ```
 *   socket   --------------------------------------> every role
 *   loopback --Host of this machine, no proxy--> token --> the token's role
 *                                            `--> pages and figures that need none
 *
 *   POST /api/NAME%20OF%20CALL  a JSON object -> { "answer": ... } or { "error": { "code", "message" } }
 *   POST /session   { "ticket" } -> { "token" }, once for each ticket
 *   GET             pages and figures
 * ```
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { chmod } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { AddressInfo, ListenOptions } from 'node:net'
import {
  type CallAnswers,
  callName,
  type CallName,
  CALLS,
  type Caller,
  isOperatorError,
  mayCall,
  OperatorError,
  type ParamRow,
  ParamValues
} from '@sealpost/operator'
import { isSealpostError, UsageError } from '@sealpost/protocol'
import { isLoopbackHost } from '@sealpost/web-files'

/** Bytes that may be said with a call. */
const BODY_BYTES_MAX = 64 * 1024
const HEAD_BYTES_MAX = 8 * 1024
/** A request must have come within. */
const REQUEST_MS = 10_000
const CONNECTIONS_MAX = 64
/** How long answers are waited for when closing. */
const CLOSE_MS = 2_000

/** What does a call. Whatever it throws is told, if it is one of our errors. */
export type CallHandler<Name extends CallName> = (
  params: ParamValues,
  caller: Caller
) => CallAnswers[Name] | Promise<CallAnswers[Name]>

/** Who does what: one for each call. */
export type CallHandlers = { readonly [Name in CallName]: CallHandler<Name> }

/** What somebody changed, or was not able to. */
export interface Change {
  readonly name: CallName
  readonly caller: Caller
  readonly params: ParamValues
  /** The code of why it was not done. */
  readonly failure: string | undefined
  /** The `id` of what came of it, where the answer has one. */
  readonly about: string | undefined
}

export interface OperatorServerOptions {
  readonly handlers: CallHandlers
  /** Whom a bearer token stands for; undefined where it stands for nobody. */
  readonly callerOf: (token: string) => Caller | undefined
  /** Somebody showed a token that stands for nobody. @returns false where they are not to be answered */
  readonly onWrongToken: () => Promise<boolean>
  /** Takes the ticket of a link. @returns the token of a session; undefined for what is no ticket */
  readonly beginSession: (ticket: string) => string | undefined
  /** A call that changes something was done, or failed. The answer waits until this resolves. */
  readonly onChange: (change: Change) => Promise<void>
  /** Something failed that is a bug of ours, or of the machine. */
  readonly onFailure: (name: CallName, error: unknown) => void
  /** Answers a GET that is no call. @returns false where there is nothing of that path */
  readonly onPage: (
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller | undefined
  ) => boolean
}

/** Listens for whoever runs the relay. */
export class OperatorServer {
  readonly #options: OperatorServerOptions
  readonly #servers: Server[] = []
  /** Calls whose answers are not out yet; none of these fails. */
  readonly #answering = new Set<Promise<void>>()

  constructor(options: OperatorServerOptions) {
    this.#options = options
  }

  /** Listens on a socket for its owner alone. @throws Error where there can be none. */
  async listenOnSocket(path: string): Promise<void> {
    await this.#listen({ path }, () => OWNER)
    await chmod(path, 0o600)
  }

  /** Listens on a port of this machine. @throws Error as Node has it, where the port is in use. */
  async listenOnPort(host: string, port: number): Promise<AddressInfo> {
    const server = await this.#listen({ host, port }, (request) => this.#callerOf(request), true)
    return server.address() as AddressInfo
  }

  /** Does a call of this process itself. @throws as the call */
  async call<Name extends CallName>(
    name: Name,
    given: object,
    caller: Caller
  ): Promise<CallAnswers[Name]> {
    return (await this.#do(name, given, caller)) as CallAnswers[Name]
  }

  /** Ends every connection, after the answers that are on their way, which are waited for 2 s. */
  async close(): Promise<void> {
    const answered = Promise.all(this.#answering)
    await Promise.race([answered, setTimeout(CLOSE_MS, undefined, { ref: false })])
    await Promise.all(
      this.#servers.splice(0).map(async (server) => {
        const closed = Promise.withResolvers<undefined>()
        server.close(() => {
          closed.resolve(undefined)
        })
        server.closeAllConnections()
        await closed.promise
      })
    )
  }

  async #listen(
    options: ListenOptions,
    callerOf: (request: IncomingMessage) => Caller | undefined,
    isPort = false
  ): Promise<Server> {
    const server = createServer(
      { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, maxHeaderSize: HEAD_BYTES_MAX },
      (request, response) => {
        if (isPort && !isFromHere(request)) {
          send(response, 403, 'Only this machine is answered here, and no proxy.\n')
          return
        }
        void this.#admit(request, response, callerOf(request))
      }
    )
    server.maxConnections = CONNECTIONS_MAX
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    server.once('error', reject)
    server.listen(options, () => {
      resolve(undefined)
    })
    await promise
    server.off('error', reject)
    this.#servers.push(server)
    return server
  }

  #callerOf({ headers }: IncomingMessage): Caller | undefined {
    const [, token] = /^Bearer ([\w-]{1,128})$/.exec(headers.authorization ?? '') ?? []
    return token === undefined ? undefined : this.#options.callerOf(token)
  }

  async #admit(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller | undefined
  ): Promise<void> {
    const isWrong = caller === undefined && request.headers.authorization !== undefined
    if (isWrong && !(await this.#options.onWrongToken())) {
      send(response, 429, 'Too many wrong tokens at once.\n')
      return
    }
    await this.#answer(request, response, caller)
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller | undefined
  ): Promise<void> {
    const [path = ''] = (request.url ?? '').split(/[?#]/)
    if (request.method === 'GET' || request.method === 'HEAD') {
      if (!this.#options.onPage(request, response, caller)) {
        send(response, 404, 'There is nothing here.\n')
      }
      return
    }
    const isCall = path.startsWith('/api/')
    if (request.method !== 'POST' || (!isCall && path !== '/session')) {
      send(response, 405, 'Only GET, and POST below /api/, are answered here.\n')
      return
    }
    const answering = this.#post(isCall ? path.slice('/api/'.length) : undefined, {
      request,
      response,
      caller
    })
    this.#answering.add(answering)
    await answering
    this.#answering.delete(answering)
  }

  /** @param name of a call; a session is begun where there is none. */
  async #post(
    name: string | undefined,
    asked: {
      readonly request: IncomingMessage
      readonly response: ServerResponse
      readonly caller: Caller | undefined
    }
  ): Promise<void> {
    const { request, response, caller } = asked
    const { status, body } = await reply(async () => {
      return name === undefined
        ? { token: await this.#begin(request) }
        : { answer: await this.#perform(name, request, caller) }
    })
    const { promise, resolve } = Promise.withResolvers<undefined>()
    // Handed to the system, or nobody is there to take it.
    response.once('close', () => {
      resolve(undefined)
    })
    send(response, status, `${JSON.stringify(body)}\n`, 'application/json')
    await promise
  }

  async #begin(request: IncomingMessage): Promise<string> {
    const values = ParamValues.parse(SESSION_PARAMS, await readBody(request))
    const token = this.#options.beginSession(values.text('ticket'))
    if (token === undefined) {
      throw new OperatorError('SEALPOST_TOKEN_INVALID')
    }
    return token
  }

  async #perform(
    written: string,
    request: IncomingMessage,
    caller: Caller | undefined
  ): Promise<unknown> {
    if (caller === undefined) {
      throw new OperatorError('SEALPOST_TOKEN_INVALID')
    }
    const name = callName(decodePath(written))
    if (name === undefined) {
      throw new OperatorError('SEALPOST_CALL_UNKNOWN')
    }
    const row = CALLS[name]
    if (!mayCall(caller, row.roles)) {
      throw new OperatorError('SEALPOST_ROLE_MISSING')
    }
    return this.#do(name, await readBody(request), caller)
  }

  /** Does a call, and tells of it as of every other. */
  async #do(name: CallName, given: unknown, caller: Caller): Promise<unknown> {
    const row = CALLS[name]
    const params = ParamValues.parse(row.params, given)
    const handler: CallHandler<CallName> = this.#options.handlers[name]
    const { changesWith } = row
    const isChange = row.isChange && (changesWith === undefined || params.isGiven(changesWith))
    try {
      const answer = await handler(params, caller)
      if (isChange) {
        const about = idOf(answer)
        await this.#options.onChange({ name, caller, params, failure: undefined, about })
      }
      return answer
    } catch (error) {
      const isTold = isOperatorError(error) || isSealpostError(error)
      if (isChange) {
        const failure = isTold ? error.code : 'SEALPOST_CALL_FAILED'
        await this.#options.onChange({ name, caller, params, failure, about: undefined })
      }
      if (!isTold || error.code === 'SEALPOST_BUG') {
        this.#options.onFailure(name, error)
      }
      throw error
    }
  }
}

const OWNER: Caller = { roles: [], isOwner: true, name: 'socket' }

const STATUS: Readonly<Partial<Record<string, number>>> = {
  SEALPOST_TOKEN_INVALID: 401,
  SEALPOST_ROLE_MISSING: 403,
  SEALPOST_CALL_UNKNOWN: 404,
  SEALPOST_CALL_TOO_LARGE: 413,
  SEALPOST_CALL_FAILED: 500
}

/** What a browser says to begin a session. */
const SESSION_PARAMS: readonly ParamRow[] = [
  { name: 'ticket', kind: { type: 'text', bytesMax: 128 }, sentence: 'Of a link, not used yet.' }
]

async function reply(
  perform: () => Promise<object>
): Promise<{ readonly status: number; readonly body: object }> {
  try {
    return { status: 200, body: await perform() }
  } catch (error) {
    if (isOperatorError(error)) {
      return { status: STATUS[error.code] ?? 400, body: told(error.code, error.message) }
    }
    if (isSealpostError(error) && error.code !== 'SEALPOST_BUG') {
      return { status: 400, body: told(error.code, error.message) }
    }
    const failed = new OperatorError('SEALPOST_CALL_FAILED')
    return { status: 500, body: told(failed.code, failed.message) }
  }
}

function idOf(answer: object): string | undefined {
  return 'id' in answer && typeof answer.id === 'string' ? answer.id : undefined
}

function told(code: string, message: string): object {
  return { error: { code, message } }
}

/** Whether a browser or a program of this machine asks, by a name of this machine, and not for somebody else. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return isLoopbackHost(headers.host) && !isForwarded
}

/** A call's name as a path has it; what is no such text is no call. */
function decodePath(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    return ''
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) {
      throw new OperatorError('SEALPOST_CALL_TOO_LARGE')
    }
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown)
  } catch (cause) {
    throw new UsageError('SEALPOST_USAGE', 'What was said with the call is no JSON.', { cause })
  }
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8'
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff'
  })
  response.end(text)
}
