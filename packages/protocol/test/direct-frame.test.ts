import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeDirectFrame,
  encodeDirectFrame,
  envelopeIds,
  FRAME_RECORDS_MAX,
  mailboxIds,
  REQUEST_NUMBER_MAX
} from '@sealpost/protocol'
import type { DirectFrame } from '@sealpost/protocol'
import { create, toBinary } from '@bufbuild/protobuf'
import { DirectFrameSchema } from '../src/gen/sealpost/direct/v1/direct_pb.ts'
import { bytes, envelope, id, record, uint32 } from './arbitrary-frames.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some, times } from './mallory-frames.ts'

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

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_FRAME_MALFORMED' }
const deposit = {
  mailboxId: some(32),
  depositToken: some(32),
  envelope: { envelopeId: some(16), recallHash: some(32), lifetime: 2, sealed: some(32_768) }
}

/** What mallory writes: a frame of the schema, whatever its values. */
function decodeWire(fields: object): DirectFrame {
  return decodeDirectFrame(toBinary(DirectFrameSchema, create(DirectFrameSchema, fields)))
}

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

  it('has at most 1,024 records', () => {
    // Empty fields of a later version, two bytes each.
    const many = (count: number) => Uint8Array.from(times(count, () => [0x42, 0]).flat())
    assert.deepEqual(decodeDirectFrame(many(FRAME_RECORDS_MAX)), { type: 'unknown', number: 0 })
    assert.throws(() => decodeDirectFrame(many(FRAME_RECORDS_MAX + 1)), MALFORMED)
  })

  it('of a later version is unknown, and cannot be written', () => {
    assert.deepEqual(decodeDirectFrame(Uint8Array.of(0x08, 7, 0x42, 0)), {
      type: 'unknown',
      number: 7
    })
    assert.throws(() => encodeDirectFrame({ type: 'unknown', number: 7 }), RangeError)
  })

  it('numbers deposits and their answers from 1', () => {
    const bodies = [
      { case: 'deposit', value: deposit },
      { case: 'stored', value: {} },
      { case: 'refused', value: { reason: 1 } }
    ]
    for (const body of bodies) {
      decodeWire({ number: 1, body })
      decodeWire({ number: REQUEST_NUMBER_MAX, body })
      assert.throws(() => decodeWire({ number: 0, body }), MALFORMED)
    }
    assert.throws(() => encodeDirectFrame({ type: 'stored', number: 0 }), RangeError)
    assert.throws(
      () => encodeDirectFrame({ type: 'stored', number: REQUEST_NUMBER_MAX + 1 }),
      RangeError
    )
    assert.deepEqual(decodeWire({ body: { case: 'ping', value: {} } }), { type: 'ping', number: 0 })
  })

  it('deposits with ids and tokens of their length, and an envelope', () => {
    const bad = [
      { ...deposit, mailboxId: some(31) },
      { ...deposit, depositToken: some(33) },
      { ...deposit, envelope: undefined },
      { ...deposit, envelope: { ...deposit.envelope, envelopeId: some(15) } },
      { ...deposit, envelope: { ...deposit.envelope, recallHash: some(0) } },
      { ...deposit, envelope: { ...deposit.envelope, lifetime: 4 } },
      { ...deposit, envelope: { ...deposit.envelope, sealed: some(32_769) } }
    ]
    decodeWire({ number: 1, body: { case: 'deposit', value: deposit } })
    for (const value of bad) {
      assert.throws(() => decodeWire({ number: 1, body: { case: 'deposit', value } }), MALFORMED)
    }
  })

  it('refuses for a reason that is known', () => {
    for (const reason of [0, 4]) {
      const body = { case: 'refused', value: { reason } }
      assert.throws(() => decodeWire({ number: 1, body }), MALFORMED)
    }
  })

  it('keeps what it sealed in the bytes that were read, and copies the rest', () => {
    const given: DirectFrame = {
      type: 'deposit',
      number: 1,
      mailboxId: mailboxIds.fromBytes(some(32)),
      depositToken: some(32),
      envelope: {
        envelopeId: envelopeIds.fromBytes(some(16)),
        recallHash: some(32),
        lifetime: 2,
        sealed: some(2_048)
      },
      isLive: false
    }
    const bytes = encodeDirectFrame(given)
    const read = decodeDirectFrame(bytes)
    assert.ok(read.type === 'deposit')
    assert.equal(read.envelope.sealed.buffer, bytes.buffer)
    assert.notEqual(read.depositToken.buffer, bytes.buffer)
    const long = { ...given, envelope: { ...given.envelope, sealed: some(32_769) } }
    assert.throws(() => encodeDirectFrame(long), RangeError)
    assert.throws(() => encodeDirectFrame({ ...given, depositToken: some(31) }), RangeError)
  })
})
