import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  BACKUP_RECORD_BYTES_MAX,
  CONTACT_ADDRESSES_MAX,
  CONTACT_NAME_BYTES_MAX,
  CONTENT_BYTES_MAX,
  decodeContent,
  encodeBackupRecord,
  encodeContent,
  HISTORY_PART_BYTES_MAX,
  identityKeys,
  isOwnDeviceBody,
  joinRecords,
  LINK_TEXT_BYTES_MAX,
  messageIds,
  nodeKeys,
  PROGRESS_RANGES_MAX,
  READ_MARKS_MAX,
  REQUEST_SECRET_KEY_BYTES_MAX,
  REQUEST_TEXT_BYTES_MAX,
  SENT_COPY_BYTES_MAX,
  TEXT_BYTES_MAX,
  transferIds
} from '@sealpost/protocol'
import type {
  AccountState,
  ContactState,
  Content,
  DeletedMessage,
  DeviceNumber,
  LinkState,
  OwnDeviceBody,
  StarredMessage
} from '@sealpost/protocol'
import { create, toBinary } from '@bufbuild/protobuf'
import { ContentSchema } from '../src/gen/sealpost/content/v1/content_pb.ts'
import { accountState, contactState, linkState, ownDeviceBody } from './arbitrary-account.ts'
import { addressRecord, content, numbered } from './arbitrary-content.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some, times } from './mallory-frames.ts'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_CONTENT_MALFORMED' }

function said(body: OwnDeviceBody): Content {
  const messageId = messageIds.fromBytes(some(16))
  return { number: 1, messageId, sentAtMs: 1_700_000_000_000, progress: [], body }
}

function takes(body: OwnDeviceBody): void {
  assert.deepEqual(decodeContent(encodeContent(said(body))).body, body)
}

function refuses(body: OwnDeviceBody): void {
  assert.throws(() => encodeContent(said(body)), MALFORMED)
}

/** What mallory writes: a body of the schema, whatever its values. */
function decodeBody(body: object): Content {
  const fields: object = { number: 1n, messageId: some(16), body }
  return decodeContent(toBinary(ContentSchema, create(ContentSchema, fields)))
}

function first<Value>(arbitrary: fc.Arbitrary<Value>): Value {
  const [value] = fc.sample(arbitrary, { numRuns: 1, seed: 7 })
  return value ?? assert.fail('no sample')
}

/** Content that the largest envelope has room for before the peer has answered: 89, 16 and 1,653 bytes are the session's. */
const UNANSWERED_ROOM_BYTES = 30_975
const bob = identityKeys.fromBytes(some(33))
const transferId = transferIds.fromBytes(some(16))
const devices = times(127, () => 0).map((_, i) => (i + 1) as DeviceNumber)

describe('what own devices say to each other', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(numbered(ownDeviceBody), (given) => {
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
      numbered(ownDeviceBody)
    )
  })

  it('is told apart from what contacts say', () => {
    for (const body of fc.sample(ownDeviceBody, { numRuns: 100, seed: 1 })) {
      assert.ok(isOwnDeviceBody(body))
    }
    for (const { body } of fc.sample(content, { numRuns: 100, seed: 1 })) {
      assert.ok(!isOwnDeviceBody(body), body.type)
    }
    assert.ok(!isOwnDeviceBody({ type: 'unknown' }))
  })

  it('is owned by whoever read it', () => {
    for (const given of fc.sample(numbered(ownDeviceBody), { numRuns: 40, seed: 2 })) {
      const bytes = encodeContent(given)
      const read = decodeContent(bytes)
      bytes.fill(0)
      assert.deepEqual(read, given)
    }
  })
})

