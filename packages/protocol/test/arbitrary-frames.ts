import fc from 'fast-check'
import {
  isNoticeText,
  CLAIMABLE_BYTES,
  envelopeIds,
  linkIds,
  mailboxIds,
  REQUEST_NUMBER_MAX,
  storeIds,
  utf8ToBytes,
  WORK_BITS_MAX
} from '@sealpost/protocol'
import type {
  OperatorNotice,
  Capacity,
  Claimable,
  ClientFrame,
  Envelope,
  IdParser,
  Lifetime,
  MailboxAnswer,
  MailboxKind,
  MailboxPush,
  MailboxRequest,
  Outcome,
  SubscribeOutcome,
  Refusal,
  Registration,
  RelayFrame,
  RelayInfo,
  RelayLimits,
  Work
} from '@sealpost/protocol'

/** Objects as source code makes them, so that they compare with what a decoder makes. */
export function record<Fields>(model: {
  [Key in keyof Fields]: fc.Arbitrary<Fields[Key]>
}): fc.Arbitrary<Fields> {
  return fc.record(model, { noNullPrototype: true })
}

/** So many bytes. */
export function bytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length })
}

/** Many bytes, cheap to draw: one repeated, with a few others in front. */
export function longBytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.uint8Array({ maxLength: 8 }), fc.integer({ min: 0, max: 255 }))
    .map(([head, fill]) => {
      const all = new Uint8Array(length).fill(fill)
      all.set(head.subarray(0, length))
      return all
    })
}

/** An id of any value. */
export function id<Id>(parser: IdParser<Id>): fc.Arbitrary<Id> {
  return bytes(parser.byteLength).map((value) => parser.fromBytes(value))
}

/** Every uint32, and often the ends. */
export const uint32: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffff_ffff })
/** Every safe integer from 0. */
export const safeInteger: fc.Arbitrary<number> = fc.maxSafeNat()
const requestNumber = fc.integer({ min: 1, max: REQUEST_NUMBER_MAX })

const work: fc.Arbitrary<Work | undefined> = fc.option(
  record({ challenge: bytes(16), nonce: bytes(8) }),
  { nil: undefined }
)
const lifetime = fc.constantFrom<Lifetime>(0, 1, 2, 3)

export const envelope: fc.Arbitrary<Envelope> = record({
  envelopeId: id(envelopeIds),
  recallHash: bytes(32),
  lifetime,
  sealed: fc.constantFrom(0, 1, 127, 128, 2_048, 8_192, 32_768).chain(longBytes)
})

const registration: fc.Arbitrary<Registration> = fc.oneof(
  record({
    type: fc.constant('mailbox' as const),
    mailboxId: id(mailboxIds),
    depositHash: bytes(32),
    fetchHash: bytes(32),
    kind: fc.constantFrom<MailboxKind>('contact', 'request', 'own', 'group'),
    isQuiet: fc.boolean()
  }),
  record({
    type: fc.constant('link' as const),
    linkId: id(linkIds),
    claimHash: bytes(32),
    ownerHash: bytes(32)
  })
)

const claimable: fc.Arbitrary<Claimable> = record({
  blob: longBytes(CLAIMABLE_BYTES),
  expiresAtMs: safeInteger,
  isFallback: fc.boolean()
})

const putClaimables = record({
  type: fc.constant('put-claimables' as const),
  linkId: id(linkIds),
  ownerToken: bytes(32),
  claimables: fc.array(claimable, { maxLength: 3 }),
  replaceAll: fc.boolean()
}).filter(({ claimables, replaceAll }) => replaceAll || claimables.length > 0)

export const deposit = record({
  type: fc.constant('deposit' as const),
  mailboxId: id(mailboxIds),
  depositToken: bytes(32),
  envelope,
  isLive: fc.boolean(),
  work
})

/** Every request but `unknown`. */
const request: fc.Arbitrary<MailboxRequest> = fc.oneof(
  fc.constant({ type: 'info' as const }),
  record({
    type: fc.constant('register' as const),
    registrations: fc.array(registration, { minLength: 1, maxLength: 4 }),
    work
  }),
  record({
    type: fc.constant('register' as const),
    registrations: fc.array(registration, { minLength: 1, maxLength: 4 }),
    work,
    invite: record({ token: bytes(16), claimant: bytes(16) })
  }),
  record({
    type: fc.constant('inspect' as const),
    mailboxId: id(mailboxIds),
    fetchToken: bytes(32),
    fromSequence: safeInteger
  }),
  deposit,
  record({
    type: fc.constant('subscribe' as const),
    instance: bytes(16),
    subscriptions: fc.array(record({ mailboxId: id(mailboxIds), fetchToken: bytes(32) }), {
      minLength: 1,
      maxLength: 4
    })
  }),
  record({
    type: fc.constant('unsubscribe' as const),
    mailboxIds: fc.array(id(mailboxIds), { minLength: 1, maxLength: 4 })
  }),
  record({
    type: fc.constant('ack' as const),
    mailboxId: id(mailboxIds),
    envelopeIds: fc.array(id(envelopeIds), { minLength: 1, maxLength: 4 })
  }),
  record({
    type: fc.constant('recall' as const),
    mailboxId: id(mailboxIds),
    envelopeId: id(envelopeIds),
    recallToken: bytes(32)
  }),
  record({
    type: fc.constant('destroy' as const),
    mailboxId: id(mailboxIds),
    fetchToken: bytes(32)
  }),
  putClaimables,
  record({
    type: fc.constant('claim' as const),
    linkId: id(linkIds),
    claimToken: bytes(32),
    claimId: bytes(32),
    work
  }),
  record({
    type: fc.constant('count-claimables' as const),
    linkId: id(linkIds),
    ownerToken: bytes(32)
  })
)

