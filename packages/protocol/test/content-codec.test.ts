import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  CONTENT_BYTES_MAX,
  decodeContent,
  encodeContent,
  messageIds,
  nodeKeys,
  PROGRESS_RANGES_MAX,
  REQUEST_TEXT_BYTES_MAX,
  requestIds,
  TEXT_BYTES_MAX
} from '@sealpost/protocol'
import type {
  AddressRecord,
  Content,
  DeviceNumber,
  Progress,
  SignedDeviceList
} from '@sealpost/protocol'
import { create, toBinary } from '@bufbuild/protobuf'
import { ContentSchema } from '../src/gen/sealpost/content/v1/content_pb.ts'
import { addressRecord, content, device } from './arbitrary-content.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some, times } from './mallory-frames.ts'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_CONTENT_MALFORMED' }

/** What mallory writes: content of the schema, whatever its values. */
function decodeWire(fields: object): Content {
  return decodeContent(toBinary(ContentSchema, create(ContentSchema, fields)))
}

const hello: Content = {
  number: 1,
  messageId: messageIds.fromBytes(some(16)),
  sentAtMs: 1_700_000_000_000,
  progress: [],
  body: { type: 'text', text: 'hello' }
}

function takes(fields: Partial<Content>): void {
  const given = { ...hello, ...fields }
  assert.deepEqual(decodeContent(encodeContent(given)), given)
}

function refuses(fields: Partial<Content>): void {
  assert.throws(() => encodeContent({ ...hello, ...fields }), MALFORMED)
}

function first<Value>(arbitrary: fc.Arbitrary<Value>): Value {
  const [value] = fc.sample(arbitrary, { numRuns: 1, seed: 7 })
  return value ?? assert.fail('no sample')
}

const address: AddressRecord = first(addressRecord)
const deviceList: SignedDeviceList = { body: some(40), signature: some(64) }

describe('content', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(content, (given) => {
        assert.deepEqual(decodeContent(encodeContent(given)), given)
      }),
      { numRuns: 300 }
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeContent,
        encode: encodeContent,
        code: 'SEALPOST_CONTENT_MALFORMED',
        canEncode: ({ body }) => body.type !== 'unknown'
      },
      content
    )
  })

  it('is at most as long as the largest envelope', () => {
    const unknown = (length: number) =>
      Uint8Array.from([0xa2, 0x06, ...lengthOf(length), ...some(length)])
    const lengthOf = (length: number) => [
      (length & 0x7f) | 0x80,
      ((length >> 7) & 0x7f) | 0x80,
      length >> 14
    ]
    const head = unknown(0).length
    assert.equal(decodeContent(unknown(CONTENT_BYTES_MAX - head)).body.type, 'unknown')
    assert.throws(() => decodeContent(unknown(CONTENT_BYTES_MAX - head + 1)), MALFORMED)
  })

  it('is refused on the way out when all its parts together are too long', () => {
    const ranges = times(PROGRESS_RANGES_MAX, () => 0).map((_, i) => ({
      first: 2 ** 50 + 2 * i,
      last: 2 ** 50 + 2 * i
    }))
    const progress = times(30, () => 0).map((_, i): Progress => ({
      device: (i + 1) as DeviceNumber,
      deliveredUpTo: 0,
      deliveredBeyond: ranges,
      readUpTo: 0
    }))
    takes({ progress: progress.slice(0, 1) })
    refuses({ progress })
  })

  it('is owned by whoever read it', () => {
    const given: Content = { ...hello, body: { type: 'address-update', address, deviceList } }
    const bytes = encodeContent(given)
    const read = decodeContent(bytes)
    bytes.fill(0)
    assert.deepEqual(read, given)
  })

  it('has an id of 16 bytes exactly when it has a number', () => {
    refuses({ number: 0, body: { type: 'link-used' } })
    refuses({ messageId: undefined })
    takes({ number: 0, messageId: undefined, body: { type: 'link-used' } })
    for (const length of [1, 15, 17]) {
      const fields = { number: 1n, messageId: some(length), body: { case: 'linkUsed', value: {} } }
      assert.throws(() => decodeWire(fields), MALFORMED)
    }
  })

  it('numbers texts, and never receipts', () => {
    refuses({ number: 0, messageId: undefined })
    refuses({ body: { type: 'receipt' } })
    takes({ number: 0, messageId: undefined, body: { type: 'receipt' } })
  })

  it('has numbers and times that a number can say', () => {
    takes({ number: Number.MAX_SAFE_INTEGER, sentAtMs: Number.MAX_SAFE_INTEGER })
    refuses({ number: Number.MAX_SAFE_INTEGER + 1 })
    refuses({ sentAtMs: -1 })
    refuses({ sentAtMs: 0.5 })
    const beyond = BigInt(Number.MAX_SAFE_INTEGER) + 1n
    const fields = { number: 1n, messageId: some(16), body: { case: 'linkUsed', value: {} } }
    assert.equal(decodeWire(fields).number, 1)
    assert.throws(() => decodeWire({ ...fields, number: beyond }), MALFORMED)
    assert.throws(() => decodeWire({ ...fields, sentAtMs: beyond }), MALFORMED)
    for (const wrong of [
      { device: 1, deliveredUpTo: beyond },
      { device: 1, readUpTo: beyond },
      { device: 1, deliveredBeyond: [{ first: 2n, last: beyond }] }
    ]) {
      assert.throws(() => decodeWire({ ...fields, progress: [wrong] }), MALFORMED)
    }
  })

  it('of a later version is unknown, with its number and progress, and cannot be written', () => {
    // Field 31, of which nothing is known yet.
    const bytes = Uint8Array.from([0x08, 5, 0x12, 16, ...some(16), 0x22, 2, 0x08, 3, 0xfa, 0x01, 0])
    const read = decodeContent(bytes)
    assert.equal(read.number, 5)
    assert.equal(read.progress[0]?.device, 3)
    assert.deepEqual(read.body, { type: 'unknown' })
    refuses({ body: { type: 'unknown' } })
  })
})

