import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  BACKUP_RECORD_BYTES_MAX,
  decodeBackupRecord,
  encodeBackupRecord,
  joinRecords,
  splitRecords,
  TEXT_BYTES_MAX
} from '@sealpost/protocol'
import type { BackupRecord } from '@sealpost/protocol'
import { create, toBinary } from '@bufbuild/protobuf'
import { BackupRecordSchema } from '../src/gen/sealpost/backup/v1/backup_pb.ts'
import { backupRecord } from './arbitrary-account.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some, times } from './mallory-frames.ts'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_CONTENT_MALFORMED' }
const DAMAGED = { name: 'CryptoError', code: 'SEALPOST_BACKUP_DAMAGED' }

/** What mallory writes: a record of the schema, whatever its values. */
function decodeWire(record: object): BackupRecord {
  const fields: object = { record }
  return decodeBackupRecord(toBinary(BackupRecordSchema, create(BackupRecordSchema, fields)))
}

describe('a backup record', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(backupRecord, (given) => {
        assert.deepEqual(decodeBackupRecord(encodeBackupRecord(given)), given)
      }),
      { numRuns: 300 }
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeBackupRecord,
        encode: encodeBackupRecord,
        code: 'SEALPOST_CONTENT_MALFORMED',
        canEncode: (given) => given.type !== 'unknown'
      },
      backupRecord
    )
  })

  it('of a later version is unknown, and cannot be written', () => {
    // Field 8.
    assert.deepEqual(decodeBackupRecord(Uint8Array.of(0x42, 0)), { type: 'unknown' })
    assert.throws(() => encodeBackupRecord({ type: 'unknown' }), MALFORMED)
  })

  it('is at most 65,536 bytes', () => {
    const unknown = (length: number): Uint8Array => {
      const rest = length - 4
      const head = [0x42, (rest & 0x7f) | 0x80, ((rest >> 7) & 0x7f) | 0x80, rest >> 14]
      return Uint8Array.from([...head, ...some(rest)])
    }
    assert.equal(decodeBackupRecord(unknown(BACKUP_RECORD_BYTES_MAX)).type, 'unknown')
    assert.throws(() => decodeBackupRecord(unknown(BACKUP_RECORD_BYTES_MAX + 1)), MALFORMED)
  })

  it('is owned by whoever read it', () => {
    for (const given of fc.sample(backupRecord, { numRuns: 40, seed: 2 })) {
      const bytes = encodeBackupRecord(given)
      const read = decodeBackupRecord(bytes)
      bytes.fill(0)
      assert.deepEqual(read, given)
    }
  })

  const good: Readonly<Record<string, object>> = {
    manifest: { formatVersion: 1, identityKey: some(33), device: 1, name: 'alice' },
    identity: {
      publicKey: some(33),
      privateKey: some(32),
      ownerSecret: some(32),
      deviceList: { body: some(1), signature: some(64) }
    },
    account: { state: { profile: {}, settings: {} } },
    message: { identityKey: some(33), device: 1, kind: 1, text: 'a'.repeat(TEXT_BYTES_MAX) },
    end: { digest: some(32) }
  }
  const beyond = BigInt(Number.MAX_SAFE_INTEGER) + 1n
  const bad: readonly (readonly [string, object])[] = [
    ['manifest', { identityKey: some(32) }],
    ['manifest', { device: 0 }],
    ['manifest', { name: 'n'.repeat(65) }],
    ['manifest', { createdAtMs: beyond }],
    ['identity', { publicKey: some(32) }],
    ['identity', { privateKey: some(33) }],
    ['identity', { ownerSecret: some(0) }],
    ['identity', { deviceList: undefined }],
    ['identity', { deviceList: { body: some(1), signature: some(63) } }],
    ['account', { state: undefined }],
    ['account', { relays: times(6, () => ({ nodeKey: some(32) })) }],
    ['message', { identityKey: some(34) }],
    ['message', { device: 128 }],
    ['message', { kind: 0 }],
    ['message', { kind: 5 }],
    ['message', { messageId: some(15) }],
    ['message', { text: 'a'.repeat(TEXT_BYTES_MAX + 1) }],
    ['message', { number: beyond }],
    ['message', { lastNumber: beyond }],
    ['message', { withdrawnAtMs: beyond }],
    ['message', { reply: { messageId: some(15) } }],
    ['message', { reply: { messageId: some(16), excerpt: 'a'.repeat(257) } }],
    ['message', { edit: { device: 0, number: 1n } }],
    ['message', { edit: { device: 1, number: 0n } }],
    ['message', { edit: { device: 1, number: beyond } }],
    ['message', { earlier: times(11, () => ({ text: 'a' })) }],
    ['message', { earlier: [{ text: 'a'.repeat(TEXT_BYTES_MAX + 1) }] }],
    ['message', { earlier: [{ text: 'a', device: 128, number: 1n }] }],
    ['message', { earlier: [{ text: 'a', device: 1 }] }],
    ['message', { reactions: times(2, () => ({ device: 1, number: 1n })) }],
    ['message', { fadeAfterS: 31_622_401 }],
    ['message', { fadesAtMs: beyond }],
    ['message', { star: { value: 0n, changedAtMs: 0n } }],
    ['message', { star: { value: 2n ** 48n, changedAtMs: 1n } }],
    ['message', { reactions: [{ device: 1, number: 0n }] }],
    ['message', { reactions: [{ device: 1, number: 1n, emoji: 'a b' }] }],
    ['end', { digest: some(31) }],
    ['end', { messageCount: beyond }]
  ]

  it('of each kind is taken where it is good', () => {
    for (const [kind, value] of Object.entries(good)) {
      assert.equal(decodeWire({ case: kind, value }).type, kind)
    }
  })

  for (const [kind, fields] of bad) {
    it(`is refused as ${kind} when ${Object.keys(fields).join()} breaks its bounds`, () => {
      const value = { ...good[kind], ...fields }
      assert.throws(() => decodeWire({ case: kind, value }), MALFORMED)
    })
  }

  it('checks its bounds on the way out too', () => {
    const end = { type: 'end', contactCount: 0, messageCount: 0, linkCount: 0 } as const
    assert.ok(encodeBackupRecord({ ...end, digest: some(32) }))
    assert.throws(() => encodeBackupRecord({ ...end, digest: some(33) }), MALFORMED)
    assert.throws(() => encodeBackupRecord({ ...end, linkCount: -1, digest: some(32) }), MALFORMED)
  })
})

