/**
 * The erasure code of SPQR: a message of `32 n` bytes becomes a stream of 65,536 chunks of 32 bytes, of which any `n` give the
 * message back (ML-KEM Braid, section 2).
 *
 * A message is 16 polynomials ("lanes") of degree below n over GF(2^16): lane j has, at x = i, the big-endian u16 at the bytes
 * `32 i + 2 j`. Chunk i holds the values of all lanes at x = i. So the first n chunks are the message as it is, and the others
 * are read off the polynomials by Lagrange's formula, whose weights are the same for all lanes:
 *
 *     value(x) = sum over i of  w_i(x) * y_i      w_i(x) = product over k != i of (x - x_k) / (x_i - x_k)
 *
 * Nothing is kept between chunks but the message and a counter: a chunk costs a few microseconds, and the state stays small.
 */
import { GF16_ORDER, gf16Tables } from './gf16.ts'

/** Bytes of every chunk: one element of each lane. */
export const CHUNK_BYTES = 32
/** Chunks are numbered from 0 to below this; then the numbers begin again. */
export const CHUNK_INDEX_MAX = 0xffff
const LANES = CHUNK_BYTES / 2

/** One of the parts that a message is sent in. */
export interface Chunk {
  /** The point at which the lanes were read; 0 to `CHUNK_INDEX_MAX`. */
  readonly index: number
  /** `CHUNK_BYTES` bytes. */
  readonly data: Uint8Array
}

/** A message that is being sent. It never ends: the peer says when it has enough. */
export interface ChunkEncoder {
  /** A multiple of `CHUNK_BYTES`, of at least one chunk. */
  readonly message: Uint8Array
  /** The index of the next chunk. */
  readonly nextIndex: number
}

/** A message that is being received. */
export interface ChunkDecoder {
  /** How many chunks the message takes. */
  readonly chunkCount: number
  /** The indices held, ascending; fewer than `chunkCount`. */
  readonly indices: readonly number[]
  /** The chunks of `indices`, one after the other. */
  readonly chunks: Uint8Array
}

/** Starts to send `message`, which the encoder then owns. */
export function encodeChunks(message: Uint8Array): ChunkEncoder {
  return { message, nextIndex: 0 }
}

/** The next chunk, and the encoder after it. */
export function nextChunk(encoder: ChunkEncoder): {
  readonly chunk: Chunk
  readonly encoder: ChunkEncoder
} {
  const { message, nextIndex } = encoder
  return {
    chunk: { index: nextIndex, data: chunkAt(message, nextIndex) },
    encoder: { message, nextIndex: (nextIndex + 1) & CHUNK_INDEX_MAX }
  }
}

/** Starts to receive a message of `messageBytes`, a multiple of `CHUNK_BYTES`. */
export function decodeChunks(messageBytes: number): ChunkDecoder {
  return { chunkCount: messageBytes / CHUNK_BYTES, indices: [], chunks: new Uint8Array(0) }
}

/**
 * The decoder with one more chunk, and the message where that was the last one needed. Of two chunks with the same index the
 * later one counts, as it does in libsignal; from who sends what the protocol says they are the same.
 */
export function addChunk(
  decoder: ChunkDecoder,
  chunk: Chunk
): { readonly decoder: ChunkDecoder; readonly message: Uint8Array | undefined } {
  const { chunkCount, indices, chunks } = decoder
  const held = indices.indexOf(chunk.index)
  if (held !== -1) {
    const replaced = chunks.slice()
    replaced.set(chunk.data, held * CHUNK_BYTES)
    return { decoder: { chunkCount, indices, chunks: replaced }, message: undefined }
  }
  const behind = indices.findIndex((index) => index > chunk.index)
  const at = behind === -1 ? indices.length : behind
  const added = new Uint8Array(chunks.length + CHUNK_BYTES)
  added.set(chunks.subarray(0, at * CHUNK_BYTES))
  added.set(chunk.data, at * CHUNK_BYTES)
  added.set(chunks.subarray(at * CHUNK_BYTES), (at + 1) * CHUNK_BYTES)
  const next = { chunkCount, indices: indices.toSpliced(at, 0, chunk.index), chunks: added }
  const isComplete = next.indices.length === chunkCount
  return { decoder: next, message: isComplete ? reassemble(next.indices, added) : undefined }
}