describe('a text', () => {
  const text = (value: string): Partial<Content> => ({ body: { type: 'text', text: value } })

  it('has up to 30,000 bytes of UTF-8', () => {
    takes(text(''))
    takes(text('a'.repeat(TEXT_BYTES_MAX)))
    takes(text('€'.repeat(TEXT_BYTES_MAX / 3)))
    refuses(text('a'.repeat(TEXT_BYTES_MAX + 1)))
    refuses(text(`${'€'.repeat(TEXT_BYTES_MAX / 3)}a`))
    const long = { case: 'text', value: { text: 'a'.repeat(TEXT_BYTES_MAX + 1) } }
    assert.throws(() => decodeWire({ number: 1n, messageId: some(16), body: long }), MALFORMED)
  })

  it('is well-formed', () => {
    takes(text('\u0000\u001b\ufeff😀'))
    refuses(text('\ud800'))
    refuses(text('a\udc00'))
    const bytes = encodeContent(hello)
    bytes[Buffer.from(bytes).indexOf('hello')] = 0xff
    assert.throws(() => decodeContent(bytes), MALFORMED)
  })
})

describe('progress', () => {
  const alice = first(device)
  const of = (fields: Partial<Progress>): Partial<Content> => ({
    progress: [{ device: alice, deliveredUpTo: 10, deliveredBeyond: [], readUpTo: 0, ...fields }]
  })
  const beyond = (...ranges: (readonly [number, number])[]): Partial<Content> =>
    of({ deliveredBeyond: ranges.map(([from, last]) => ({ first: from, last })) })

  it('names ranges that ascend with a gap before each', () => {
    takes(beyond([12, 12], [14, 20], [22, 22]))
    refuses(beyond([11, 12]))
    refuses(beyond([10, 12]))
    refuses(beyond([12, 14], [15, 16]))
    refuses(beyond([12, 14], [14, 16]))
    refuses(beyond([20, 21], [12, 13]))
    refuses(beyond([13, 12]))
    refuses(beyond([12, Number.MAX_SAFE_INTEGER + 1]))
  })

  it('names at most 64 ranges', () => {
    const ranges = Array.from(
      { length: PROGRESS_RANGES_MAX + 1 },
      (_, i) => [12 + 2 * i, 12 + 2 * i] as const
    )
    takes(beyond(...ranges.slice(1)))
    refuses(beyond(...ranges))
  })

  it('names no device twice', () => {
    const one = of({}).progress ?? []
    refuses({ progress: [...one, ...one] })
  })

  it('names devices from 1 to 127', () => {
    const fields = { number: 1n, messageId: some(16), body: { case: 'linkUsed', value: {} } }
    const all = Array.from({ length: 127 }, (_, i) => ({ device: i + 1 }))
    assert.equal(decodeWire({ ...fields, progress: all }).progress.length, 127)
    assert.throws(() => decodeWire({ ...fields, progress: [{ device: 0 }] }), MALFORMED)
    assert.throws(() => decodeWire({ ...fields, progress: [{ device: 128 }] }), MALFORMED)
  })
})

