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
  encodeResendRequest,
  LINK_HELLO_BYTES_MAX,
  LINK_WELCOME_BYTES_MAX,
  LIVE_CONTENT_BYTES_MAX,
  PROGRESS_RANGES_MAX,
  RESEND_HASHES_MAX,
  RESEND_REQUEST_BYTES_MAX
} from '@sealpost/protocol'
import type {
  DeviceNumber,
  LinkGrant,
  LinkHello,
  LinkWelcome,
  LiveContent,
  Progress,
  ResendRequest
} from '@sealpost/protocol'
import { create, toBinary } from '@bufbuild/protobuf'
import {
  LinkHelloSchema,
  LinkWelcomeSchema,
  ResendRequestSchema
} from '../src/gen/sealpost/content/v1/content_pb.ts'
import { linkGrant } from './arbitrary-account.ts'
import { addressRecord, personName, progress, registrationId } from './arbitrary-content.ts'
import { bytes, longBytes, record, safeInteger } from './arbitrary-frames.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some, times } from './mallory-frames.ts'

const code = 'SEALPOST_CONTENT_MALFORMED'
const MALFORMED = { name: 'ProtocolError', code }

/** A field of a later version, so many bytes in all: at least 132. */
function unknownField(length: number): Uint8Array {
  const rest = length - 4
  return Uint8Array.from([0xfa, 0x01, (rest & 0x7f) | 0x80, rest >> 7, ...some(rest)])
}

