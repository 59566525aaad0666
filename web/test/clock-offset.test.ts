import assert from 'node:assert/strict'
import { clockOffset } from '../src/state/clock-offset.ts'

describe('how far a clock is away', () => {
  const cases: readonly (readonly [offsetMs: number, isAhead: boolean, minutes: number])[] = [
    [0, false, 0],
    [29_999, true, 0],
    [30_000, true, 1],
    [-90_000, false, 2],
    [3_600_000, true, 60]
  ]

  for (const [offsetMs, isAhead, minutes] of cases) {
    it(`is ${String(minutes)} minutes for ${String(offsetMs)} ms`, () => {
      assert.deepEqual(clockOffset(offsetMs), { isAhead, minutes })
    })
  }
})
