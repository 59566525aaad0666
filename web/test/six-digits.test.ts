import assert from 'node:assert/strict'
import { halvedDigits, sixDigits } from '../src/state/six-digits.ts'

describe('six digits', () => {
  it('are read as people type them', () => {
    for (const typed of ['012345', ' 012 345 ', '０１２　３４５', '0 1 2 3 4 5']) {
      assert.equal(sixDigits(typed), '012345', typed)
    }
  })

  it('are none while there are fewer, more, or something else', () => {
    for (const typed of ['', '01234', '0123456', '01234a', '012-345', '٠١٢٣٤٥']) {
      assert.equal(sixDigits(typed), undefined, typed)
    }
  })

  it('are shown in two halves', () => {
    assert.equal(halvedDigits('012345'), '012 345')
  })
})
