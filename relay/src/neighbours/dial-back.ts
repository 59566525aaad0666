/**
 * Tries for another relay whether it can be reached, as a client would begin to: `POST /reach` with one address. It says yes, no, or
 * that it cannot tell.
 *
 * Who asks makes this relay dial, so it dials little, and nobody who has not a public address: but for the very address that the
 * request came from, so that relays of one private network can try each other.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { BlockList, isIP } from 'node:net'
import type { Clock } from '@sealpost/host'
import { parseRelayAddress } from '@sealpost/protocol'
import type { PageListener } from '@sealpost/transport-libp2p'
import { openWebSocket, sendTo } from '../doctor/try-address.ts'
import { type WebSocketPlace, webSocketPlace } from '../doctor/web-socket-place.ts'
import { sendText } from '../people/send-text.ts'
import { readText } from './read-text.ts'

export const REACH_PATH = '/reach'
/** Bytes of a request. */
export const REACH_BYTES_MAX = 1_024
/** Of the page that says which relay answers somewhere. */
const ABOUT_BYTES_MAX = 64 * 1024
const ABOUT_PATH = '/.well-known/sealpost-relay.json'
const DIAL_MS = 8_000

const WINDOW_MS = 300_000
/** In five minutes, of one address, and of all; at once. */
const REACH_PER_ADDRESS_MAX = 12
const REACH_MAX = 120
const AT_ONCE_MAX = 8
/** This machine has no way to such an address, which says nothing of the other one. */
const NO_WAY: readonly string[] = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAI_AGAIN']
// Node's own word for it.
// eslint-disable-next-line no-restricted-syntax
const NO_ERROR = null
const FORBIDDEN = 'SEALPOST_FORBIDDEN'

export interface DialBackOptions {
  readonly clock: Clock
  /** Whether an IP address is one of the internet's; the rule of this file, if left out. */
  readonly isPublic?: ((address: string) => boolean) | undefined
}

/** Answers `POST /reach`. */
export function dialBack({ clock, isPublic = isPublicAddress }: DialBackOptions): PageListener {
  const rate = new DialRate(clock)
  return (request, response, from) => {
    if (request.method !== 'POST') {
      sendText(response, 405, 'Only POST is answered here.\n', { allow: 'POST' })
      return
    }
    const end = rate.begin(from)
    if (end === undefined) {
      request.resume()
      sendText(response, 429, 'Too many at once.\n', { 'retry-after': '300' })
      return
    }
    const mayDial = (address: string): boolean =>
      isPublic(address) || (isUnforwarded(request) && isSameAddress(address, from))
    answer(request, mayDial)
      .then(({ status, body }) => {
        const headers = { 'content-type': 'application/json' }
        sendText(response, status, `${JSON.stringify(body)}\n`, headers)
      })
      .catch(() => {
        response.destroy()
      })
      .finally(end)
  }
}

interface Answer {
  readonly status: number
  readonly body: object
}

async function answer(
  request: IncomingMessage,
  mayDial: (address: string) => boolean
): Promise<Answer> {
  const address = addressIn(await readText(request, REACH_BYTES_MAX))
  const place = address === undefined ? undefined : webSocketPlace(address)
  if (address === undefined || place === undefined) {
    return { status: 400, body: { error: 'Say {"address": "/.../p2p/..."}.' } }
  }
  const isReached = await tryPlace(address, place, mayDial)
  return { status: 200, body: isReached === undefined ? {} : { isReached } }
}

/** @returns undefined where this relay cannot tell */
async function tryPlace(
  address: string,
  place: WebSocketPlace,
  mayDial: (address: string) => boolean
): Promise<boolean | undefined> {
  if (isIP(place.host) !== 0 && !mayDial(place.host)) {
    return undefined
  }
  const lookup = guardedLookup(mayDial)
  const opening = await openWebSocket(place, lookup)
  if (opening.result === 'failed' && [...NO_WAY, FORBIDDEN].includes(opening.code)) {
    return undefined
  }
  return opening.result === 'opened' && (await isRelayThere(address, place, lookup))
}

