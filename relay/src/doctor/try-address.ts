/** Goes where people are told to reach the relay, as their clients do, and asks other relays for the time. */
import { randomBytes } from 'node:crypto'
import { type ClientRequest, request as requestHttp, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { TLSSocket } from 'node:tls'
import type { AddressFacts } from '@sealpost/operator'
import { type WebSocketPlace, webSocketPlace } from './web-socket-place.ts'

const TRY_MS = 5_000
const UNKNOWN_NAME: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA']

/** What came of opening a WebSocket: it opened, something else answered, or a system's code says why nothing did. */
export type Opening =
  | {
      readonly result: 'opened' | 'answered'
      /** Of the certificate that was shown, if any, milliseconds since 1970. */
      readonly certificateEndsAtMs: number | undefined
    }
  | { readonly result: 'failed'; readonly code: string }

/** Opens a WebSocket there, and no more than that. */
export async function tryAddress(address: string): Promise<AddressFacts> {
  const place = webSocketPlace(address)
  if (place === undefined) {
    return { address, state: 'unreachable' }
  }
  const opening = await openWebSocket(place)
  if (opening.result === 'failed') {
    return { address, ...failureOf(opening.code) }
  }
  const { certificateEndsAtMs, result } = opening
  return { address, state: result === 'opened' ? 'reached' : 'no-websocket', certificateEndsAtMs }
}

/** Opens a WebSocket, and closes it. @param lookup finds the addresses of a name; the system's, if left out */
export function openWebSocket(
  place: WebSocketPlace,
  lookup?: RequestOptions['lookup']
): Promise<Opening> {
  const { promise, resolve } = Promise.withResolvers<Opening>()
  let certificateEndsAtMs: number | undefined
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64')
  }
  const asking = sendTo(place, { path: '/', headers, lookup })
  asking.on('socket', (socket) => {
    socket.on('secureConnect', () => {
      certificateEndsAtMs = socket instanceof TLSSocket ? endOf(socket) : undefined
    })
  })
  asking.on('upgrade', (_response, socket) => {
    socket.destroy()
    resolve({ result: 'opened', certificateEndsAtMs })
  })
  asking.on('response', (response) => {
    response.destroy()
    resolve({ result: 'answered', certificateEndsAtMs })
  })
  asking.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    resolve({ result: 'failed', code })
  })
  asking.end()
  return promise
}

/** When the certificate that was shown ends, milliseconds since 1970. */
function endOf(socket: TLSSocket): number {
  return Date.parse(socket.getPeerCertificate().valid_to)
}

function failureOf(code: string): Omit<AddressFacts, 'address'> {
  if (UNKNOWN_NAME.includes(code)) {
    return { state: 'name-unknown' }
  }
  const isOfCertificate = /CERT|SIGNED|ISSUER|ERR_TLS|VERIFY/.test(code)
  return isOfCertificate
    ? { state: 'certificate-refused', certificateFailure: code }
    : { state: 'unreachable' }
}

/**
 * How far this machine's clock is ahead of that of another relay, by the date of its answer, which has no parts of seconds.
 *
 * @returns undefined where it does not answer.
 */
export async function clockOffsetMs(
  address: string,
  wallMs: () => number
): Promise<number | undefined> {
  const place = webSocketPlace(address)
  if (place === undefined) {
    return undefined
  }
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const sentAtMs = wallMs()
  const asking = sendTo(place, { path: '/livez' })
  asking.on('response', (response) => {
    const theirsMs = Date.parse(response.headers.date ?? '')
    resolve(Number.isNaN(theirsMs) ? undefined : (sentAtMs + wallMs()) / 2 - (theirsMs + 500))
    response.destroy()
  })
  asking.on('error', () => {
    resolve(undefined)
  })
  asking.end()
  return promise
}

/** Begins a request there, on a connection of its own, which is given up after 5 s, or `timeoutMs`, of silence. */
export function sendTo(
  { host, port, isEncrypted }: WebSocketPlace,
  options: RequestOptions,
  timeoutMs: number = TRY_MS
): ClientRequest {
  const request = isEncrypted ? requestHttps : requestHttp
  const asking = request({ ...options, host, port, agent: false })
  asking.setTimeout(timeoutMs, () => {
    asking.destroy()
  })
  return asking
}
