import assert from 'node:assert/strict'
import { paddedChunkCount } from '../src/backup-padding.ts'

/** Padmé as its paper has it, for bytes. */
function padme(bytes: number): number {
  const exponent = Math.floor(Math.log2(bytes))
  const digits = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** (exponent - digits)
  return Math.ceil(bytes / step) * step
}

describe('the count of chunks of a backup file', () => {
  it('is Padmé’s below 128 MiB', () => {
    for (let count = 1; count < 2_048; count++) {
      assert.equal(paddedChunkCount(count), Math.ceil(padme(count * 65_536) / 65_536))
    }
  })

  it('is the next multiple of 64 from 128 MiB on', () => {
    for (const [count, padded] of [
      [2_048, 2_048],
      [2_049, 2_112],
      [2_112, 2_112],
      [2_113, 2_176],
      [1_000_001, 1_000_064]
    ] as const) {
      assert.equal(paddedChunkCount(count), padded)
    }
  })

  it('grows by at most 1 in 32 and 63 chunks, never falls, and stays once it is reached', () => {
    let before = 0
    for (let count = 1; count < 10_000; count++) {
      const padded = paddedChunkCount(count)
      assert.ok(padded >= count && padded - count <= Math.min(63, count / 32), String(count))
      assert.ok(padded >= before)
      assert.equal(paddedChunkCount(padded), padded)
      before = padded
    }
  })
})