describe('a copy of what was sent', () => {
  const copy = (bytes: Uint8Array): OwnDeviceBody => ({
    type: 'sent-copy',
    identityKey: bob,
    content: bytes
  })

  it('has at most 31,744 bytes of content', () => {
    takes(copy(some(SENT_COPY_BYTES_MAX)))
    refuses(copy(some(SENT_COPY_BYTES_MAX + 1)))
    const long = { identityKey: some(33), content: some(SENT_COPY_BYTES_MAX + 1) }
    assert.throws(() => decodeBody({ case: 'sentCopy', value: long }), MALFORMED)
  })

  it('of the longest text fits an envelope, also before the session is answered', () => {
    const text = encodeContent({
      number: Number.MAX_SAFE_INTEGER,
      messageId: messageIds.fromBytes(some(16)),
      sentAtMs: Number.MAX_SAFE_INTEGER,
      progress: [],
      body: { type: 'text', text: 'a'.repeat(TEXT_BYTES_MAX) }
    })
    assert.ok(encodeContent(said(copy(text))).length <= UNANSWERED_ROOM_BYTES)
  })

  it('names a contact by 33 bytes', () => {
    for (const length of [0, 32, 34]) {
      const value = { identityKey: some(length), content: some(1) }
      assert.throws(() => decodeBody({ case: 'sentCopy', value }), MALFORMED)
    }
  })
})

describe('read marks', () => {
  const marks = devices.map((device) => ({ identityKey: bob, device, upTo: 7 }))
  const carol = identityKeys.fromBytes(new Uint8Array(33))

  it('are 1 to 127, no device of a contact twice', () => {
    takes({ type: 'read-marks', marks: marks.slice(0, 1) })
    assert.equal(marks.length, READ_MARKS_MAX)
    takes({ type: 'read-marks', marks })
    const one = { identityKey: carol, device: 1 as DeviceNumber, upTo: 0 }
    refuses({ type: 'read-marks', marks: [...marks, one] })
    refuses({ type: 'read-marks', marks: [] })
    takes({ type: 'read-marks', marks: [...marks.slice(0, 1), one] })
    refuses({ type: 'read-marks', marks: [...marks.slice(0, 1), ...marks.slice(0, 1)] })
  })

  it('name devices and numbers that there can be', () => {
    const mark = { identityKey: some(33), device: 1, upTo: 1n }
    assert.equal(decodeBody({ case: 'readMarks', value: { marks: [mark] } }).number, 1)
    for (const wrong of [
      { ...mark, device: 0 },
      { ...mark, device: 128 },
      { ...mark, identityKey: some(32) },
      { ...mark, upTo: BigInt(Number.MAX_SAFE_INTEGER) + 1n }
    ]) {
      assert.throws(() => decodeBody({ case: 'readMarks', value: { marks: [wrong] } }), MALFORMED)
    }
  })
})

