import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  CLAIMABLE_BYTES,
  decodeRelayFrame,
  encodeRelayFrame,
  REGISTRATIONS_MAX,
  storeIds,
  SUBSCRIPTIONS_MAX,
  WORK_BITS_MAX
} from '@sealpost/protocol'
import type { RelayFrame, RelayInfo } from '@sealpost/protocol'
import { relayFrame } from './arbitrary-frames.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some, times, writeRelayFrame } from './mallory-frames.ts'
import type { WireBody } from './mallory-frames.ts'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_FRAME_MALFORMED' }

function takes(body: WireBody, number = 1): RelayFrame {
  return decodeRelayFrame(writeRelayFrame({ number, body }))
}

function refuses(body: WireBody, number = 1): void {
  assert.throws(() => decodeRelayFrame(writeRelayFrame({ number, body })), MALFORMED)
}

const envelope = { envelopeId: some(16), recallHash: some(32), lifetime: 2, sealed: some(2_048) }
const wireInfo = {
  versions: [1],
  storeId: some(16),
  challenge: some(16),
  workBits: 20,
  limits: {},
  capacity: 1,
  operator: 'rita',
  addresses: ['/dns4/relay.example/tcp/443/tls/ws']
}

function info(fields: object): WireBody {
  return { case: 'info', value: { ...wireInfo, ...fields } }
}

