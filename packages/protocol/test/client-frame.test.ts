import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  ACKS_MAX,
  CLAIMABLE_BYTES,
  CLAIMABLES_MAX,
  decodeClientFrame,
  encodeClientFrame,
  FRAME_BYTES_MAX,
  REGISTRATIONS_MAX,
  SUBSCRIPTIONS_MAX
} from '@sealpost/protocol'
import type { ClientFrame, MailboxRequest } from '@sealpost/protocol'
import { clientFrame } from './arbitrary-frames.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some, times, writeClientFrame } from './mallory-frames.ts'
import type { WireBody } from './mallory-frames.ts'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_FRAME_MALFORMED' }

function takes(body: WireBody, number = 1): MailboxRequest {
  const frame = decodeClientFrame(writeClientFrame({ number, body }))
  return frame.type === 'request' ? frame.request : assert.fail(frame.type)
}

function refuses(body: WireBody, number = 1): void {
  assert.throws(() => decodeClientFrame(writeClientFrame({ number, body })), MALFORMED)
}

const mailbox = () => ({
  what: {
    case: 'mailbox' as const,
    value: { mailboxId: some(32), depositHash: some(32), fetchHash: some(32), kind: 1 }
  }
})
const link = () => ({
  what: {
    case: 'link' as const,
    value: { linkId: some(32), claimHash: some(32), ownerHash: some(32) }
  }
})
const work = { challenge: some(16), nonce: some(8) }
const envelope = { envelopeId: some(16), recallHash: some(32), lifetime: 2, sealed: some(2_048) }
const subscription = () => ({ mailboxId: some(32), fetchToken: some(32) })
const claimable = () => ({ blob: some(CLAIMABLE_BYTES) })

/** One good request of each verb that has fields. */
const good = {
  register: { registrations: [mailbox(), link()], work },
  deposit: { mailboxId: some(32), depositToken: some(32), envelope, work },
  subscribe: { instance: some(16), subscriptions: [subscription()] },
  unsubscribe: { mailboxIds: [some(32)] },
  ack: { mailboxId: some(32), envelopeIds: [some(16)] },
  recall: { mailboxId: some(32), envelopeId: some(16), recallToken: some(32) },
  destroy: { mailboxId: some(32), fetchToken: some(32) },
  putClaimables: { linkId: some(32), ownerToken: some(32), claimables: [claimable()] },
  claim: { linkId: some(32), claimToken: some(32), claimId: some(32), work },
  countClaimables: { linkId: some(32), ownerToken: some(32) }
}

type Verb = keyof typeof good

/** The request of a verb with one field replaced. */
function withField(verb: Verb, field: string, value: unknown): WireBody {
  return { case: verb, value: { ...good[verb], [field]: value } }
}

