import assert from 'node:assert/strict'
import { changesIn, durationOf, remainderOf } from '../src/locales/duration.ts'

describe('a duration', () => {
  it('is said in the largest unit of which it is whole', () => {
    for (const [seconds, words] of [
      [30, '30 seconds'],
      [90, '90 seconds'],
      [300, '5 minutes'],
      [3_600, '1 hour'],
      [86_400, '1 day'],
      [2_419_200, '4 weeks']
    ] as const) {
      assert.equal(durationOf(seconds), words)
    }
    assert.equal(durationOf(28_800, 'narrow'), '8h')
  })

  it('that is left is said about, and again when that changes', () => {
    for (const [seconds, words, again] of [
      [0, '0 seconds', 1],
      [59, '59 seconds', 1],
      [61, '2 minutes', 1],
      [120, '2 minutes', 60],
      [7_000, '2 hours', 3_400],
      [604_800, '1 week', 3_600]
    ] as const) {
      assert.deepEqual([remainderOf(seconds), changesIn(seconds)], [words, again])
    }
  })
})
