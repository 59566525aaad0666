import assert from 'node:assert/strict'
import { storeSizes } from '../src/store/store-sizes.ts'

const MIB = 1024 * 1024

describe('the parts of a store', () => {
  for (const [totalMib, writeBufferMib, fileMib] of [
    [0, 1, 1],
    [64, 1, 1],
    [128, 2, 2],
    [2_048, 32, 32],
    [4_096, 64, 32],
    [1_000_000, 64, 32]
  ] as const) {
    it(`are of ${String(writeBufferMib)} and ${String(fileMib)} MiB on a disk of ${String(totalMib)} MiB`, () => {
      const { writeBufferBytes, fileBytesMax } = storeSizes(totalMib * MIB)
      assert.equal(writeBufferBytes, writeBufferMib * MIB)
      assert.equal(fileBytesMax, fileMib * MIB)
    })
  }
})