describe('a request', () => {
  const request = (fields: object): Partial<Content> => ({
    body: {
      type: 'request',
      requestId: requestIds.fromBytes(some(16)),
      profile: { name: 'bob' },
      address,
      deviceList,
      text: 'hi',
      ...fields
    }
  })

  it('carries up to 1,000 bytes of text', () => {
    takes(request({ text: 'ä'.repeat(REQUEST_TEXT_BYTES_MAX / 2) }))
    refuses(request({ text: `${'ä'.repeat(REQUEST_TEXT_BYTES_MAX / 2)}.` }))
  })

  it('carries a name that a person can have', () => {
    takes(request({ profile: { name: '' } }))
    refuses(request({ profile: { name: 'bob\u0007' } }))
  })

  it('carries an address record and a device list within their bounds', () => {
    refuses(request({ address: { ...address, seed: some(31) } }))
    refuses(request({ deviceList: { ...deviceList, signature: some(63) } }))
    refuses(request({ deviceList: { ...deviceList, body: some(8_193) } }))
    takes(request({ deviceList: { ...deviceList, body: some(8_192) } }))
  })

  it('is whole', () => {
    const bytes = encodeContent({ ...hello, ...request({}) })
    const read = decodeContent(bytes)
    assert.ok(read.body.type === 'request')
    const base = { number: 1n, messageId: some(16) }
    const empty = { case: 'request', value: { requestId: some(16) } }
    assert.throws(() => decodeWire({ ...base, body: empty }), MALFORMED)
    assert.throws(() => decodeWire({ ...base, body: { case: 'accept', value: {} } }), MALFORMED)
  })
})

describe('an address update', () => {
  const update = (fields: object): Partial<Content> => ({
    body: {
      type: 'address-update',
      address: undefined,
      deviceList: undefined,
      ...fields
    }
  })

  it('brings an address, a device list or both, but not nothing', () => {
    takes(update({ address }))
    takes(update({ deviceList }))
    takes(update({ address, deviceList }))
    refuses(update({}))
    const fields = { number: 1n, messageId: some(16), body: { case: 'addressUpdate', value: {} } }
    assert.throws(() => decodeWire(fields), MALFORMED)
  })
})

describe('where a device can be reached directly', () => {
  const alice = nodeKeys.fromBytes(some(32))
  const at = (addresses: readonly string[], validUntilMs = 1): Partial<Content> => ({
    here: { nodeKey: alice, addresses, validUntilMs }
  })

  it('has up to 3 addresses', () => {
    takes(at([]))
    takes(at(['/a', '/b', `/${'c'.repeat(255)}`]))
    refuses(at(['/a', '/b', '/c', '/d']))
    refuses(at([`/${'c'.repeat(256)}`]))
    refuses(at(['a']))
    refuses(at(['/a\u001b']))
  })

  it('ends at a time that there can be', () => {
    takes(at([], Number.MAX_SAFE_INTEGER))
    refuses(at([], Number.MAX_SAFE_INTEGER + 1))
  })

  it('is a node key of 32 bytes', () => {
    const fields = { number: 1n, messageId: some(16), body: { case: 'linkUsed', value: {} } }
    assert.ok(decodeWire({ ...fields, here: { nodeKey: some(32) } }).here)
    for (const length of [0, 31, 33]) {
      assert.throws(() => decodeWire({ ...fields, here: { nodeKey: some(length) } }), MALFORMED)
    }
  })

  it('rides on receipts too, and is no field where nothing is said', () => {
    const receipt: Partial<Content> = {
      number: 0,
      messageId: undefined,
      body: { type: 'receipt' }
    }
    takes({ ...receipt, ...at(['/a']) })
    assert.ok(!('here' in decodeContent(encodeContent(hello))))
    assert.ok(!('here' in decodeContent(encodeContent({ ...hello, here: undefined }))))
  })
})

