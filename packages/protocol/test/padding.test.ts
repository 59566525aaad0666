import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  padTo,
  ProtocolError,
  SEALED_OVERHEAD_BYTES,
  SIZE_CLASSES,
  sizeClassFor,
  unpad
} from '@sealpost/protocol'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_CONTENT_MALFORMED' }

describe('padding', () => {
  it('gives back what was padded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: 50 }), (bytes, more) => {
        const padded = padTo(bytes, bytes.length + 2 + more)
        assert.equal(padded.length, bytes.length + 2 + more)
        assert.deepEqual(unpad(padded), bytes)
      })
    )
  })

  it('is a length, the bytes, and zeros', () => {
    assert.deepEqual(padTo(Uint8Array.of(7, 8), 6), Uint8Array.of(0, 2, 7, 8, 0, 0))
    assert.deepEqual([...padTo(new Uint8Array(0x0102), 0x0104).subarray(0, 2)], [1, 2])
  })

  it('fills its room to the last byte and refuses one more', () => {
    assert.equal(unpad(padTo(new Uint8Array(98), 100)).length, 98)
    assert.throws(() => padTo(new Uint8Array(99), 100), RangeError)
    assert.equal(unpad(padTo(new Uint8Array(0xffff), 70_000)).length, 0xffff)
    assert.throws(() => padTo(new Uint8Array(0x1_0000), 70_000), RangeError)
  })

  it('is refused with anything but zeros behind the bytes', () => {
    for (let at = 4; at < 10; at++) {
      const padded = padTo(Uint8Array.of(7, 8), 10)
      padded[at] = 1
      assert.throws(() => unpad(padded), MALFORMED)
    }
  })

  it('is refused with a length beyond its end, or without one', () => {
    assert.deepEqual(unpad(Uint8Array.of(0, 1, 9)), Uint8Array.of(9))
    for (const wrong of [[], [0], [0, 1], [0, 2, 9], [1, 0, 9]]) {
      assert.throws(() => unpad(Uint8Array.from(wrong)), MALFORMED)
    }
  })

  it('is read or refused, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        try {
          assert.deepEqual(padTo(unpad(bytes), bytes.length), bytes)
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error))
        }
      }),
      { numRuns: 1_000 }
    )
  })
})

describe('sizeClassFor', () => {
  it('is the smallest class that holds the ciphertext and what seals it', () => {
    let previous = 0
    for (const size of SIZE_CLASSES) {
      assert.equal(sizeClassFor(previous), size)
      assert.equal(sizeClassFor(size - SEALED_OVERHEAD_BYTES), size)
      previous = size - SEALED_OVERHEAD_BYTES + 1
    }
    assert.equal(sizeClassFor(previous), undefined)
  })
})