describe('a contact’s state', () => {
  const given: ContactState = { ...first(contactState), addresses: [], held: [] }
  const of = (fields: Partial<ContactState>): OwnDeviceBody => ({
    type: 'contact-state',
    contact: { ...given, ...fields }
  })

  it('has a name of up to 96 bytes, and what the contact says of up to 64', () => {
    takes(of({ name: 'n'.repeat(CONTACT_NAME_BYTES_MAX), profileName: 'n'.repeat(64) }))
    refuses(of({ name: 'n'.repeat(CONTACT_NAME_BYTES_MAX + 1) }))
    refuses(of({ profileName: 'n'.repeat(65) }))
    refuses(of({ name: 'bob\u001b' }))
  })

  it('has up to 1,000 bytes of a request’s text', () => {
    takes(of({ requestText: 'a'.repeat(REQUEST_TEXT_BYTES_MAX) }))
    refuses(of({ requestText: 'a'.repeat(REQUEST_TEXT_BYTES_MAX + 1) }))
  })

  it('has up to 12 addresses, no device twice, which fit a content of their own', () => {
    const address = { ...first(addressRecord), relays: first(addressRecord).relays.slice(0, 1) }
    const addresses = devices.map((device) => ({ ...address, device }))
    takes(of({ addresses: addresses.slice(0, CONTACT_ADDRESSES_MAX) }))
    refuses(of({ addresses: addresses.slice(0, CONTACT_ADDRESSES_MAX + 1) }))
    refuses(of({ addresses: [address, address] }))
    refuses(of({ addresses: [{ ...address, seed: some(31) }] }))
  })

  it('says what is held of up to 127 devices, none twice, in up to 64 ranges each', () => {
    const held = devices.map((device) => ({ device, upTo: 1, beyond: [] }))
    const ranges = times(PROGRESS_RANGES_MAX + 1, () => 0).map((_, i) => ({
      first: 3 + 2 * i,
      last: 3 + 2 * i
    }))
    const [one] = held
    assert.ok(one !== undefined)
    takes(of({ held }))
    takes(of({ held: [{ ...one, beyond: ranges.slice(1) }] }))
    refuses(of({ held: [{ ...one, beyond: ranges }] }))
    refuses(of({ held: [{ ...one, beyond: [{ first: 2, last: 2 }] }] }))
    refuses(of({ held: [one, one] }))
    refuses(of({ held: [...held, one] }))
  })

  it('has a standing and a choice that are known', () => {
    const value = { identityKey: some(33), standing: 3 }
    assert.equal(decodeBody({ case: 'contactState', value }).body.type, 'contact-state')
    for (const wrong of [
      { ...value, standing: 0 },
      { ...value, standing: 7 },
      { ...value, standingBefore: 7 },
      { ...value, direct: 3 },
      { ...value, replaces: some(32) },
      { ...value, identityKey: some(0) }
    ]) {
      assert.throws(() => decodeBody({ case: 'contactState', value: wrong }), MALFORMED)
    }
  })

  it('has times that there can be', () => {
    for (const field of ['verifiedAtMs', 'changedAtMs', 'createdAtMs']) {
      takes(of({ [field]: Number.MAX_SAFE_INTEGER }))
      refuses(of({ [field]: Number.MAX_SAFE_INTEGER + 1 }))
      refuses(of({ [field]: -1 }))
    }
  })

  it('has a device list within its bounds', () => {
    takes(of({ deviceList: { body: some(8_192), signature: some(64) } }))
    refuses(of({ deviceList: { body: some(8_193), signature: some(64) } }))
  })

  it('is refused on the way out where all its parts together are too long', () => {
    const ranges = times(PROGRESS_RANGES_MAX, () => 0).map((_, i) => ({
      first: 2 ** 50 + 2 * i,
      last: 2 ** 50 + 2 * i
    }))
    const held = devices.map((device) => ({ device, upTo: 1, beyond: ranges }))
    refuses(of({ held }))
    assert.ok(CONTENT_BYTES_MAX < BACKUP_RECORD_BYTES_MAX)
  })
})

describe('an account’s state', () => {
  const given: AccountState = { ...first(accountState), deviceNames: [] }
  const of = (fields: Partial<AccountState>): OwnDeviceBody => ({
    type: 'account-state',
    account: { ...given, ...fields }
  })

  it('names up to 127 devices, none twice, in up to 64 bytes', () => {
    const deviceNames = devices.map((device) => ({ device, name: 'n'.repeat(64) }))
    const [one] = deviceNames
    assert.ok(one !== undefined)
    takes(of({ deviceNames }))
    refuses(of({ deviceNames: [...deviceNames, one] }))
    refuses(of({ deviceNames: [one, one] }))
    refuses(of({ deviceNames: [{ ...one, name: 'n'.repeat(65) }] }))
    refuses(of({ deviceNames: [{ ...one, device: 128 as DeviceNumber }] }))
  })

  it('has a name that a person can have, and a time that there can be', () => {
    refuses(of({ profile: { name: 'n'.repeat(65) } }))
    refuses(of({ changedAtMs: -1 }))
  })

  it('has settings that are what they are by default where nothing is said', () => {
    const value = { profile: {}, settings: {} }
    const { body } = decodeBody({ case: 'accountState', value })
    assert.deepEqual(body.type === 'account-state' && body.account.settings, {
      lifetime: 2,
      isTypingShown: false,
      isPresenceShown: false,
      isReadShown: true,
      isDirect: true
    })
  })

  it('has a lifetime of 14 or 30 days', () => {
    for (const lifetime of [0, 1, 4]) {
      const value = { profile: {}, settings: { lifetime } }
      assert.throws(() => decodeBody({ case: 'accountState', value }), MALFORMED)
    }
    const wrong = { ...given.settings, lifetime: 1 as 2 }
    refuses(of({ settings: wrong }))
  })

  it('is whole', () => {
    for (const value of [{ profile: {} }, { settings: {} }]) {
      assert.throws(() => decodeBody({ case: 'accountState', value }), MALFORMED)
    }
  })
})