describe('what a text was before', () => {
  const was = (number: number, from: number = 127): Partial<Content> => ({
    body: { type: 'text', text: 'hello' },
    was: { device: from as DeviceNumber, number }
  })

  it('is a device and a number that there can be', () => {
    takes(was(1))
    takes(was(Number.MAX_SAFE_INTEGER, 1))
    for (const name of [was(0), was(1, 0), was(1, 128), was(Number.MAX_SAFE_INTEGER + 1)]) {
      refuses(name)
    }
    const fields = { number: 1n, messageId: some(16), body: { case: 'text', value: { text: 'a' } } }
    assert.ok(decodeWire({ ...fields, was: { device: 1, number: 1n } }).was)
    for (const name of [{ device: 0, number: 1n }, { device: 128, number: 1n }, { device: 1 }]) {
      assert.throws(() => decodeWire({ ...fields, was: name }), MALFORMED)
    }
  })

  it('is said of texts alone, and is no field where nothing is said', () => {
    refuses({ ...was(1), body: { type: 'link-used' } })
    assert.ok(!('was' in decodeContent(encodeContent(hello))))
  })
})

describe('a withdrawal', () => {
  const of = (number: number): Partial<Content> => ({
    body: { type: 'withdrawal', messageId: messageIds.fromBytes(some(16)), number }
  })

  it('names a message by its number and id', () => {
    takes(of(1))
    takes(of(Number.MAX_SAFE_INTEGER))
    refuses(of(0))
    refuses(of(Number.MAX_SAFE_INTEGER + 1))
    for (const length of [0, 15, 17]) {
      const body = { case: 'withdrawal', value: { messageId: some(length), number: 1n } }
      assert.throws(() => decodeWire({ number: 1n, messageId: some(16), body }), MALFORMED)
    }
  })
})

describe('a reply, and what is passed on', () => {
  const reply = (excerpt: string, text = 'yes'): Partial<Content> => {
    const answered = { messageId: messageIds.fromBytes(some(16)), isOfSender: true, excerpt }
    return { body: { type: 'text', text, reply: answered } }
  }

  it('quotes at most 256 bytes, which count into those of the text', () => {
    takes(reply(''))
    takes(reply('a'.repeat(256)))
    refuses(reply('a'.repeat(257)))
    refuses(reply('\u00e4'.repeat(129)))
    takes(reply('a'.repeat(256), 'b'.repeat(TEXT_BYTES_MAX - 256)))
    refuses(reply('a'.repeat(256), 'b'.repeat(TEXT_BYTES_MAX - 255)))
  })

  it('names a message by an id of 16 bytes', () => {
    for (const length of [0, 15, 17]) {
      const body = { case: 'text', value: { text: 'a', reply: { messageId: some(length) } } }
      assert.throws(() => decodeWire({ number: 1n, messageId: some(16), body }), MALFORMED)
    }
  })

  it('is no field where there is nothing of it', () => {
    takes({ body: { type: 'text', text: 'a', isForwarded: true } })
    const { body } = decodeContent(encodeContent(hello))
    assert.deepEqual(Object.keys(body), ['type', 'text'])
  })
})