/** Whether what answers there is that relay, as far as it says; a proxy need not pass the page that says it. */
async function isRelayThere(
  address: string,
  place: WebSocketPlace,
  lookup: RequestOptions['lookup']
): Promise<boolean> {
  const { promise, resolve: tell } = Promise.withResolvers<boolean>()
  const signal = AbortSignal.timeout(DIAL_MS)
  const asking = sendTo(place, { path: ABOUT_PATH, lookup, signal })
  asking.on('response', (response) => {
    readText(response, ABOUT_BYTES_MAX).then(
      (text) => {
        const shown = addressIn(text)
        tell(shown === undefined || peerIdOf(shown) === peerIdOf(address))
      },
      () => {
        tell(true)
      }
    )
  })
  asking.on('error', () => {
    tell(true)
  })
  asking.end()
  return promise
}

/** The `address` of a JSON object, where it is one of a relay. */
function addressIn(text: string): string | undefined {
  try {
    const { address } = JSON.parse(text) as { readonly address?: unknown }
    if (typeof address === 'string') {
      parseRelayAddress(address)
      return address
    }
  } catch {
    // Whatever somebody sends that is none.
  }
  return undefined
}

function peerIdOf(address: string): string | undefined {
  return address.split('/p2p/')[1]
}

/** Finds the addresses of a name, and only those that may be dialled: what is dialled is what was looked at. */
function guardedLookup(mayDial: (address: string) => boolean): RequestOptions['lookup'] {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
      const allowed = error ? [] : found.filter(({ address }) => mayDial(address))
      const [first] = allowed
      if (error || first === undefined) {
        const failure = error ?? Object.assign(new RangeError('not dialled'), { code: FORBIDDEN })
        callback(failure, '', 0)
      } else if (options.all === true) {
        callback(NO_ERROR, [...allowed])
      } else {
        callback(NO_ERROR, first.address, first.family)
      }
    })
  }
}

/** Whether who connected asks for themselves: a proxy has everybody's requests come from its own address. */
function isUnforwarded({ headers }: IncomingMessage): boolean {
  return headers['x-forwarded-for'] === undefined && headers.forwarded === undefined
}

/** One private address; this machine's own services are nobody's to try. */
function isSameAddress(address: string, from: string): boolean {
  const plain = plainAddress(from)
  return !isIn(LOOPBACK, plain) && plainAddress(address) === plain
}

const LOOPBACK = listOf(['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'])
/** What is not of the internet: RFC 6890, for both families. */
const NOT_PUBLIC = listOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  ...['::/8', '64:ff9b::/32', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
  ...['3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/9', 'ff00::/8']
])

/** One list for each family: IPv4 addresses would lie in `::/8`. */
function listOf(ranges: readonly string[]): Readonly<Record<'ipv4' | 'ipv6', BlockList>> {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const range of ranges) {
    const [net = '', bits] = range.split('/')
    const family = familyOf(net)
    lists[family].addSubnet(net, Number(bits), family)
  }
  return lists
}

function isIn(lists: ReturnType<typeof listOf>, address: string): boolean {
  const family = familyOf(address)
  return lists[family].check(address, family)
}

/** Whether an IP address is one of the internet's. */
export function isPublicAddress(address: string): boolean {
  const plain = plainAddress(address)
  return isIP(plain) !== 0 && !isIn(NOT_PUBLIC, plain)
}

/** IPv4 that is written as IPv6, as IPv4. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** So many in five minutes, of one address and of all. */
class DialRate {
  readonly #clock: Clock
  readonly #counts = new Map<string, number>()
  #windowAtMs: number
  #count = 0
  #atOnce = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#windowAtMs = clock.monotonicMs()
  }

  /** @returns undefined for one too many, else what to call at the end */
  begin(from: string): (() => void) | undefined {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#windowAtMs >= WINDOW_MS) {
      this.#windowAtMs = nowMs
      this.#count = 0
      this.#counts.clear()
    }
    const count = this.#counts.get(from) ?? 0
    if (count >= REACH_PER_ADDRESS_MAX || this.#count >= REACH_MAX || this.#atOnce >= AT_ONCE_MAX) {
      return undefined
    }
    this.#counts.set(from, count + 1)
    this.#count += 1
    this.#atOnce += 1
    return () => {
      this.#atOnce -= 1
    }
  }
}
