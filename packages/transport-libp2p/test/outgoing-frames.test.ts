import assert from 'node:assert/strict'
import { encodeFrames, FRAME_BYTES_MAX } from '@sealpost/protocol'
import { frameLength } from '../src/outgoing-frames.ts'

describe('The length before a frame', () => {
  for (const length of [1, 127, 128, 129, 16_383, 16_384, 16_385, FRAME_BYTES_MAX]) {
    it(`is what the protocol writes, for ${length} bytes`, () => {
      const encoded = encodeFrames([new Uint8Array(length)])
      assert.deepEqual(frameLength(length), encoded.subarray(0, encoded.length - length))
    })
  }
})
