import assert from 'node:assert/strict'
import { concatBytes } from '@sealpost/protocol'
import fc from 'fast-check'
import { readHiddenFields } from '../src/prekey-message.ts'

const VERSION = Uint8Array.of(0x44)
const KEY = new Uint8Array(33).fill(5)
const identityKey = concatBytes(Uint8Array.of(0x1a, 33), KEY)
const kyberPrekeyId = Uint8Array.of(0x38, 0xac, 0x02)
const unknown = concatBytes(
  Uint8Array.of(0x78, 1),
  Uint8Array.of(0x79, 1, 2, 3, 4, 5, 6, 7, 8),
  Uint8Array.of(0x7a, 2, 1, 2),
  Uint8Array.of(0x7d, 1, 2, 3, 4)
)

describe('reading what libsignal keeps to itself', () => {
  it('finds identity key and Kyber prekey among other fields, in any order', () => {
    for (const order of [
      [identityKey, kyberPrekeyId],
      [kyberPrekeyId, identityKey],
      [unknown, identityKey, unknown, kyberPrekeyId, unknown]
    ]) {
      const read = readHiddenFields(concatBytes(VERSION, ...order))
      assert.deepEqual(read, { identityKey: KEY, kyberPrekeyId: 300 })
    }
  })

  it('says what is not there', () => {
    const nothing = { identityKey: undefined, kyberPrekeyId: undefined }
    assert.deepEqual(readHiddenFields(VERSION), nothing)
    assert.deepEqual(readHiddenFields(new Uint8Array(0)), nothing)
  })

  it('takes the last of several', () => {
    const other = Uint8Array.of(0x38, 7)
    const read = readHiddenFields(concatBytes(VERSION, kyberPrekeyId, other))
    assert.equal(read?.kyberPrekeyId, 7)
  })

  it('reads ids up to 32 bits, and the low 32 of longer ones', () => {
    const most = Uint8Array.of(0x38, 0xff, 0xff, 0xff, 0xff, 0x0f)
    assert.equal(readHiddenFields(concatBytes(VERSION, most))?.kyberPrekeyId, 0xffff_ffff)
    const longer = Uint8Array.of(0x38, 0x81, 0x80, 0x80, 0x80, 0xf0, 0x01)
    assert.equal(readHiddenFields(concatBytes(VERSION, longer))?.kyberPrekeyId, 1)
  })

  it('reads nothing from what is no protobuf', () => {
    const malformed = [
      Uint8Array.of(0x1a),
      Uint8Array.of(0x1a, 34, ...KEY),
      Uint8Array.of(0x38),
      Uint8Array.of(0x38, ...new Uint8Array(11).fill(0x80)),
      Uint8Array.of(0x79, 1, 2, 3, 4, 5, 6, 7),
      Uint8Array.of(0x7d, 1, 2, 3),
      Uint8Array.of(0x7b),
      Uint8Array.of(0x7f)
    ]
    for (const bytes of malformed) {
      assert.equal(readHiddenFields(concatBytes(VERSION, bytes)), undefined, bytes.join())
    }
  })

  it('never throws and never reads beyond the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const read = readHiddenFields(bytes)
        assert.ok((read?.identityKey?.length ?? 0) < 100)
      }),
      { numRuns: 500 }
    )
  })
})
