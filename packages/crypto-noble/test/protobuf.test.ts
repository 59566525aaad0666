import assert from 'node:assert/strict'
import { concatBytes } from '@sealpost/protocol'
import fc from 'fast-check'
import { bytesField, hasWireTypes, numberField, readProtobuf } from '../src/protobuf.ts'
import { writeBytes, writeNumber } from '../src/protobuf.ts'

const of = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes)

describe('the codec of messages', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(0xffff_ffff),
        fc.uint8Array({ maxLength: 300 }),
        (number, value, bytes) => {
          const written = concatBytes(writeNumber(number, value), writeBytes(number + 1, bytes))
          const fields = readProtobuf(written) ?? assert.fail('it reads nothing')
          assert.equal(numberField(fields, number, undefined), value)
          assert.deepEqual(bytesField(fields, number + 1), bytes)
        }
      )
    )
  })

  it('takes the last of several, and skips what it does not know', () => {
    const unknown = [
      of(0x79, 1, 2, 3, 4, 5, 6, 7, 8),
      of(0x7d, 1, 2, 3, 4),
      of(0x7b, 0x08, 1, 0x7c),
      of(0x7b, 0x13, 0x14, 0x7c)
    ]
    for (const bytes of unknown) {
      const fields = readProtobuf(concatBytes(writeNumber(1, 5), bytes, writeNumber(1, 7)))
      assert.equal(numberField(fields ?? [], 1, undefined), 7)
    }
  })

  it('keeps the low 32 bits of a number', () => {
    const fields = readProtobuf(of(8, 0x81, 0x80, 0x80, 0x80, 0xf0, 0xff, 0xff, 0xff, 0xff, 0x01))
    assert.equal(numberField(fields ?? [], 1, undefined), 1)
    const most = readProtobuf(of(8, 0xff, 0xff, 0xff, 0xff, 0x0f))
    assert.equal(numberField(most ?? [], 1, undefined), 0xffff_ffff)
  })

  it('reads nothing from what is no protobuf', () => {
    const malformed = [
      of(0),
      of(0, 1),
      of(8),
      of(8, 0x80),
      of(8, ...new Array<number>(9).fill(0x80), 2),
      of(8, ...new Array<number>(10).fill(0x80), 0),
      of(0x12, 1),
      of(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f),
      of(0x12, 0x80, 0x80, 0x80, 0x80, 0x10),
      of(0x79, 1, 2, 3, 4, 5, 6, 7),
      of(0x7d, 1, 2, 3),
      of(0x7b),
      of(0x7b, 0x74),
      of(0x7c),
      of(0x7e),
      of(0x7f),
      of(0x88, 0x80, 0x80, 0x80, 0x10, 1)
    ]
    for (const bytes of malformed) {
      assert.equal(readProtobuf(bytes), undefined, bytes.join())
    }
  })

  it('nests a hundred groups and no more', () => {
    const nested = (depth: number): Uint8Array =>
      new Uint8Array(2 * depth).fill(0x0b, 0, depth).fill(0x0c, depth)
    assert.ok(readProtobuf(nested(100)) !== undefined)
    assert.equal(readProtobuf(nested(101)), undefined)
    assert.equal(readProtobuf(nested(100_000)), undefined)
  })

  it('tells a known field of another type', () => {
    const fields = readProtobuf(concatBytes(writeNumber(1, 1), writeBytes(9, of(1)))) ?? []
    assert.equal(hasWireTypes(fields, { 1: 0 }), true)
    assert.equal(hasWireTypes(fields, { 1: 2 }), false)
  })

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const fields = readProtobuf(bytes)
        assert.ok((fields?.length ?? 0) <= bytes.length)
      }),
      { numRuns: 2_000 }
    )
  })
})
