import assert from 'node:assert/strict'
import { exactTimeText, timeText } from '../src/time-text.ts'

const MORNING = new Date(2026, 0, 5, 9, 3, 7).getTime()

describe('a time', () => {
  it('of today is a time of day', () => {
    assert.equal(timeText(MORNING, new Date(2026, 0, 5, 23, 59).getTime()), '09:03')
  })

  it('of another day has its date', () => {
    assert.equal(timeText(MORNING, new Date(2026, 0, 6, 0, 0).getTime()), '2026-01-05 09:03')
  })

  it('that must be exact has its second', () => {
    assert.equal(exactTimeText(MORNING), '2026-01-05 09:03:07')
  })
})
