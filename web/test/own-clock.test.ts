import assert from 'node:assert/strict'
import { ownClockError } from '../src/state/own-clock.ts'

const MINUTE_MS = 60_000
const HOUR_S = 3_600

const saidBy = (...offsets: readonly (number | undefined)[]): ReturnType<typeof ownClockError> =>
  ownClockError(offsets.map((clockOffsetMs) => ({ isOwn: true, clockOffsetMs })))

describe('the clock of this machine', () => {
  it('is right up to five minutes', () => {
    assert.equal(saidBy(5 * MINUTE_MS), undefined)
    assert.equal(saidBy(-5 * MINUTE_MS), undefined)
    assert.deepEqual(saidBy(5 * MINUTE_MS + 1), { isAhead: false, seconds: 300 })
    assert.deepEqual(saidBy(-5 * MINUTE_MS - 1), { isAhead: true, seconds: 300 })
  })

  it('is wrong where all relays say so, by what the nearest says', () => {
    assert.deepEqual(saidBy(-120 * MINUTE_MS, undefined, -121 * MINUTE_MS), {
      isAhead: true,
      seconds: 2 * HOUR_S
    })
    assert.equal(saidBy(-120 * MINUTE_MS, 0), undefined)
    assert.equal(saidBy(-120 * MINUTE_MS, 120 * MINUTE_MS), undefined)
    assert.equal(saidBy(), undefined)
    assert.equal(saidBy(undefined), undefined)
  })

  it('is looked at by own relays alone', () => {
    assert.equal(ownClockError([{ isOwn: false, clockOffsetMs: 1e9 }]), undefined)
  })

  for (const [ms, seconds] of [
    [89 * MINUTE_MS, HOUR_S],
    [91 * MINUTE_MS, 91 * 60],
    [3 * 60 * MINUTE_MS + 1, 3 * HOUR_S],
    [47 * 60 * MINUTE_MS, 47 * HOUR_S],
    [7 * 24 * 60 * MINUTE_MS + 2_000, 7 * 24 * HOUR_S]
  ] as const) {
    it(`is wrong by ${String(seconds)} seconds, in words that a person uses, for ${String(ms)} ms`, () => {
      assert.deepEqual(saidBy(ms), { isAhead: false, seconds })
    })
  }
})