describe('a timer', () => {
  const of = (seconds: number, changedAtMs = 0): Partial<Content> => ({
    body: { type: 'timer', seconds, changedAtMs }
  })

  it('is at most 366 days, and chosen at a time after which there is another', () => {
    takes(of(0))
    takes(of(31_622_400, 2 ** 48 - 1))
    refuses(of(31_622_401))
    refuses(of(0.5))
    refuses(of(-1))
    refuses(of(0, 2 ** 48))
    refuses({ ...of(1), number: 0, messageId: undefined })
  })

  it('is how long a text stays, and no field where that is for ever', () => {
    takes({ body: { type: 'text', text: 'a', fadeAfterS: 31_622_400 } })
    refuses({ body: { type: 'text', text: 'a', fadeAfterS: 31_622_401 } })
    const value = { text: 'a', fadeAfterS: 31_622_401 }
    const body = { case: 'text', value }
    assert.throws(() => decodeWire({ number: 1n, messageId: some(16), body }), MALFORMED)
  })
})

describe('an edit', () => {
  const of = (text: string): Partial<Content> => ({
    body: { type: 'edit', messageId: messageIds.fromBytes(some(16)), text }
  })

  it('has a text of 1 to 30,000 bytes, a number, and an id of 16 bytes', () => {
    takes(of('a'))
    takes(of('a'.repeat(TEXT_BYTES_MAX)))
    refuses(of(''))
    refuses(of('a'.repeat(TEXT_BYTES_MAX + 1)))
    refuses({ ...of('a'), number: 0, messageId: undefined })
    for (const length of [0, 15, 17]) {
      const body = { case: 'edit', value: { messageId: some(length), text: 'a' } }
      assert.throws(() => decodeWire({ number: 1n, messageId: some(16), body }), MALFORMED)
    }
  })
})

describe('a reaction', () => {
  const of = (emoji: string): Partial<Content> => ({
    body: { type: 'reaction', messageId: messageIds.fromBytes(some(16)), isOfSender: false, emoji }
  })

  it('is up to 32 bytes without spaces, control characters and what turns the direction of text', () => {
    const flagOfWales = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}'
    for (const emoji of ['', '\u{1f44d}', '\u2764\ufe0f', flagOfWales, 'a'.repeat(32)]) {
      takes(of(emoji))
    }
    for (const other of ['a b', '\n', '\u00a0', '\u202e', '\u2067', '\ud83d', 'a'.repeat(33)]) {
      refuses(of(other))
    }
    refuses({ ...of('a'), number: 0, messageId: undefined })
    for (const length of [0, 15, 17]) {
      const body = { case: 'reaction', value: { messageId: some(length), emoji: 'a' } }
      assert.throws(() => decodeWire({ number: 1n, messageId: some(16), body }), MALFORMED)
    }
  })
})

describe('what is unavailable', () => {
  type Pair = readonly [number, number]
  const of = (shown: readonly Pair[], silent: readonly Pair[]): Partial<Content> => {
    const ranges = (pairs: readonly Pair[]) => pairs.map(([from, last]) => ({ first: from, last }))
    return { body: { type: 'unavailable', shown: ranges(shown), silent: ranges(silent) } }
  }

  it('is named in ranges from 1 up that ascend with a gap before each', () => {
    takes(of([[1, 1]], []))
    takes(
      of(
        [
          [1, 2],
          [4, 9]
        ],
        [[3, 3]]
      )
    )
    takes(of([], [[1, Number.MAX_SAFE_INTEGER]]))
    refuses(of([[0, 1]], []))
    refuses(
      of(
        [
          [1, 2],
          [3, 4]
        ],
        []
      )
    )
    refuses(
      of(
        [
          [4, 5],
          [1, 2]
        ],
        []
      )
    )
    refuses(of([[2, 1]], []))
  })

  it('is no number twice, and at least one', () => {
    refuses(of([], []))
    refuses(of([[1, 5]], [[5, 6]]))
    refuses(of([[3, 3]], [[1, 9]]))
    takes(of([[1, 5]], [[6, 6]]))
  })

  it('has at most 64 ranges of each kind', () => {
    const ranges = Array.from(
      { length: PROGRESS_RANGES_MAX + 1 },
      (_, i) => [1 + 2 * i, 1 + 2 * i] as const
    )
    const others = ranges.map(([number]) => [1_000 + number, 1_000 + number] as const)
    takes(of(ranges.slice(1), others.slice(1)))
    refuses(of(ranges, []))
    refuses(of([], others))
  })
})