describe('a relay’s frame', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(relayFrame, (frame) => {
        assert.deepEqual(decodeRelayFrame(encodeRelayFrame(frame)), frame)
      }),
      { numRuns: 400 }
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      { decode: decodeRelayFrame, encode: encodeRelayFrame, code: 'SEALPOST_FRAME_MALFORMED' },
      relayFrame
    )
  })

  it('has a number of at least 1 if it answers, and 0 if nobody asked', () => {
    takes({ case: 'ack', value: {} }, 0xffff_ffff)
    refuses({ case: 'ack', value: {} }, 0)
    for (const body of [
      { case: 'drained', value: { mailboxId: some(32) } },
      { case: 'superseded', value: { mailboxId: some(32) } },
      { case: 'goingAway', value: { retryAfterMs: 5n } },
      { case: 'deliver', value: { mailboxId: some(32), envelope } },
      { case: 'ping', value: { number: 3 } },
      { case: 'pong', value: { number: 3 } }
    ] as const) {
      takes(body, 0)
      refuses(body, 1)
    }
  })

  it('is refused when it says nothing that was asked for', () => {
    assert.throws(() => decodeRelayFrame(Uint8Array.of(0x08, 5)), MALFORMED)
    assert.throws(() => decodeRelayFrame(Uint8Array.of(0x08, 5, 0xc2, 0x02, 0)), MALFORMED)
    assert.throws(() => decodeRelayFrame(Uint8Array.of(0xc2, 0x02, 0)), MALFORMED)
    assert.throws(() => decodeRelayFrame(new Uint8Array(0)), MALFORMED)
    refuses({ case: 'claim', value: {} })
  })

  it('is refused when an id has a wrong length', () => {
    for (const length of [0, 31, 33]) {
      const mailboxId = some(length)
      refuses({ case: 'drained', value: { mailboxId } }, 0)
      refuses({ case: 'superseded', value: { mailboxId } }, 0)
      refuses({ case: 'deliver', value: { mailboxId, envelope } }, 0)
    }
    for (const length of [0, 15, 17]) {
      refuses(info({ storeId: some(length) }))
      refuses(info({ challenge: some(length) }))
      const fields = { ...envelope, envelopeId: some(length) }
      refuses({ case: 'deliver', value: { mailboxId: some(32), envelope: fields } }, 0)
    }
  })

  it('delivers envelopes of any length up to the largest size class', () => {
    const deliver = (length: number): WireBody => ({
      case: 'deliver',
      value: { mailboxId: some(32), envelope: { ...envelope, sealed: some(length) } }
    })
    takes(deliver(32_768), 0)
    refuses(deliver(32_769), 0)
  })

  it('gives a claimable of exactly its size', () => {
    const claimed = (length: number): WireBody => ({
      case: 'claim',
      value: { result: { case: 'claimed', value: some(length) } }
    })
    takes(claimed(CLAIMABLE_BYTES))
    refuses(claimed(CLAIMABLE_BYTES - 1))
    refuses(claimed(CLAIMABLE_BYTES + 1))
  })

  it('has an outcome for each of what can be asked for at once', () => {
    for (const [verb, max] of [
      ['register', REGISTRATIONS_MAX],
      ['subscribe', SUBSCRIPTIONS_MAX]
    ] as const) {
      takes({ case: verb, value: { outcomes: times(max, () => 1) } })
      refuses({ case: verb, value: { outcomes: times(max + 1, () => 1) } })
      refuses({ case: verb, value: { outcomes: [] } })
    }
  })

  it('is refused with values of enums that are unspecified or unknown', () => {
    for (const [max, body] of [
      [3, (value: number): WireBody => ({ case: 'register', value: { outcomes: [value] } })],
      [4, (value: number): WireBody => ({ case: 'subscribe', value: { outcomes: [1, value] } })],
      [3, (value: number): WireBody => ({ case: 'deposit', value: { outcome: value } })],
      [3, (value: number): WireBody => ({ case: 'recall', value: { outcome: value } })],
      [4, (value: number) => info({ capacity: value })]
    ] as const) {
      takes(body(1))
      takes(body(max))
      refuses(body(0))
      refuses(body(max + 1))
      refuses(body(-1))
    }
    refuses({ case: 'refusal', value: { reason: 0 } })
    takes({ case: 'refusal', value: { reason: 10 } })
    refuses({ case: 'refusal', value: { reason: 11 } })
  })

  it('names 1 to 8 versions', () => {
    takes(info({ versions: times(8, () => 1) }))
    refuses(info({ versions: times(9, () => 1) }))
    refuses(info({ versions: [] }))
  })

  it('asks for at most 32 bits of work', () => {
    takes(info({ workBits: WORK_BITS_MAX }))
    refuses(info({ workBits: WORK_BITS_MAX + 1 }))
    const needs = (workBits: number, challenge = some(16)): WireBody => ({
      case: 'refusal',
      value: { reason: 5, workBits, challenge }
    })
    takes(needs(WORK_BITS_MAX))
    refuses(needs(WORK_BITS_MAX + 1))
    refuses(needs(1, some(15)))
  })

  it('carries at most 256 bytes of an operator’s words, each', () => {
    for (const field of ['operator', 'policy']) {
      takes(info({ [field]: 'ä'.repeat(128) }))
      refuses(info({ [field]: `${'ä'.repeat(128)}.` }))
    }
  })

  it('carries a link to the desk of at most 2,048 visible characters', () => {
    takes(info({ desk: '' }))
    takes(info({ desk: 'x'.repeat(2_048) }))
    refuses(info({ desk: 'x'.repeat(2_049) }))
    refuses(info({ desk: 'two words' }))
    refuses(info({ desk: 'ä' }))
  })

  it('is refused when its words are not UTF-8', () => {
    const bytes = writeRelayFrame({ number: 1, body: info({}) })
    const at = Buffer.from(bytes).indexOf('rita')
    bytes[at] = 0xff
    assert.throws(() => decodeRelayFrame(bytes), MALFORMED)
  })

  it('names at most 3 addresses, of visible characters and at most 256 bytes', () => {
    const address = `/dns4/${'a'.repeat(250)}`
    takes(info({ addresses: [] }))
    takes(info({ addresses: times(3, () => address) }))
    refuses(info({ addresses: times(4, () => address) }))
    refuses(info({ addresses: [`${address}a`] }))
    for (const wrong of ['', '/', 'dns4/a', '/dns4/a b', '/dns4/\u001b[2J', '/dns4/ä']) {
      refuses(info({ addresses: [wrong] }))
    }
  })

  it('has notices of one plain line each, three at most', () => {
    const notice = { id: some(8), language: 'zh-CN', text: 'Back at noon.', endsAtMs: 1n }
    const withOne = (fields: object): WireBody => info({ notices: [{ ...notice, ...fields }] })
    takes(info({ notices: times(3, () => notice) }))
    refuses(info({ notices: times(4, () => notice) }))
    for (const text of ['a', 'ä'.repeat(200), 'a'.repeat(400), 'שלום', '中继中午维护']) {
      takes(withOne({ text }))
    }
    for (const text of ['', '  ', `${'ä'.repeat(200)}a`, 'a\nb', 'a\tb', '\u001b[2Ja', '\u0085']) {
      refuses(withOne({ text }))
    }
    for (const sign of ['\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069']) {
      refuses(withOne({ text: `a${sign}b` }))
    }
    for (const language of ['', 'en', 'zh-hans-abcd']) {
      takes(withOne({ language }))
    }
    for (const language of ['e', 'zh_CN', 'en-', 'zh-hans-abcde', 'en ']) {
      refuses(withOne({ language }))
    }
    refuses(withOne({ id: some(7) }))
    refuses(withOne({ id: some(9) }))
  })

  it('is refused without the limits of an info', () => {
    refuses(info({ limits: undefined }))
  })

  it('has times and sizes that a number can say', () => {
    const safe = BigInt(Number.MAX_SAFE_INTEGER)
    for (const body of [
      (value: bigint) => info({ timeMs: value }),
      (value: bigint) => info({ closesAtMs: value }),
      (value: bigint) =>
        info({ notices: [{ id: some(8), language: '', text: 'a', endsAtMs: value }] }),
      (value: bigint) => info({ limits: { contactBytesMax: value } }),
      (value: bigint) => info({ limits: { unackedBytesMax: value } }),
      (value: bigint): WireBody => ({ case: 'refusal', value: { reason: 6, retryAfterMs: value } })
    ]) {
      takes(body(safe))
      refuses(body(safe + 1n))
    }
    takes({ case: 'goingAway', value: { retryAfterMs: safe } }, 0)
    refuses({ case: 'goingAway', value: { retryAfterMs: safe + 1n } }, 0)
  })

  it('says nothing with a refusal that its reason does not call for', () => {
    const denied = { reason: 1, retryAfterMs: 5n, workBits: 99, challenge: some(3) }
    assert.deepEqual(takes({ case: 'refusal', value: denied }, 4), {
      type: 'answer',
      number: 4,
      answer: { type: 'refused', reason: 'denied' }
    })
  })
})

