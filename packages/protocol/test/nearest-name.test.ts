import assert from 'node:assert/strict'
import { didYouMean, nearestName } from '../src/nearest-name.ts'

describe('the nearest name', () => {
  const names = ['listen', 'data', 'work-bits', 'operator']

  for (const [written, meant] of [
    ['listn', 'listen'],
    ['lisetn', 'listen'],
    ['date', 'data'],
    ['wrok-btis', 'work-bits'],
    ['operators', 'operator'],
    ['x', undefined],
    ['', undefined],
    ['colour', undefined]
  ] as const) {
    it(`to "${written}" is ${meant ?? 'none'}`, () => {
      assert.equal(nearestName(written, names), meant)
    })
  }

  it('is told as a question, or not at all', () => {
    assert.equal(didYouMean('listn', names), ' Did you mean listen?')
    assert.equal(didYouMean('colour', names), '')
  })
})