const heartbeat = record({
  type: fc.constantFrom('ping' as const, 'pong' as const),
  number: uint32
})

export const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  record({ type: fc.constant('request' as const), number: requestNumber, request }),
  heartbeat
)

const limits: fc.Arbitrary<RelayLimits> = record({
  depositsPerSecond: uint32,
  depositBurst: uint32,
  mailboxDepositsPerMinute: uint32,
  contactEnvelopeCountMax: uint32,
  contactBytesMax: safeInteger,
  requestEnvelopeCountMax: uint32,
  unackedEnvelopeCountMax: uint32,
  unackedBytesMax: safeInteger
})

const operatorText = fc
  .string({ unit: 'grapheme', maxLength: 80 })
  .filter((text) => utf8ToBytes(text).length <= 256)

/** A multiaddr's text, of one of the shapes that relays have. */
export const addressText: fc.Arbitrary<string> = fc.oneof(
  fc.ipV4().map((host) => `/ip4/${host}/tcp/7700/ws`),
  fc
    .domain()
    .map((host) => `/dns4/${host}/tcp/443/tls/ws`)
    .filter((text) => text.length <= 256)
)

const notice: fc.Arbitrary<OperatorNotice> = record({
  id: fc.stringMatching(/^[0-9a-f]{16}$/),
  language: fc.constantFrom('', 'en', 'zh-CN'),
  text: operatorText.filter(isNoticeText),
  endsAtMs: safeInteger
})

const info: fc.Arbitrary<RelayInfo> = record({
  versions: fc.array(uint32, { minLength: 1, maxLength: 8 }),
  timeMs: safeInteger,
  storeId: id(storeIds),
  challenge: bytes(16),
  workBits: fc.integer({ min: 0, max: WORK_BITS_MAX }),
  limits,
  capacity: fc.constantFrom<Capacity>('open', 'no-new-mailboxes', 'busy', 'read-only'),
  operator: operatorText,
  policy: operatorText,
  desk: fc.stringMatching(/^[!-~]{0,80}$/),
  needsInvite: fc.boolean(),
  notices: fc.array(notice, { maxLength: 3 }),
  closesAtMs: fc.option(
    safeInteger.map((time) => Math.max(1, time)),
    { nil: undefined }
  ),
  addresses: fc.array(addressText, { maxLength: 3 })
})

const outcomes = fc.array(fc.constantFrom<Outcome>('done', 'denied', 'busy'), {
  minLength: 1,
  maxLength: 6
})
const subscribeOutcomes = fc.array(
  fc.constantFrom<SubscribeOutcome>('done', 'denied', 'busy', 'empty'),
  { minLength: 1, maxLength: 6 }
)

const refusal: fc.Arbitrary<Refusal> = fc.oneof(
  record({
    type: fc.constant('refused' as const),
    reason: fc.constantFrom('slow-down' as const, 'busy' as const),
    retryAfterMs: safeInteger
  }),
  record({
    type: fc.constant('refused' as const),
    reason: fc.constant('needs-work' as const),
    workBits: fc.integer({ min: 0, max: WORK_BITS_MAX }),
    challenge: bytes(16)
  }),
  record({
    type: fc.constant('refused' as const),
    reason: fc.constantFrom(
      'denied' as const,
      'quota-exceeded' as const,
      'too-large' as const,
      'expired' as const,
      'unsupported-version' as const,
      'internal' as const
    )
  })
)

const answer: fc.Arbitrary<MailboxAnswer> = fc.oneof(
  record({ type: fc.constant('info' as const), info }),
  record({ type: fc.constant('registered' as const), outcomes }),
  record({ type: fc.constant('subscribed' as const), outcomes: subscribeOutcomes }),
  record({
    type: fc.constant('deposited' as const),
    outcome: fc.constantFrom('stored' as const, 'gone' as const, 'accepted' as const)
  }),
  record({
    type: fc.constantFrom(
      'unsubscribed' as const,
      'acked' as const,
      'destroyed' as const,
      'claimables-stored' as const,
      'taken' as const
    )
  }),
  record({
    type: fc.constant('recalled' as const),
    outcome: fc.constantFrom('recalled' as const, 'delivered' as const, 'unknown' as const)
  }),
  record({ type: fc.constant('claimed' as const), blob: longBytes(CLAIMABLE_BYTES) }),
  record({
    type: fc.constant('claimables-counted' as const),
    left: uint32,
    claimed: uint32,
    fallbackClaimed: uint32
  }),
  refusal
)

export const deliver = record({
  type: fc.constant('deliver' as const),
  mailboxId: id(mailboxIds),
  envelope,
  isLive: fc.boolean()
})

const push: fc.Arbitrary<MailboxPush> = fc.oneof(
  deliver,
  record({
    type: fc.constantFrom('drained' as const, 'superseded' as const),
    mailboxId: id(mailboxIds)
  }),
  record({ type: fc.constant('going-away' as const), retryAfterMs: safeInteger })
)

export const relayFrame: fc.Arbitrary<RelayFrame> = fc.oneof(
  record({ type: fc.constant('answer' as const), number: requestNumber, answer }),
  record({ type: fc.constant('push' as const), push }),
  heartbeat
)
