import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  BACKUP_RECORD_BYTES_MAX,
  decodeBackupRecord,
  encodeBackupRecord,
  joinRecords,
  splitRecords
} from '@sealpost/protocol'
import { backupRecord } from './arbitrary-account.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some } from './mallory-frames.ts'

const DAMAGED = { name: 'CryptoError', code: 'SEALPOST_BACKUP_DAMAGED' }

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
