import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Chunk, ChunkDecoder } from '../../src/spqr/erasure-code.ts'
import {
  addChunk,
  CHUNK_BYTES,
  CHUNK_INDEX_MAX,
  decodeChunks,
  encodeChunks,
  nextChunk
} from '../../src/spqr/erasure-code.ts'
import { seededRandom } from '../seeded-random.ts'

/** hdr and its MAC, ct1, the vector, ct2 and its MAC. */
const LENGTHS = [96, 960, 1152, 160]

describe('the erasure code', () => {
  it('gives a message back from any chunks, as many as it has', () => {
    const index = fc.integer({ min: 0, max: CHUNK_INDEX_MAX })
    const chosen = fc.constantFrom(...LENGTHS).chain((length) =>
      fc.uniqueArray(fc.oneof(index, fc.integer({ min: 0, max: 2 * (length / CHUNK_BYTES) })), {
        minLength: length / CHUNK_BYTES,
        maxLength: length / CHUNK_BYTES
      })
    )
    fc.assert(
      fc.property(chosen, fc.string(), (indices, seed) => {
        const message = seededRandom(seed).bytes(indices.length * CHUNK_BYTES)
        assert.deepEqual(joined(message.length, chunksOf(message, indices)), message)
      }),
      { numRuns: 60 }
    )
  })

  it('sends the message as it is first', () => {
    const message = seededRandom('systematic').bytes(160)
    let encoder = encodeChunks(message)
    for (let at = 0; at < 5; at += 1) {
      const next = nextChunk(encoder)
      encoder = next.encoder
      const data = message.slice(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES)
      assert.deepEqual(next.chunk, { index: at, data })
    }
  })

  it('begins again with chunk 0 after the last', () => {
    const message = seededRandom('wrap').bytes(96)
    const last = nextChunk({ message, nextIndex: CHUNK_INDEX_MAX })
    assert.equal(last.chunk.index, CHUNK_INDEX_MAX)
    assert.deepEqual(nextChunk(last.encoder).chunk, { index: 0, data: message.slice(0, 32) })
  })

  it('has no message one chunk short of it, however often the others come', () => {
    const message = seededRandom('short').bytes(160)
    const chunks = chunksOf(message, [9, 1, 65_535, 4])
    assert.equal(joined(message.length, [...chunks, ...chunks, ...chunks.reverse()]), undefined)
  })

  it('believes the last chunk of an index', () => {
    const message = seededRandom('last').bytes(96)
    const [first, second, third] = chunksOf(message, [0, 1, 2])
    assert.ok(first && second && third)
    const lie = { index: 1, data: second.data.map((byte) => ~byte) }
    assert.deepEqual(joined(message.length, [lie, first, second, third]), message)
    assert.notDeepEqual(joined(message.length, [second, first, lie, third]), message)
  })

  it('leaves the decoder as it was', () => {
    const [first, second] = chunksOf(seededRandom('value').bytes(96), [7, 3])
    assert.ok(first && second)
    const before = addChunk(decodeChunks(96), first).decoder
    const copy = structuredClone(before)
    const after = addChunk(before, second).decoder
    assert.deepEqual(before, copy)
    assert.deepEqual(after.indices, [3, 7])
  })
})

function chunksOf(message: Uint8Array, indices: readonly number[]): Chunk[] {
  return indices.map((nextIndex) => nextChunk({ message, nextIndex }).chunk)
}

/** The message that is complete with the last of `chunks`; undefined where it is not. */
function joined(length: number, chunks: readonly Chunk[]): Uint8Array | undefined {
  let decoder: ChunkDecoder = decodeChunks(length)
  let message: Uint8Array | undefined
  for (const chunk of chunks) {
    assert.equal(message, undefined)
    const added = addChunk(decoder, chunk)
    decoder = added.decoder
    message = added.message
  }
  return message
}
