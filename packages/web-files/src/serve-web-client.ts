import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isLoopbackHost } from './loopback-host.ts'
import type { Headers, Variant, WebClient, WebFile } from './web-client.ts'

/** An answer that nobody takes a byte of for so long is given up. */
const STALL_MS = 30_000
const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

/** What is answered beside the files. */
export interface WebClientAnswers {
  /** Addresses of the relays that the host names to people who have none. Asked at each request. */
  readonly relays: () => readonly string[]
  /** Whether these take new people by invitation only. */
  readonly isByInvite?: () => boolean
}

/** Answers HTTP requests with a web client: what it does not have is 404, what asks for anything but bytes is 405. */
export function serveWebClient(client: WebClient, answers: WebClientAnswers): RequestListener {
  return (request, response) => {
    response.setTimeout(STALL_MS, () => {
      response.destroy()
    })
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      say(response, client, 405, 'Only GET and HEAD are answered here.\n', { allow: 'GET, HEAD' })
      return
    }
    const [path = ''] = (request.url ?? '').split(/[?#]/)
    const file = client.files.get(path)
    if (file !== undefined) {
      sendFile(request, response, file)
    } else if (path === '/relays.json') {
      const isByInvite = answers.isByInvite?.() === true ? true : undefined
      const text = `${JSON.stringify({ relays: answers.relays(), isByInvite })}\n`
      const json = { 'content-type': 'application/json; charset=utf-8' }
      say(response, client, 200, text, { ...json, 'cache-control': 'no-store' })
    } else {
      say(response, client, 404, 'There is nothing here.\n', { 'cache-control': 'no-store' })
    }
  }
}

function say(
  response: ServerResponse,
  client: WebClient,
  status: number,
  text: string,
  headers: Headers
): void {
  const length = { 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, { ...client.headers, ...TEXT, ...headers, ...length })
  response.end(text)
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: WebFile): void {
  const { encoding, bytes, etag } = pickVariant(file, request)
  const isLoopback = isLoopbackHost(request.headers.host)
  const headers = {
    ...(isLoopback ? file.loopbackHeaders : file.headers),
    vary: 'accept-encoding',
    etag
  }
  if (holds(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers).end()
    return
  }
  const coded = encoding === undefined ? {} : { 'content-encoding': encoding }
  response.writeHead(200, { ...headers, ...coded, 'content-length': bytes.length })
  response.end(bytes)
}

function pickVariant(file: WebFile, request: IncomingMessage): Variant {
  const accepted = [request.headers['accept-encoding'] ?? ''].flat().join(',').split(',')
  const names = accepted
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]?.trim())
  const [last] = file.variants.slice(-1)
  const fitting = file.variants.find(
    ({ encoding }) => encoding === undefined || names.includes(encoding)
  )
  return fitting ?? last ?? { encoding: undefined, bytes: new Uint8Array(), etag: '""' }
}

function holds(listed: string | undefined, etag: string): boolean {
  return (listed ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
