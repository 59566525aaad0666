import assert from 'node:assert/strict'
import { backoffMs, type Random, randomBelow } from '@sealpost/core'
import fc from 'fast-check'

/** A random source that gives one byte over and over. */
function constant(byte: number): Random {
  return { bytes: (count) => new Uint8Array(count).fill(byte) }
}

const backoff = { firstMs: 1_000, maxMs: 60_000 }

describe('backoff', () => {
  it('waits at least half of the first delay after the first failure', () => {
    assert.equal(backoffMs(backoff, 1, constant(0)), 500)
  })

  it('doubles with each failure', () => {
    const waits = [1, 2, 3, 4].map((failures) => backoffMs(backoff, failures, constant(0)))
    assert.deepEqual(waits, [500, 1_000, 2_000, 4_000])
  })

  it('stays between half of the longest delay and all of it after any number of failures', () => {
    for (const failures of [7, 41, 1_000, 1_000_000]) {
      const wait = backoffMs(backoff, failures, constant(255))
      assert.ok(wait >= 30_000 && wait <= 60_000, String(wait))
    }
  })

  it('stays within its bounds whatever the randomness', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.uint8Array({ minLength: 6, maxLength: 6 }),
        (failures, bytes) => {
          const wait = backoffMs(backoff, failures, { bytes: () => bytes })
          const full = Math.min(60_000, 1_000 * 2 ** (failures - 1))
          assert.ok(Number.isInteger(wait) && wait >= Math.floor(full / 2) && wait <= full)
        }
      )
    )
  })
})

describe('randomBelow', () => {
  it('gives only 0 below 1', () => {
    assert.equal(randomBelow(constant(255), 1), 0)
  })

  it('reaches the last integer below the bound, and never the bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 32 }),
        fc.uint8Array({ minLength: 6, maxLength: 6 }),
        (bound, bytes) => {
          const value = randomBelow({ bytes: () => bytes }, bound)
          assert.ok(Number.isInteger(value) && value >= 0 && value < bound)
        }
      )
    )
    assert.equal(randomBelow({ bytes: () => Uint8Array.of(0, 0, 0, 0, 0, 9) }, 10), 9)
  })
})