describe('a link’s state', () => {
  const given: LinkState = first(linkState)
  const of = (fields: Partial<LinkState>): OwnDeviceBody => ({
    type: 'link-state',
    link: { ...given, ...fields }
  })

  it('has secrets of 32 bytes, and a secret key of up to 64', () => {
    takes(of({ requestSecretKey: some(REQUEST_SECRET_KEY_BYTES_MAX) }))
    takes(of({ requestSecretKey: some(0) }))
    refuses(of({ requestSecretKey: some(REQUEST_SECRET_KEY_BYTES_MAX + 1) }))
    for (const length of [0, 31, 33]) {
      refuses(of({ linkSecret: some(length) }))
      refuses(of({ boxSeed: some(length) }))
    }
  })

  it('is named by 16 bytes in hex', () => {
    takes(of({ id: '0'.repeat(32) }))
    for (const id of ['', '0'.repeat(30), '0'.repeat(34), 'G'.repeat(32), 'A'.repeat(32)]) {
      refuses(of({ id }))
    }
  })

  it('has a text of up to 6,144 bytes', () => {
    takes(of({ link: 'a'.repeat(LINK_TEXT_BYTES_MAX) }))
    refuses(of({ link: 'a'.repeat(LINK_TEXT_BYTES_MAX + 1) }))
  })

  it('has up to 5 relays, none twice, of which addresses may be unknown', () => {
    const [relay] = first(addressRecord).relays
    assert.ok(relay !== undefined)
    const other = (byte: number) => ({
      nodeKey: nodeKeys.fromBytes(new Uint8Array(32).fill(byte)),
      addresses: ['/a', '/b', '/c']
    })
    takes(of({ relays: [] }))
    takes(of({ relays: [{ ...relay, addresses: [] }] }))
    takes(of({ relays: [1, 2, 3, 4, 5].map(other) }))
    refuses(of({ relays: [1, 2, 3, 4, 5, 6].map(other) }))
    refuses(of({ relays: [1, 1].map(other) }))
    refuses(of({ relays: [{ ...relay, addresses: ['/a', '/b', '/c', '/d'] }] }))
    refuses(of({ relays: [{ ...relay, addresses: ['a'] }] }))
  })

  it('has a kind and a state that are known, and a user of 33 bytes', () => {
    const value = {
      id: some(16),
      kind: 1,
      linkSecret: some(32),
      boxSeed: some(32),
      state: 1,
      servingDevice: 1
    }
    assert.equal(decodeBody({ case: 'linkState', value }).body.type, 'link-state')
    for (const wrong of [
      { ...value, kind: 0 },
      { ...value, kind: 3 },
      { ...value, state: 0 },
      { ...value, state: 7 },
      { ...value, servingDevice: 0 },
      { ...value, usedBy: some(32) },
      { ...value, id: some(15) }
    ]) {
      assert.throws(() => decodeBody({ case: 'linkState', value: wrong }), MALFORMED)
    }
  })

  it('has times that there can be', () => {
    for (const field of ['createdAtMs', 'expiresAtMs', 'endedAtMs', 'changedAtMs']) {
      takes(of({ [field]: 0 }))
      refuses(of({ [field]: Number.MAX_SAFE_INTEGER + 1 }))
    }
  })
})

