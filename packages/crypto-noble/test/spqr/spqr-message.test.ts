import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeMessage, decodeMessageHead, encodeMessage } from '../../src/spqr/spqr-message.ts'
import type { BraidMessage, BraidPayload } from '../../src/spqr/spqr-message.ts'
import { SpqrError } from '../../src/spqr/index.ts'

const chunk = fc
  .tuple(fc.integer({ min: 0, max: 65_535 }), fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([index, data]) => ({ index, data }))
const payload = fc.oneof(
  fc
    .tuple(fc.constantFrom('hdr', 'ek', 'ekCt1Ack', 'ct1', 'ct2'), chunk)
    .map(([type, sent]): BraidPayload => ({ type, chunk: sent })),
  fc.constantFrom('none', 'ct1Ack').map((type): BraidPayload => ({ type }))
)
const message = fc
  .tuple(
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc.integer({ min: 1, max: 0xffff_ffff }),
    payload
  )
  .map(([epoch, index, carried]): BraidMessage => ({ epoch, index, payload: carried }))
const CHUNK = new Array<number>(32).fill(7)

describe('an SPQR message', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(message, (value) => {
        assert.deepEqual(decodeMessage(encodeMessage(value)), value)
      })
    )
  })

  it('may be followed by what a later version adds', () => {
    fc.assert(
      fc.property(message, fc.uint8Array({ maxLength: 40 }), (value, more) => {
        const longer = Uint8Array.of(...encodeMessage(value), ...more)
        assert.deepEqual(decodeMessage(longer), value)
      })
    )
  })

  it('is refused wherever it is cut', () => {
    fc.assert(
      fc.property(message, (value) => {
        const whole = encodeMessage(value)
        for (let length = 0; length < whole.length; length += 1) {
          assert.throws(() => decodeMessage(whole.slice(0, length)), SpqrError)
        }
      })
    )
  })

  it('has numbers of up to ten bytes, in as many as it likes', () => {
    const padded = Uint8Array.of(1, 0x81, ...new Array<number>(8).fill(0x80), 0, 0x81, 0, 0)
    assert.deepEqual(decodeMessage(padded), { epoch: 1, index: 1, payload: { type: 'none' } })
  })

  for (const { bytes, reason, what } of [
    { what: 'no bytes', bytes: [], reason: 'version' },
    { what: 'version 0', bytes: [0, 1, 1, 0], reason: 'version' },
    { what: 'a later version', bytes: [2, 1, 1, 0], reason: 'version' },
    { what: 'epoch 0', bytes: [1, 0, 1, 0], reason: 'malformed' },
    { what: 'index 0', bytes: [1, 1, 0, 0], reason: 'malformed' },
    {
      what: 'an index of 2^32',
      bytes: [1, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 0],
      reason: 'malformed'
    },
    {
      what: 'an epoch of 2^53',
      bytes: [1, ...new Array<number>(7).fill(0x80), 0x10, 1, 0],
      reason: 'malformed'
    },
    {
      what: 'an epoch of 11 bytes',
      bytes: [1, 0x81, ...new Array<number>(9).fill(0x80), 0, 1, 0],
      reason: 'malformed'
    },
    { what: 'type 7', bytes: [1, 1, 1, 7, 0, ...CHUNK], reason: 'malformed' },
    { what: 'a chunk of 31 bytes', bytes: [1, 1, 1, 1, 0, ...CHUNK.slice(1)], reason: 'malformed' },
    { what: 'chunk 65,536', bytes: [1, 1, 1, 5, 0x80, 0x80, 4, ...CHUNK], reason: 'malformed' }
  ]) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => decodeMessage(Uint8Array.from(bytes)), { reason })
    })
  }

  it('is accepted at its limits', () => {
    const index = decodeMessage(Uint8Array.of(1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0))
    assert.equal(index.index, 0xffff_ffff)
    const last = decodeMessage(Uint8Array.of(1, 1, 1, 5, 0xff, 0xff, 3, ...CHUNK))
    assert.ok('chunk' in last.payload)
    assert.equal(last.payload.chunk.index, 65_535)
  })

  it('says which key it names whatever its version', () => {
    const head = decodeMessageHead(Uint8Array.of(9, 3, 0x80, 1, 0xff))
    assert.deepEqual(head, { version: 9, epoch: 3, index: 128 })
  })

  it('is refused by SpqrError alone, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const decode of [decodeMessage, decodeMessageHead]) {
          try {
            decode(bytes)
          } catch (error) {
            assert.ok(error instanceof SpqrError)
          }
        }
      }),
      { numRuns: 2_000 }
    )
  })
})
