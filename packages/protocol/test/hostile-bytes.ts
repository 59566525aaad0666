import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ProtocolError } from '@sealpost/protocol'
import type { ErrorCode } from '@sealpost/protocol'

/** Runs a decoder on bytes that may be anything: it may give a value, or throw one error. */
function tryDecode<Value>(
  decode: (bytes: Uint8Array) => Value,
  bytes: Uint8Array,
  code: ErrorCode
): Value | undefined {
  try {
    return decode(bytes)
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
    assert.equal(error.code, code)
    return undefined
  }
}

interface Decoder<Value> {
  readonly decode: (bytes: Uint8Array) => Value
  readonly encode: (value: Value) => Uint8Array
  readonly code: ErrorCode
  /** What only reading knows: verbs of a later version. */
  readonly canEncode?: (value: Value) => boolean
}

/** Whatever a decoder takes is within bounds: the encoder, which checks them too, takes it, and it comes back the same. */
function assertTakesOnlyWhatItGives<Value>(decoder: Decoder<Value>, bytes: Uint8Array): void {
  const value = tryDecode(decoder.decode, bytes, decoder.code)
  if (value !== undefined && (decoder.canEncode?.(value) ?? true)) {
    assert.deepEqual(decoder.decode(decoder.encode(value)), value)
  }
}

/** Feeds a decoder random bytes, and good ones that were cut at every place, flipped and spliced. */
export function assertWithstandsHostileBytes<Value>(
  decoder: Decoder<Value>,
  good: fc.Arbitrary<Value>
): void {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assertTakesOnlyWhatItGives(decoder, bytes)
    }),
    { numRuns: 500 }
  )
  for (const value of fc.sample(good, { numRuns: 12, seed: 1 })) {
    const bytes = decoder.encode(value)
    // Every place near the ends, where structure is; every so many within long fields of opaque bytes.
    for (let end = 0; end < bytes.length; end += end < 400 || end > bytes.length - 40 ? 1 : 97) {
      tryDecode(decoder.decode, bytes.subarray(0, end), decoder.code)
    }
  }
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4
  })
  fc.assert(
    fc.property(good, flips, fc.boolean(), (value, changes, isNearStart) => {
      const bytes = decoder.encode(value)
      for (const [at, mask] of changes) {
        const index = at % (isNearStart ? Math.min(bytes.length, 120) : bytes.length)
        bytes[index] = (bytes[index] ?? 0) ^ mask
      }
      assertTakesOnlyWhatItGives(decoder, bytes)
    }),
    { numRuns: 500 }
  )
  fc.assert(
    fc.property(good, good, fc.nat(), fc.nat(), (one, other, from, to) => {
      const head = decoder.encode(one)
      const tail = decoder.encode(other)
      const splice = [...head.subarray(0, from % 200), ...tail.subarray(to % 200)]
      assertTakesOnlyWhatItGives(decoder, Uint8Array.from(splice))
    }),
    { numRuns: 200 }
  )
}