const resendRequest: fc.Arbitrary<ResendRequest> = record({
  sentAtMs: safeInteger,
  ciphertextHash: fc.oneof(bytes(16), bytes(0)),
  progress,
  isSessionBroken: fc.boolean(),
  furtherHashes: fc.array(bytes(16), { maxLength: RESEND_HASHES_MAX })
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

  const request: ResendRequest = {
    sentAtMs: 1,
    ciphertextHash: some(16),
    progress: [],
    isSessionBroken: false,
    furtherHashes: []
  }
  const ranges = times(PROGRESS_RANGES_MAX, () => 0).map((_, i) => ({
    first: 2 ** 50 + 2 * i,
    last: 2 ** 50 + 2 * i
  }))
  const heard = times(127, () => 0).map((_, i): Progress => ({
    device: (i + 1) as DeviceNumber,
    deliveredUpTo: 2 ** 50 - 2,
    deliveredBeyond: ranges,
    readUpTo: 0
  }))

  it('brings a list of devices, unless that makes it too long', () => {
    const brings = (length: number): boolean => {
      const deviceList = { body: some(length), signature: some(64) }
      const written = encodeResendRequest({ ...request, progress: heard, deviceList })
      assert.ok(written.length <= RESEND_REQUEST_BYTES_MAX)
      const read = decodeResendRequest(written)
      assert.deepEqual(read.deviceList ?? deviceList, deviceList)
      return read.deviceList !== undefined
    }
    assert.ok(brings(1_500))
    assert.ok(!brings(1_800))
    const deviceList = { body: some(10), signature: some(63) }
    assert.throws(() => encodeResendRequest({ ...request, deviceList }), MALFORMED)
    const wire = create(ResendRequestSchema, { ciphertextHash: some(16), deviceList })
    assert.throws(() => decodeResendRequest(toBinary(ResendRequestSchema, wire)), MALFORMED)
  })

  it('names a ciphertext by 16 bytes, or none', () => {
    for (const length of [1, 15, 17]) {
      const wrong = { ...request, ciphertextHash: some(length) }
      assert.throws(() => encodeResendRequest(wrong), MALFORMED)
    }
    const wire = create(ResendRequestSchema, { ciphertextHash: some(15) })
    assert.throws(() => decodeResendRequest(toBinary(ResendRequestSchema, wire)), MALFORMED)
  })

  it('names up to 32 more', () => {
    const furtherHashes = times(RESEND_HASHES_MAX, () => some(16))
    const most = { ...request, furtherHashes }
    assert.deepEqual(decodeResendRequest(encodeResendRequest(most)), most)
    for (const wrong of [[...furtherHashes, some(16)], [some(15)], [some(0)]]) {
      assert.throws(() => encodeResendRequest({ ...request, furtherHashes: wrong }), MALFORMED)
      const wire = create(ResendRequestSchema, { furtherHashes: wrong })
      assert.throws(() => decodeResendRequest(toBinary(ResendRequestSchema, wire)), MALFORMED)
    }
  })

  it('has progress within its bounds, and a time that there can be', () => {
    const [one] = heard
    assert.ok(one !== undefined)
    assert.throws(() => encodeResendRequest({ ...request, progress: [one, one] }), MALFORMED)
    const touching = { ...one, deliveredBeyond: [{ first: 2 ** 50 - 1, last: 2 ** 50 }] }
    assert.throws(() => encodeResendRequest({ ...request, progress: [touching] }), MALFORMED)
    const late = { ...request, sentAtMs: Number.MAX_SAFE_INTEGER + 1 }
    assert.throws(() => encodeResendRequest(late), MALFORMED)
  })

  it('loses ranges from the end where they do not fit the smallest envelope', () => {
    for (const deviceCount of [1, 2, 3, 12]) {
      const progress = heard.slice(0, deviceCount)
      const bytes = encodeResendRequest({ ...request, progress })
      const read = decodeResendRequest(bytes)
      assert.ok(bytes.length <= RESEND_REQUEST_BYTES_MAX)
      assert.deepEqual({ ...read, progress: [] }, request)
      assert.deepEqual(
        read.progress.map(({ device }) => device),
        progress.map(({ device }) => device)
      )
      const kept = read.progress.flatMap(({ deliveredBeyond }) => deliveredBeyond)
      const given = progress.flatMap(({ deliveredBeyond }) => deliveredBeyond)
      assert.deepEqual(kept, given.slice(0, kept.length))
      // As many as there is room for: a range takes up to 20 bytes.
      const isFull = bytes.length > RESEND_REQUEST_BYTES_MAX - 24
      assert.ok(isFull || kept.length === given.length, String(bytes.length))
    }
  })

  it('loses devices from the end where not even their numbers fit', () => {
    const read = heard.map((one) => ({ ...one, readUpTo: one.deliveredUpTo }))
    const bytes = encodeResendRequest({ ...request, progress: read })
    const { progress } = decodeResendRequest(bytes)
    assert.ok(bytes.length > RESEND_REQUEST_BYTES_MAX - 24)
    assert.ok(progress.length < heard.length)
    assert.deepEqual(
      progress,
      read.slice(0, progress.length).map((one) => ({ ...one, deliveredBeyond: [] }))
    )
  })

  it('is at most 1,800 bytes on the way in', () => {
    assert.throws(() => decodeResendRequest(unknownField(RESEND_REQUEST_BYTES_MAX + 1)), MALFORMED)
    assert.equal(decodeResendRequest(unknownField(RESEND_REQUEST_BYTES_MAX)).sentAtMs, 0)
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

  it('of a later version is unknown, and cannot be written', () => {
    // Field 6.
    assert.deepEqual(decodeLiveContent(Uint8Array.of(0x08, 5, 0x32, 0)), {
      sentAtMs: 5,
      body: { type: 'unknown' }
    })
    const unknown: LiveContent = { sentAtMs: 5, body: { type: 'unknown' } }
    assert.throws(() => encodeLiveContent(unknown), MALFORMED)
  })

  it('is at most 1,800 bytes, of a time that there can be', () => {
    assert.throws(() => decodeLiveContent(unknownField(LIVE_CONTENT_BYTES_MAX + 1)), MALFORMED)
    assert.equal(decodeLiveContent(unknownField(LIVE_CONTENT_BYTES_MAX)).body.type, 'unknown')
    const body = { type: 'typing', isTyping: true } as const
    assert.throws(() => encodeLiveContent({ sentAtMs: -1, body }), MALFORMED)
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

  const hello: LinkHello = {
    requestKey: some(1_216),
    name: 'bob’s laptop',
    registrationId: 1,
    code: some(16)
  }

  it('has a request key, a name, a registration id and a code within their bounds', () => {
    const good: readonly Partial<LinkHello>[] = [
      { name: 'n'.repeat(64), registrationId: 16_380 },
      { name: '' }
    ]
    for (const fields of good) {
      const given = { ...hello, ...fields }
      assert.deepEqual(decodeLinkHello(encodeLinkHello(given)), given)
    }
    const bad: readonly Partial<LinkHello>[] = [
      { requestKey: some(1_215) },
      { requestKey: some(1_217) },
      { name: 'n'.repeat(65) },
      { name: 'bob\u0007' },
      { registrationId: 0 },
      { registrationId: 16_381 },
      { code: some(15) },
      { code: some(17) }
    ]
    for (const fields of bad) {
      assert.throws(() => encodeLinkHello({ ...hello, ...fields }), MALFORMED)
      const wire = create(LinkHelloSchema, { ...hello, ...fields })
      assert.throws(() => decodeLinkHello(toBinary(LinkHelloSchema, wire)), MALFORMED)
    }
  })

  it('is at most 1,536 bytes on the way in', () => {
    const bytes = encodeLinkHello(hello)
    const padded = (length: number) =>
      Uint8Array.from([...bytes, ...unknownField(length - bytes.length)])
    assert.deepEqual(decodeLinkHello(padded(LINK_HELLO_BYTES_MAX)), hello)
    assert.throws(() => decodeLinkHello(padded(LINK_HELLO_BYTES_MAX + 1)), MALFORMED)
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

  const [sample] = fc.sample(linkGrant, { numRuns: 1, seed: 3 })
  const [sampleAddress] = fc.sample(addressRecord, { numRuns: 1, seed: 3 })
  assert.ok(sample !== undefined && sampleAddress !== undefined)
  const grant: LinkGrant = { ...sample, siblings: [] }
  const sibling = { ...sampleAddress, relays: sampleAddress.relays.slice(0, 1) }
  const siblings = times(13, () => 0).map((_, i) => ({
    ...sibling,
    device: (i + 1) as DeviceNumber
  }))

  it('has keys, secrets and relays within their bounds', () => {
    const bad: readonly Partial<LinkGrant>[] = [
      { identityPublic: some(32) },
      { identityPrivate: some(33) },
      { ownerSecret: some(31) },
      { device: 0 as DeviceNumber },
      { device: 128 as DeviceNumber },
      { deviceList: { body: some(0), signature: some(63) } },
      { account: { ...grant.account, changedAtMs: -1 } },
      { relays: [] },
      { siblings: [sibling, sibling] },
      { siblings }
    ]
    for (const fields of bad) {
      assert.throws(() => encodeLinkWelcome({ ...grant, ...fields }), MALFORMED)
    }
  })

  it('loses siblings from the end where they do not fit', () => {
    const bytes = encodeLinkWelcome({ ...grant, siblings: siblings.slice(0, 12) })
    assert.ok(bytes.length <= LINK_WELCOME_BYTES_MAX)
    const read = decodeLinkWelcome(bytes)
    assert.ok(read.type === 'granted')
    assert.ok(read.siblings.length >= 2)
    assert.deepEqual(read, { ...grant, siblings: siblings.slice(0, read.siblings.length) })
  })

  it('is refused on the way out where it is too long without any sibling', () => {
    const deviceList = { body: some(LINK_WELCOME_BYTES_MAX), signature: some(64) }
    assert.throws(() => encodeLinkWelcome({ ...grant, deviceList, siblings }), MALFORMED)
  })

  it('is whole, or a refusal', () => {
    const refusal = Uint8Array.of(0x48, 1)
    assert.deepEqual(decodeLinkWelcome(refusal), { type: 'refused' })
    assert.throws(() => decodeLinkWelcome(new Uint8Array(0)), MALFORMED)
    const wire = { ...grant, deviceList: undefined, account: undefined, relays: [], siblings: [] }
    const bytes = toBinary(LinkWelcomeSchema, create(LinkWelcomeSchema, wire as object))
    assert.throws(() => decodeLinkWelcome(bytes), MALFORMED)
  })

  it('is at most 7,000 bytes on the way in', () => {
    const bytes = encodeLinkWelcome(grant)
    const padded = (length: number) =>
      Uint8Array.from([...bytes, ...unknownField(length - bytes.length)])
    assert.deepEqual(decodeLinkWelcome(padded(LINK_WELCOME_BYTES_MAX)), grant)
    assert.throws(() => decodeLinkWelcome(padded(LINK_WELCOME_BYTES_MAX + 1)), MALFORMED)
  })
})