describe('a client’s frame', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(clientFrame, (frame) => {
        assert.deepEqual(decodeClientFrame(encodeClientFrame(frame)), frame)
      }),
      { numRuns: 400 }
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeClientFrame,
        encode: encodeClientFrame,
        code: 'SEALPOST_FRAME_MALFORMED',
        canEncode: (frame) => frame.type !== 'request' || frame.request.type !== 'unknown'
      },
      clientFrame
    )
  })

  it('is taken with every good request', () => {
    for (const verb of Object.keys(good) as Verb[]) {
      takes({ case: verb, value: good[verb] })
    }
  })

  const exact: readonly (readonly [Verb, string, number])[] = [
    ['deposit', 'mailboxId', 32],
    ['deposit', 'depositToken', 32],
    ['subscribe', 'instance', 16],
    ['ack', 'mailboxId', 32],
    ['recall', 'mailboxId', 32],
    ['recall', 'envelopeId', 16],
    ['recall', 'recallToken', 32],
    ['destroy', 'mailboxId', 32],
    ['destroy', 'fetchToken', 32],
    ['putClaimables', 'linkId', 32],
    ['putClaimables', 'ownerToken', 32],
    ['claim', 'linkId', 32],
    ['claim', 'claimToken', 32],
    ['claim', 'claimId', 32],
    ['countClaimables', 'linkId', 32],
    ['countClaimables', 'ownerToken', 32]
  ]
  for (const [verb, field, length] of exact) {
    it(`is refused when ${field} of ${verb} has not exactly ${String(length)} bytes`, () => {
      takes(withField(verb, field, some(length)))
      for (const wrong of [0, length - 1, length + 1]) {
        refuses(withField(verb, field, some(wrong)))
      }
    })
  }

  const nested: readonly (readonly [
    string,
    Verb,
    string,
    number,
    (value: Uint8Array) => unknown
  ])[] = [
    ['an envelope id', 'deposit', 'envelope', 16, (v) => ({ ...envelope, envelopeId: v })],
    ['a recall hash', 'deposit', 'envelope', 32, (v) => ({ ...envelope, recallHash: v })],
    ['a challenge', 'deposit', 'work', 16, (v) => ({ ...work, challenge: v })],
    ['a nonce', 'claim', 'work', 8, (v) => ({ ...work, nonce: v })],
    ['a mailbox id', 'unsubscribe', 'mailboxIds', 32, (v) => [v]],
    ['an envelope id', 'ack', 'envelopeIds', 16, (v) => [v]],
    [
      'a mailbox id',
      'subscribe',
      'subscriptions',
      32,
      (v) => [{ ...subscription(), mailboxId: v }]
    ],
    [
      'a fetch token',
      'subscribe',
      'subscriptions',
      32,
      (v) => [{ ...subscription(), fetchToken: v }]
    ],
    ['a claimable', 'putClaimables', 'claimables', CLAIMABLE_BYTES, (v) => [{ blob: v }]],
    ...(['mailboxId', 'depositHash', 'fetchHash'] as const).map(
      (field) =>
        [
          field,
          'register',
          'registrations',
          32,
          (v: Uint8Array) => [
            { what: { case: 'mailbox', value: { ...mailbox().what.value, [field]: v } } }
          ]
        ] as const
    ),
    ...(['linkId', 'claimHash', 'ownerHash'] as const).map(
      (field) =>
        [
          field,
          'register',
          'registrations',
          32,
          (v: Uint8Array) => [
            { what: { case: 'link', value: { ...link().what.value, [field]: v } } }
          ]
        ] as const
    )
  ]
  for (const [noun, verb, field, length, make] of nested) {
    it(`is refused when ${noun} in ${field} of ${verb} has not exactly ${String(length)} bytes`, () => {
      takes(withField(verb, field, make(some(length))))
      for (const wrong of [0, length - 1, length + 1]) {
        refuses(withField(verb, field, make(some(wrong))))
      }
    })
  }

  const counts: readonly (readonly [Verb, string, number, () => unknown])[] = [
    ['register', 'registrations', REGISTRATIONS_MAX, mailbox],
    ['subscribe', 'subscriptions', SUBSCRIPTIONS_MAX, subscription],
    ['unsubscribe', 'mailboxIds', SUBSCRIPTIONS_MAX, () => some(32)],
    ['ack', 'envelopeIds', ACKS_MAX, () => some(16)],
    ['putClaimables', 'claimables', CLAIMABLES_MAX, claimable]
  ]
  for (const [verb, field, max, make] of counts) {
    it(`takes 1 to ${String(max)} ${field} of ${verb}, not none and not one more`, () => {
      takes(withField(verb, field, times(1, make)))
      takes(withField(verb, field, times(max, make)))
      refuses(withField(verb, field, []))
      refuses(withField(verb, field, times(max + 1, make)))
    })
  }

  it('may put no claimables only to erase those that are there', () => {
    const request = { ...good.putClaimables, claimables: [], replaceAll: true }
    const read = takes({ case: 'putClaimables', value: request })
    assert.ok(read.type === 'put-claimables' && read.claimables.length === 0)
  })

  it('takes a sealed envelope of any length up to the largest size class', () => {
    for (const length of [0, 1, 2_048, 5_000, 32_768]) {
      takes(withField('deposit', 'envelope', { ...envelope, sealed: some(length) }))
    }
    refuses(withField('deposit', 'envelope', { ...envelope, sealed: some(32_769) }))
  })

  it('is refused without the envelope of a deposit', () => {
    refuses(withField('deposit', 'envelope', undefined))
  })

  it('is refused with values of enums that are unspecified or unknown', () => {
    refuses(withField('deposit', 'envelope', { ...envelope, lifetime: 4 }))
    refuses(withField('deposit', 'envelope', { ...envelope, lifetime: -1 }))
    for (const kind of [0, 5, -1]) {
      const value = { ...mailbox().what.value, kind }
      refuses(withField('register', 'registrations', [{ what: { case: 'mailbox', value } }]))
    }
    refuses(withField('register', 'registrations', [{}]))
  })

  it('takes an expiry up to the largest safe integer and none beyond', () => {
    const at = (expiresAtMs: bigint) =>
      withField('putClaimables', 'claimables', [{ ...claimable(), expiresAtMs }])
    const read = takes(at(BigInt(Number.MAX_SAFE_INTEGER)))
    assert.ok(read.type === 'put-claimables')
    assert.equal(read.claimables[0]?.expiresAtMs, Number.MAX_SAFE_INTEGER)
    refuses(at(BigInt(Number.MAX_SAFE_INTEGER) + 1n))
    refuses(at(0xffff_ffff_ffff_ffffn))
  })

  it('has a number of at least 1 if it is a request, and 0 if it is a heartbeat', () => {
    takes({ case: 'info', value: {} }, 1)
    takes({ case: 'info', value: {} }, 0xffff_ffff)
    refuses({ case: 'info', value: {} }, 0)
    const ping = { case: 'ping', value: { number: 9 } } as const
    assert.deepEqual(decodeClientFrame(writeClientFrame({ body: ping })), {
      type: 'ping',
      number: 9
    })
    refuses(ping, 1)
    refuses({ case: 'pong', value: {} }, 1)
  })

  it('is an unknown request when its verb is of a later version', () => {
    const unknown: ClientFrame = { type: 'request', number: 5, request: { type: 'unknown' } }
    // Field 13, put-blob, and field 40.
    assert.deepEqual(decodeClientFrame(Uint8Array.of(0x08, 5, 0x6a, 2, 0x0a, 0)), unknown)
    assert.deepEqual(decodeClientFrame(Uint8Array.of(0x08, 5, 0xc2, 0x02, 0)), unknown)
    assert.deepEqual(decodeClientFrame(Uint8Array.of(0x08, 5)), unknown)
    assert.throws(() => decodeClientFrame(Uint8Array.of(0x6a, 0)), MALFORMED)
    assert.throws(() => decodeClientFrame(new Uint8Array(0)), MALFORMED)
  })

  it('may carry fields of a later version in a verb that is known', () => {
    const bytes = writeClientFrame({ number: 1, body: { case: 'destroy', value: good.destroy } })
    // Field 127 within the verb, whose length is the fourth byte, and field 40 beside it.
    const within = Uint8Array.from([...bytes, 0xf8, 0x07, 1])
    within[3] = (bytes[3] ?? 0) + 3
    const beside = Uint8Array.from([...bytes, 0xc2, 0x02, 0])
    assert.deepEqual(decodeClientFrame(within), decodeClientFrame(bytes))
    assert.deepEqual(decodeClientFrame(beside), decodeClientFrame(bytes))
  })

  it('costs little however many empty records it holds', () => {
    for (const field of [0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x52]) {
      const bytes = new Uint8Array(FRAME_BYTES_MAX)
      for (let i = 0; i < bytes.length; i += 2) {
        bytes[i] = field
      }
      assert.throws(() => decodeClientFrame(bytes), { ...MALFORMED, message: /records/ })
    }
  })

  it('gives sealed and claimable bytes as views into the frame, and all else as copies', () => {
    const bytes = writeClientFrame({ number: 1, body: { case: 'deposit', value: good.deposit } })
    const frame = decodeClientFrame(bytes)
    assert.ok(frame.type === 'request' && frame.request.type === 'deposit')
    const { depositToken, envelope: read, work: proof } = frame.request
    assert.equal(read.sealed.buffer, bytes.buffer)
    for (const copy of [depositToken, read.recallHash, proof?.nonce, proof?.challenge]) {
      assert.notEqual(copy?.buffer, bytes.buffer)
    }
  })
})

describe('encodeClientFrame', () => {
  const encode =
    (request: MailboxRequest, number = 1) =>
    () =>
      encodeClientFrame({ type: 'request', number, request })

  it('refuses to write what no relay reads', () => {
    assert.throws(encode({ type: 'unknown' }), RangeError)
    assert.throws(encode({ type: 'info' }, 0), RangeError)
    assert.throws(encode({ type: 'info' }, 0x1_0000_0000), RangeError)
    assert.throws(encode({ type: 'info' }, 1.5), RangeError)
    assert.throws(encode({ type: 'unsubscribe', mailboxIds: [] }), RangeError)
    assert.throws(() => encodeClientFrame({ type: 'ping', number: -1 }), RangeError)
  })

  it('refuses every breach that the decoder refuses', () => {
    const frames = fc.sample(clientFrame, { numRuns: 60, seed: 3 })
    for (const frame of frames) {
      if (frame.type !== 'request' || !('work' in frame.request)) {
        continue
      }
      const wrong = { challenge: some(15), nonce: some(8) }
      assert.throws(encode({ ...frame.request, work: wrong }), RangeError)
    }
  })
})