describe('records behind each other', () => {
  it('come apart as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 20 }),
        (records) => {
          assert.deepEqual(splitRecords(joinRecords(records)), records)
        }
      )
    )
  })

  it('have 1 to 65,536 bytes each', () => {
    const [record] = splitRecords(joinRecords([some(BACKUP_RECORD_BYTES_MAX)]))
    assert.equal(record?.length, BACKUP_RECORD_BYTES_MAX)
    assert.throws(() => joinRecords([some(BACKUP_RECORD_BYTES_MAX + 1)]), RangeError)
    assert.throws(() => joinRecords([some(0)]), RangeError)
    // 65,537 in three bytes of varint.
    const long = Uint8Array.from([0x81, 0x80, 0x04, ...some(BACKUP_RECORD_BYTES_MAX + 1)])
    assert.throws(() => splitRecords(long), DAMAGED)
    assert.throws(() => splitRecords(Uint8Array.of(0)), DAMAGED)
    assert.throws(() => splitRecords(Uint8Array.of(0x81, 0x00, 1)), DAMAGED)
  })

  it('are none where there are no bytes, and damaged wherever they are cut short', () => {
    assert.deepEqual(splitRecords(new Uint8Array(0)), [])
    const bytes = joinRecords([some(3), some(200)])
    for (let end = 1; end < bytes.length; end++) {
      if (end !== 4) {
        assert.throws(() => splitRecords(bytes.subarray(0, end)), DAMAGED)
      }
    }
    assert.equal(splitRecords(bytes.subarray(0, 4)).length, 1)
  })

  it('are cut or damaged, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          assert.deepEqual(joinRecords(splitRecords(bytes)), bytes)
        } catch (error) {
          assert.equal((error as { readonly code?: unknown }).code, 'SEALPOST_BACKUP_DAMAGED')
        }
      }),
      { numRuns: 500 }
    )
  })
})
