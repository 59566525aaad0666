/**
 * The message of SPQR V1, field 5 of a SignalMessage:
 *
 *     version 1 || varint epoch || varint index || type || [ varint chunk index || 32 bytes ]
 */
import { CHUNK_BYTES, CHUNK_INDEX_MAX } from './erasure-code.ts'
import type { Chunk } from './erasure-code.ts'
import { SpqrError } from './spqr-error.ts'

/** The version that is spoken here. */
export const SPQR_VERSION = 1

const INDEX_MAX = 0xffff_ffff
/** As many as 64 bits take, seven at a time. */
const VARINT_BYTES_MAX = 10

/** The types in the order of their numbers on the wire. `ekCt1Ack` and `ct1Ack` also say that all of ct1 has come. */
const TYPES = ['none', 'hdr', 'ek', 'ekCt1Ack', 'ct1Ack', 'ct1', 'ct2'] as const

/** What a message carries of the exchange that is going on. */
export type BraidPayload =
  | { readonly type: 'none' | 'ct1Ack' }
  | { readonly type: 'hdr' | 'ek' | 'ekCt1Ack' | 'ct1' | 'ct2'; readonly chunk: Chunk }

/** Which key a message names, as every version says it in its first bytes. */
export interface MessageHead {
  readonly version: number
  /** The epoch of the sender's braid, at least 1. The key is of the chain epoch before it. */
  readonly epoch: number
  /** The number of the key in its chain, at least 1. */
  readonly index: number
}

/** A message of this version. */
export interface BraidMessage {
  readonly epoch: number
  readonly index: number
  readonly payload: BraidPayload
}

/** @returns bytes that the caller owns: 4 without a chunk, up to 50 with one. */
export function encodeMessage({ epoch, index, payload }: BraidMessage): Uint8Array {
  const bytes = [SPQR_VERSION]
  pushVarint(bytes, epoch)
  pushVarint(bytes, index)
  bytes.push(TYPES.indexOf(payload.type))
  if (!('chunk' in payload)) {
    return Uint8Array.from(bytes)
  }
  pushVarint(bytes, payload.chunk.index)
  const message = new Uint8Array(bytes.length + CHUNK_BYTES)
  message.set(bytes)
  message.set(payload.chunk.data, bytes.length)
  return message
}

/**
 * What every version's message begins with.
 *
 * The official reader takes the number 0 in epoch 1 for a message without a key, even where it demands SPQR. No peer ever
 * sends it, and it would let whoever broke the elliptic curves leave the post-quantum key out: it is refused here.
 *
 * @throws SpqrError `malformed`; `version` for version 0, which is no SPQR at all, and an empty message, which means it.
 */
export function decodeMessageHead(message: Uint8Array): MessageHead {
  const { version, epoch, index } = readHead(message)
  return { version, epoch, index }
}

/**
 * A message of this version. What follows it is not looked at: the place of later additions.
 *
 * @throws SpqrError `malformed`, `version`.
 */
export function decodeMessage(message: Uint8Array): BraidMessage {
  const { version, epoch, index, end } = readHead(message)
  if (version !== SPQR_VERSION) {
    throw new SpqrError('version')
  }
  const type = TYPES[message[end] ?? TYPES.length]
  if (type === undefined) {
    throw new SpqrError('malformed')
  }
  if (type === 'none' || type === 'ct1Ack') {
    return { epoch, index, payload: { type } }
  }
  const chunkIndex = readVarint(message, end + 1, CHUNK_INDEX_MAX)
  const data = message.slice(chunkIndex.end, chunkIndex.end + CHUNK_BYTES)
  if (data.length !== CHUNK_BYTES) {
    throw new SpqrError('malformed')
  }
  return { epoch, index, payload: { type, chunk: { index: chunkIndex.value, data } } }
}

function readHead(message: Uint8Array): MessageHead & { readonly end: number } {
  const version = message[0] ?? 0
  if (version < SPQR_VERSION) {
    throw new SpqrError('version')
  }
  const epoch = readVarint(message, 1, Number.MAX_SAFE_INTEGER)
  const index = readVarint(message, epoch.end, INDEX_MAX)
  if (epoch.value === 0 || index.value === 0) {
    throw new SpqrError('malformed')
  }
  return { version, epoch: epoch.value, index: index.value, end: index.end }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 0x80) {
    bytes.push(0x80 | (rest % 0x80))
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
}

interface Varint {
  readonly value: number
  /** Behind its last byte. */
  readonly end: number
}

function readVarint(bytes: Uint8Array, start: number, max: number): Varint {
  let value = 0
  let factor = 1
  for (let at = start; at < start + VARINT_BYTES_MAX; at += 1) {
    const byte = bytes[at]
    if (byte === undefined) {
      break
    }
    value += (byte & 0x7f) * factor
    factor *= 0x80
    if (byte < 0x80) {
      if (value > max) {
        break
      }
      return { value, end: at + 1 }
    }
  }
  throw new SpqrError('malformed')
}
