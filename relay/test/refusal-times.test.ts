import assert from 'node:assert/strict'
import { superiority } from './refusal-times.ts'

describe('what is said of two lots of times', () => {
  it('is that neither is greater, where they are alike', () => {
    assert.equal(superiority([1, 2, 3], [1, 2, 3]), 0.5)
    assert.equal(superiority([7, 7], [7, 7, 7]), 0.5)
  })

  it('is how often one is greater, where they are not', () => {
    assert.equal(superiority([2, 3], [1, 1]), 1)
    assert.equal(superiority([1, 1], [2, 3]), 0)
    assert.equal(superiority([1, 3], [2, 2]), 0.5)
    assert.equal(superiority([1, 4], [2, 3, 1, 1]), 0.625)
  })
})
