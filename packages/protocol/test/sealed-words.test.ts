import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeLinkHello,
  decodeLinkWelcome,
  decodeLiveContent,
  decodeResendRequest,
  encodeLinkHello,
  encodeLinkWelcome,
  encodeLiveContent,
  encodeResendRequest
} from '@sealpost/protocol'
import type { LinkHello, LinkWelcome, LiveContent, ResendRequest } from '@sealpost/protocol'
import { linkGrant } from './arbitrary-account.ts'
import { personName, progress, registrationId } from './arbitrary-content.ts'
import { bytes, longBytes, record, safeInteger } from './arbitrary-frames.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'

const code = 'SEALPOST_CONTENT_MALFORMED'

const resendRequest: fc.Arbitrary<ResendRequest> = record({
  sentAtMs: safeInteger,
  ciphertextHash: fc.oneof(bytes(16), bytes(0)),
  progress,
  isSessionBroken: fc.boolean()
})

const liveContent: fc.Arbitrary<LiveContent> = record({
  sentAtMs: safeInteger,
  body: fc.oneof(
    record({ type: fc.constant('typing' as const), isTyping: fc.boolean() }),
    record({ type: fc.constant('presence' as const), isOnline: fc.boolean() })
  )
})

const linkHello: fc.Arbitrary<LinkHello> = record({
  requestKey: longBytes(1_216),
  name: personName,
  registrationId,
  code: bytes(16)
})

const linkWelcome: fc.Arbitrary<LinkWelcome> = fc.oneof(
  { weight: 1, arbitrary: record({ type: fc.constant('refused' as const) }) },
  { weight: 4, arbitrary: linkGrant }
)

function comesBack<Value>(
  arbitrary: fc.Arbitrary<Value>,
  encode: (value: Value) => Uint8Array,
  decode: (bytes: Uint8Array) => Value
): void {
  fc.assert(
    fc.property(arbitrary, (given) => {
      assert.deepEqual(decode(encode(given)), given)
    })
  )
}

describe('a resend request', () => {
  it('comes back as it was written', () => {
    comesBack(resendRequest, encodeResendRequest, decodeResendRequest)
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      { decode: decodeResendRequest, encode: encodeResendRequest, code },
      resendRequest
    )
  })
})

describe('live content', () => {
  it('comes back as it was written', () => {
    comesBack(liveContent, encodeLiveContent, decodeLiveContent)
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeLiveContent,
        encode: encodeLiveContent,
        code,
        canEncode: ({ body }) => body.type !== 'unknown'
      },
      liveContent
    )
  })
})

describe('the hello of a new device', () => {
  it('comes back as it was written', () => {
    comesBack(linkHello, encodeLinkHello, decodeLinkHello)
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      { decode: decodeLinkHello, encode: encodeLinkHello, code },
      linkHello
    )
  })
})

describe('the welcome of a new device', () => {
  it('comes back as it was written', () => {
    comesBack(linkWelcome, encodeLinkWelcome, decodeLinkWelcome)
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      { decode: decodeLinkWelcome, encode: encodeLinkWelcome, code },
      linkWelcome
    )
  })
})