describe('encodeRelayFrame', () => {
  const rita: RelayInfo = {
    versions: [1],
    timeMs: 0,
    storeId: storeIds.fromBytes(some(16)),
    challenge: some(16),
    workBits: 0,
    limits: {
      depositsPerSecond: 20,
      depositBurst: 60,
      mailboxDepositsPerMinute: 120,
      contactEnvelopeCountMax: 512,
      contactBytesMax: 1,
      requestEnvelopeCountMax: 64,
      unackedEnvelopeCountMax: 64,
      unackedBytesMax: 1
    },
    capacity: 'open',
    operator: 'rita',
    policy: '',
    desk: '',
    addresses: [],
    closesAtMs: undefined,
    needsInvite: false,
    notices: []
  }

  it('refuses to write what no client reads', () => {
    const written = (fields: Partial<RelayInfo>) => () =>
      encodeRelayFrame({
        type: 'answer',
        number: 1,
        answer: { type: 'info', info: { ...rita, ...fields } }
      })
    written({})()
    for (const wrong of [
      { versions: [] },
      { timeMs: -1 },
      { timeMs: 1.5 },
      { challenge: some(17) },
      { workBits: 33 },
      { operator: 'a'.repeat(257) },
      { operator: '\ud800' },
      { addresses: ['relay.example'] },
      { notices: [{ id: 'ab'.repeat(8), language: '', text: 'a\nb', endsAtMs: 0 }] },
      { notices: [{ id: 'ab'.repeat(7), language: '', text: 'a', endsAtMs: 0 }] },
      { limits: { ...rita.limits, depositBurst: -1 } },
      { limits: { ...rita.limits, contactBytesMax: Number.MAX_SAFE_INTEGER + 1 } }
    ] satisfies Partial<RelayInfo>[]) {
      assert.throws(written(wrong), RangeError, JSON.stringify(wrong))
    }
    const answer = { type: 'acked' } as const
    assert.throws(() => encodeRelayFrame({ type: 'answer', number: 0, answer }), RangeError)
    const claimed = { type: 'claimed', blob: some(10) } as const
    assert.throws(
      () => encodeRelayFrame({ type: 'answer', number: 1, answer: claimed }),
      RangeError
    )
  })
})
