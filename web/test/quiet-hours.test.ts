import assert from 'node:assert/strict'
import fc from 'fast-check'
import { clockText, DAY_MINUTES, isQuiet, parseClock } from '../src/state/quiet-hours.ts'

describe('quiet hours', () => {
  it('begin at their first minute and end before their last', () => {
    const night = { from: 22 * 60, to: 7 * 60 }
    const asked = [21 * 60 + 59, 22 * 60, 0, 6 * 60 + 59, 7 * 60, 12 * 60]
    assert.deepEqual(
      asked.map((minute) => isQuiet(night, minute)),
      [false, true, true, true, false, false]
    )
    const noon = { from: 12 * 60, to: 13 * 60 }
    assert.deepEqual(
      [11 * 60 + 59, 12 * 60, 12 * 60 + 59, 13 * 60].map((minute) => isQuiet(noon, minute)),
      [false, true, true, false]
    )
    assert.equal(isQuiet({ from: 60, to: 60 }, 60), false)
  })

  it('are written as times of day, and read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: DAY_MINUTES - 1 }), (minutes) => {
        assert.equal(parseClock(clockText(minutes)), minutes)
      })
    )
    for (const text of ['', '7:00', '24:00', '12:60', 'aa:bb', '12:00:00']) {
      assert.equal(parseClock(text), undefined)
    }
  })
})