describe('a part of history', () => {
  const part = (fields: object): OwnDeviceBody => ({
    type: 'history-part',
    transferId,
    index: 0,
    isLast: true,
    totalCount: 1,
    records: some(1),
    ...fields
  })

  it('has up to 30,400 bytes of records', () => {
    takes(part({ records: some(HISTORY_PART_BYTES_MAX) }))
    refuses(part({ records: some(HISTORY_PART_BYTES_MAX + 1) }))
  })

  it('counts in 32 bits', () => {
    takes(part({ index: 0xffff_ffff, totalCount: 0xffff_ffff }))
    refuses(part({ index: 0x1_0000_0000 }))
    refuses(part({ totalCount: 0x1_0000_0000 }))
    refuses(part({ index: -1 }))
  })

  it('belongs to a transfer of 16 bytes, as the request for it', () => {
    for (const length of [0, 15, 17]) {
      const value = { transferId: some(length) }
      assert.throws(() => decodeBody({ case: 'historyPart', value }), MALFORMED)
      assert.throws(() => decodeBody({ case: 'historyRequest', value }), MALFORMED)
    }
    takes({ type: 'history-request', transferId, sinceMs: Number.MAX_SAFE_INTEGER })
    refuses({ type: 'history-request', transferId, sinceMs: Number.MAX_SAFE_INTEGER + 1 })
  })

  it('names what was deleted: 1 to 127 messages, none twice', () => {
    const messages = (count: number): readonly DeletedMessage[] =>
      Array.from({ length: count }, (_, at) => ({
        identityKey: bob,
        messageId: messageIds.fromBytes(new Uint8Array(16).fill(at >> 1)),
        isOwn: at % 2 === 0
      }))
    takes({ type: 'deletion', messages: messages(1) })
    takes({ type: 'deletion', messages: messages(127) })
    refuses({ type: 'deletion', messages: [] })
    refuses({ type: 'deletion', messages: messages(128) })
    refuses({ type: 'deletion', messages: [...messages(2), ...messages(1)] })
    for (const fields of [{ identityKey: some(32) }, { messageId: some(15) }]) {
      const deleted = { identityKey: some(33), messageId: some(16), ...fields }
      assert.throws(
        () => decodeBody({ case: 'deletion', value: { messages: [deleted] } }),
        MALFORMED
      )
    }
  })

  it('names what was starred: 1 to 127 messages, none twice, each with a time that can be', () => {
    const last = 2 ** 48 - 1
    const messages = (count: number, value = 0, changedAtMs = 1): readonly StarredMessage[] =>
      Array.from({ length: count }, (_, at) => ({
        identityKey: bob,
        messageId: messageIds.fromBytes(new Uint8Array(16).fill(at >> 1)),
        isOwn: at % 2 === 0,
        star: { value, changedAtMs }
      }))
    takes({ type: 'stars', messages: messages(1) })
    takes({ type: 'stars', messages: messages(127, last, last) })
    refuses({ type: 'stars', messages: [] })
    refuses({ type: 'stars', messages: messages(128) })
    refuses({ type: 'stars', messages: [...messages(2), ...messages(1)] })
    refuses({ type: 'stars', messages: messages(1, last + 1) })
    refuses({ type: 'stars', messages: messages(1, 0, last + 1) })
    refuses({ type: 'stars', messages: messages(1, 0, 0) })
    const star = { value: 0n, changedAtMs: 1n }
    const good = { identityKey: some(33), messageId: some(16), star }
    assert.ok(decodeBody({ case: 'stars', value: { messages: [good] } }))
    for (const fields of [
      { identityKey: some(32) },
      { messageId: some(15) },
      { star: undefined },
      { star: { value: 1n, changedAtMs: 2n ** 60n } }
    ]) {
      const messages = [{ ...good, ...fields }]
      assert.throws(() => decodeBody({ case: 'stars', value: { messages } }), MALFORMED)
    }
  })

  it('has room for the longest text, and fits an envelope before the session is answered', () => {
    const large = Number.MAX_SAFE_INTEGER
    const record = encodeBackupRecord({
      type: 'message',
      message: {
        identityKey: bob,
        device: 127 as DeviceNumber,
        isOwn: true,
        number: large,
        lastNumber: 0,
        messageId: messageIds.fromBytes(some(16)),
        kind: 'text',
        text: 'a'.repeat(TEXT_BYTES_MAX),
        sentAtMs: large,
        storedAtMs: large,
        orderMs: large,
        onRelayAtMs: large,
        deliveredAtMs: large,
        readAtMs: large,
        withdrawnAtMs: large,
        isUnread: true,
        star: { value: 2 ** 48 - 1, changedAtMs: 2 ** 48 - 1 }
      }
    })
    assert.ok(joinRecords([record]).length <= HISTORY_PART_BYTES_MAX)
    const full = part({ records: some(HISTORY_PART_BYTES_MAX), index: 0xffff_ffff })
    assert.ok(encodeContent(said(full)).length + 300 <= UNANSWERED_ROOM_BYTES)
  })
})
