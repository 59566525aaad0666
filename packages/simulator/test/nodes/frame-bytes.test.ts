import assert from 'node:assert/strict'
import {
  type ClientFrame,
  type DirectFrame,
  encodeClientFrame,
  encodeDirectFrame,
  encodeRelayFrame,
  type EnvelopeId,
  type Lifetime,
  type MailboxId,
  type RelayFrame
} from '@sealpost/protocol'
import fc from 'fast-check'
import { clientFrameBytes, directFrameBytes, relayFrameBytes } from '../../src/nodes/frame-bytes.ts'

const NUMBER = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }))
const SECRET = new Uint8Array(32).fill(1)
const MAILBOX = 'ab'.repeat(32) as MailboxId
const ENVELOPE_ID = 'cd'.repeat(16) as EnvelopeId

const ENVELOPE = fc
  .record({
    lifetime: fc.integer({ min: 0, max: 3 }),
    size: fc.constantFrom(2_048, 8_192, 32_768)
  })
  .map(({ lifetime, size }) => ({
    envelopeId: ENVELOPE_ID,
    recallHash: SECRET,
    lifetime: lifetime as Lifetime,
    sealed: new Uint8Array(size)
  }))
const WORK = fc.option(fc.constant({ challenge: new Uint8Array(16), nonce: new Uint8Array(8) }), {
  nil: undefined
})

const CLIENT_FRAME: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc
    .record({ number: NUMBER, envelope: ENVELOPE, isLive: fc.boolean(), work: WORK })
    .map((drawn) => {
      const { number, ...rest } = drawn
      const request = {
        type: 'deposit',
        mailboxId: MAILBOX,
        depositToken: SECRET,
        ...rest
      } as const
      return { type: 'request', number, request } as const
    }),
  fc.record({ number: NUMBER, count: fc.integer({ min: 1, max: 64 }) }).map(({ number, count }) => {
    const envelopeIds = Array.from({ length: count }, () => ENVELOPE_ID)
    const request = { type: 'ack', mailboxId: MAILBOX, envelopeIds } as const
    return { type: 'request', number, request } as const
  }),
  fc.record({ number: NUMBER, count: fc.integer({ min: 1, max: 256 }) }).map((drawn) => {
    const { count, number } = drawn
    const subscription = { mailboxId: MAILBOX, fetchToken: SECRET }
    const subscriptions = Array.from({ length: count }, () => subscription)
    const request = { type: 'subscribe', instance: new Uint8Array(16), subscriptions } as const
    return { type: 'request', number, request } as const
  }),
  fc.record({ number: NUMBER }).map(({ number }) => {
    return { type: 'request', number, request: { type: 'info' } } as const
  }),
  fc.record({ number: NUMBER }).map(({ number }) => ({ type: 'ping', number }) as const)
)

const RELAY_FRAME: fc.Arbitrary<RelayFrame> = fc.oneof(
  fc
    .record({
      number: NUMBER,
      outcome: fc.constantFrom('stored' as const, 'gone' as const, 'accepted' as const)
    })
    .map(({ number, outcome }) => {
      return { type: 'answer', number, answer: { type: 'deposited', outcome } } as const
    }),
  NUMBER.map((number) => ({ type: 'answer', number, answer: { type: 'acked' } }) as const),
  fc
    .record({
      number: NUMBER,
      outcomes: fc.array(fc.constantFrom('done' as const, 'empty' as const, 'denied' as const), {
        minLength: 1,
        maxLength: 256
      })
    })
    .map(({ number, outcomes }) => {
      return { type: 'answer', number, answer: { type: 'subscribed', outcomes } } as const
    }),
  fc.record({ envelope: ENVELOPE, isLive: fc.boolean() }).map((drawn) => {
    return { type: 'push', push: { type: 'deliver', mailboxId: MAILBOX, ...drawn } } as const
  }),
  NUMBER.map((number) => ({ type: 'pong', number }) as const)
)

const DIRECT_FRAME: fc.Arbitrary<DirectFrame> = fc.oneof(
  fc.record({ number: NUMBER, envelope: ENVELOPE, isLive: fc.boolean() }).map((drawn) => {
    return { type: 'deposit', mailboxId: MAILBOX, depositToken: SECRET, ...drawn } as const
  }),
  NUMBER.map((number) => ({ type: 'stored', number }) as const)
)

describe('the length of a frame', () => {
  it('of a client is that of its encoding', () => {
    fc.assert(
      fc.property(CLIENT_FRAME, (frame) => {
        assert.equal(clientFrameBytes(frame), encodeClientFrame(frame).length)
      })
    )
  })

  it('of a relay is that of its encoding', () => {
    fc.assert(
      fc.property(RELAY_FRAME, (frame) => {
        assert.equal(relayFrameBytes(frame), encodeRelayFrame(frame).length)
      })
    )
  })

  it('of a client to another is that of its encoding', () => {
    fc.assert(
      fc.property(DIRECT_FRAME, (frame) => {
        assert.equal(directFrameBytes(frame), encodeDirectFrame(frame).length)
      })
    )
  })
})