/** The chunk of `message` with any index. */
function chunkAt(message: Uint8Array, index: number): Uint8Array {
  const count = message.length / CHUNK_BYTES
  if (index < count) {
    return message.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
  }
  const chunk = new Uint8Array(CHUNK_BYTES)
  const { points, denominators } = firstPoints(count)
  interpolate({ points, denominators, values: message, at: index, into: chunk })
  return chunk
}

/** The message that goes through as many points as it has chunks. */
function reassemble(indices: readonly number[], chunks: Uint8Array): Uint8Array {
  const message = new Uint8Array(chunks.length)
  const denominators = denominatorLogs(indices)
  for (let at = 0; at < indices.length; at += 1) {
    const into = message.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES)
    const held = indices.indexOf(at)
    if (held === -1) {
      interpolate({ points: indices, denominators, values: chunks, at, into })
    } else {
      into.set(chunks.subarray(held * CHUNK_BYTES, (held + 1) * CHUNK_BYTES))
    }
  }
  return message
}

interface Interpolation {
  /** The points known, all different. */
  readonly points: readonly number[]
  /** Of `points`. */
  readonly denominators: Uint16Array
  /** The lanes at `points`, `CHUNK_BYTES` each. */
  readonly values: Uint8Array
  /** Where to read the lanes: not one of `points`. */
  readonly at: number
  /** Where to write them. */
  readonly into: Uint8Array
}

function interpolate({ points, denominators, values, at, into }: Interpolation): void {
  const { log, exp } = gf16Tables()
  // All numerators are one product over all points, divided by the factor of the point itself.
  let numerator = 0
  for (const point of points) {
    numerator += log[at ^ point] ?? 0
  }
  const sums = new Uint16Array(LANES)
  for (const [position, point] of points.entries()) {
    const divisor = (log[at ^ point] ?? 0) + (denominators[position] ?? 0)
    const weight = (numerator - divisor + 2 * GF16_ORDER) % GF16_ORDER
    const start = position * CHUNK_BYTES
    for (let lane = 0; lane < LANES; lane += 1) {
      const high = values[start + 2 * lane] ?? 0
      const value = (high << 8) | (values[start + 2 * lane + 1] ?? 0)
      if (value !== 0) {
        sums[lane] = (sums[lane] ?? 0) ^ (exp[weight + (log[value] ?? 0)] ?? 0)
      }
    }
  }
  for (const [lane, sum] of sums.entries()) {
    into[2 * lane] = sum >>> 8
    into[2 * lane + 1] = sum & 0xff
  }
}

/** For each point the logarithm of the product of its differences to all others. */
function denominatorLogs(points: readonly number[]): Uint16Array {
  const { log } = gf16Tables()
  const logs = new Uint16Array(points.length)
  for (const [position, point] of points.entries()) {
    let sum = 0
    for (const other of points) {
      sum += other === point ? 0 : (log[point ^ other] ?? 0)
    }
    logs[position] = sum % GF16_ORDER
  }
  return logs
}

interface FirstPoints {
  readonly points: readonly number[]
  readonly denominators: Uint16Array
}

const firstPointsByCount = new Map<number, FirstPoints>()

/** The points of a whole message, worked out once for each of the four lengths that there are. */
function firstPoints(count: number): FirstPoints {
  const known = firstPointsByCount.get(count)
  if (known !== undefined) {
    return known
  }
  const points = Array.from({ length: count }, (_, index) => index)
  const made = { points, denominators: denominatorLogs(points) }
  firstPointsByCount.set(count, made)
  return made
}
