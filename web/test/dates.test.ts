import assert from 'node:assert/strict'
import { relativeOf } from '../src/locales/dates.ts'

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000]

describe('how long until then', () => {
  const cases: readonly (readonly [leftMs: number, words: string])[] = [
    [0, 'now'],
    [-29_000, 'now'],
    [-MINUTE_MS, '1 minute ago'],
    [5 * MINUTE_MS, 'in 5 minutes'],
    [2 * HOUR_MS, 'in 2 hours'],
    [DAY_MS, 'tomorrow'],
    [7 * DAY_MS - 1_000, 'in 7 days'],
    [-3 * DAY_MS, '3 days ago'],
    [31 * DAY_MS, 'in 31 days']
  ]

  for (const [leftMs, words] of cases) {
    it(`is "${words}"`, () => {
      assert.equal(relativeOf(1_000_000_000_000 + leftMs, 1_000_000_000_000), words)
    })
  }

  it('is the day itself where nobody would count the days', () => {
    const words = relativeOf(1_000_000_000_000 + 31 * DAY_MS + 1, 1_000_000_000_000)
    // Which of the two depends on where the test runs.
    assert.match(words, /^October (9|10), 2001$/)
  })
})
