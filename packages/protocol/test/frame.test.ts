import assert from 'node:assert/strict'
import fc from 'fast-check'
import { encodeFrames, FRAME_BYTES_MAX, FrameDecoder, ProtocolError } from '@sealpost/protocol'

/** Frames of all the lengths at which a varint or a buffer grows. */
const frames = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(127, 128, 16_383, 16_384, 40_000)
        .map((length) => new Uint8Array(length).fill(length & 0xff))
    }
  ),
  { maxLength: 8 }
)

/** Cuts `bytes` at places that need be neither in order nor apart. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length]
  places.sort((a, b) => a - b)
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end))
}

function thrownBy(run: () => unknown): ProtocolError {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
    return error
  }
  return assert.fail('nothing was thrown')
}

describe('FrameDecoder', () => {
  it('gives the same frames in whatever pieces the stream arrives', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat()), (sent, cuts) => {
        const decoder = new FrameDecoder()
        const got = pieces(encodeFrames(sent), cuts).flatMap((piece) => decoder.push(piece))
        assert.deepEqual(got, sent)
        assert.equal(decoder.heldBytes, 0)
      })
    )
  })

  it('gives the same frames byte by byte', () => {
    fc.assert(
      fc.property(frames, (sent) => {
        const decoder = new FrameDecoder()
        const got = Array.from(encodeFrames(sent)).flatMap((byte) =>
          decoder.push(Uint8Array.of(byte))
        )
        assert.deepEqual(got, sent)
      }),
      { numRuns: 20 }
    )
  })

  it('gives a frame of the largest size and refuses one byte more', () => {
    const largest = new Uint8Array(FRAME_BYTES_MAX).fill(7)
    assert.deepEqual(new FrameDecoder().push(encodeFrames([largest])), [largest])
    // 262,145 as a varint.
    const error = thrownBy(() => new FrameDecoder().push(Uint8Array.of(0x81, 0x80, 0x10)))
    assert.equal(error.code, 'SEALPOST_FRAME_TOO_LARGE')
  })

  it('refuses an oversize frame at its length, before any of its bytes', () => {
    const decoder = new FrameDecoder()
    assert.deepEqual(decoder.push(Uint8Array.of(0x80)), [])
    assert.deepEqual(decoder.push(Uint8Array.of(0x80)), [])
    const error = thrownBy(() => decoder.push(Uint8Array.of(0x80)))
    assert.equal(error.code, 'SEALPOST_FRAME_TOO_LARGE')
  })

  it('refuses a length of no bytes, and one longer than it need be', () => {
    for (const length of [[0], [0x80, 0x00], [0x81, 0x00], [0x81, 0x80, 0x00]]) {
      const error = thrownBy(() => new FrameDecoder().push(Uint8Array.from([...length, 1, 2, 3])))
      assert.equal(error.code, 'SEALPOST_FRAME_MALFORMED')
    }
  })

  it('goes on refusing a stream whose length came in pieces', () => {
    const decoder = new FrameDecoder()
    decoder.push(Uint8Array.of(0x80))
    thrownBy(() => decoder.push(Uint8Array.of(0x00)))
    thrownBy(() => decoder.push(Uint8Array.of(0x01, 0x01)))
  })

  it('never throws anything but a ProtocolError', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const decoder = new FrameDecoder()
        try {
          for (const chunk of chunks) {
            decoder.push(chunk)
          }
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error))
        }
      }),
      { numRuns: 1_000 }
    )
  })

  it('holds at most one unfinished frame', () => {
    const stream = encodeFrames([new Uint8Array(FRAME_BYTES_MAX), Uint8Array.of(1)])
    const decoder = new FrameDecoder()
    let heldMax = 0
    for (let start = 0; start < stream.length; start += 1_000) {
      decoder.push(stream.subarray(start, start + 1_000))
      heldMax = Math.max(heldMax, decoder.heldBytes)
    }
    assert.ok(heldMax > FRAME_BYTES_MAX - 1_000 && heldMax < FRAME_BYTES_MAX + 3, String(heldMax))
  })

  it('keeps no chunk alive for a frame in single bytes', () => {
    const decoder = new FrameDecoder()
    const stream = encodeFrames([new Uint8Array(1_000).fill(9)])
    const chunks = Array.from(stream, (byte) => {
      const chunk = new Uint8Array(4_096)
      chunk[17] = byte
      return chunk
    })
    const got = chunks.flatMap((chunk) => {
      const [frame] = decoder.push(chunk.subarray(17, 18))
      // Whoever owned the chunk uses it for something else.
      chunk.fill(0xee)
      return frame === undefined ? [] : [frame]
    })
    assert.deepEqual(got, [new Uint8Array(1_000).fill(9)])
  })

  it('makes little room for a length that promises much', () => {
    const start = encodeFrames([new Uint8Array(FRAME_BYTES_MAX)]).subarray(0, 4)
    const before = process.memoryUsage().arrayBuffers
    const decoders = Array.from({ length: 200 }, () => {
      const decoder = new FrameDecoder()
      decoder.push(start)
      return decoder
    })
    const grownBytes = process.memoryUsage().arrayBuffers - before
    assert.ok(grownBytes < decoders.length * 32_768, `${String(grownBytes)} bytes`)
  })

  it('gives frames that are views into a chunk they lie in whole, and plain ones even from a Buffer', () => {
    const stream = Buffer.from(encodeFrames([Uint8Array.of(1, 2), Uint8Array.of(3)]))
    const got = new FrameDecoder().push(stream)
    assert.deepEqual(got, [Uint8Array.of(1, 2), Uint8Array.of(3)])
    for (const frame of got) {
      assert.equal(frame.constructor, Uint8Array)
      assert.equal(frame.buffer, stream.buffer)
    }
  })

  it('is not disturbed by empty chunks', () => {
    const decoder = new FrameDecoder()
    const nothing = new Uint8Array(0)
    assert.deepEqual(decoder.push(nothing), [])
    assert.deepEqual(decoder.push(Uint8Array.of(2, 1)), [])
    assert.deepEqual(decoder.push(nothing), [])
    assert.equal(decoder.heldBytes, 2)
    assert.deepEqual(decoder.push(Uint8Array.of(2)), [Uint8Array.of(1, 2)])
  })
})

describe('encodeFrames', () => {
  it('puts a varint length before each frame', () => {
    assert.deepEqual(
      encodeFrames([Uint8Array.of(7), Uint8Array.of(8, 9)]),
      Uint8Array.of(1, 7, 2, 8, 9)
    )
    assert.deepEqual([...encodeFrames([new Uint8Array(300)]).subarray(0, 2)], [0xac, 0x02])
    assert.equal(encodeFrames([]).length, 0)
  })

  it('refuses to write what no decoder reads', () => {
    assert.throws(() => encodeFrames([new Uint8Array(0)]), RangeError)
    assert.throws(() => encodeFrames([new Uint8Array(FRAME_BYTES_MAX + 1)]), RangeError)
  })
})
