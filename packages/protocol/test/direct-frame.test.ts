import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeDirectFrame,
  encodeDirectFrame,
  mailboxIds,
  REQUEST_NUMBER_MAX
} from '@sealpost/protocol'
import type { DirectFrame } from '@sealpost/protocol'
import { bytes, envelope, id, record, uint32 } from './arbitrary-frames.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'

const number = fc.integer({ min: 1, max: REQUEST_NUMBER_MAX })

/** Every frame but `unknown`. */
const directFrame: fc.Arbitrary<DirectFrame> = fc.oneof(
  record({
    type: fc.constant('deposit' as const),
    number,
    mailboxId: id(mailboxIds),
    depositToken: bytes(32),
    envelope,
    isLive: fc.boolean()
  }),
  record({ type: fc.constant('stored' as const), number }),
  record({
    type: fc.constant('refused' as const),
    number,
    reason: fc.constantFrom('denied' as const, 'busy' as const, 'too-large' as const)
  }),
  record({ type: fc.constantFrom('ping' as const, 'pong' as const), number: uint32 })
)

describe('a frame of a direct stream', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(directFrame, (given) => {
        assert.deepEqual(decodeDirectFrame(encodeDirectFrame(given)), given)
      }),
      { numRuns: 300 }
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeDirectFrame,
        encode: encodeDirectFrame,
        code: 'SEALPOST_FRAME_MALFORMED',
        canEncode: (frame) => frame.type !== 'unknown'
      },
      directFrame
    )
  })
})
