import assert from 'node:assert/strict'
import { cameraProblem } from '../src/state/camera-problem.ts'

describe('why there is no picture of a camera', () => {
  const cases = [
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'absent'],
    ['OverconstrainedError', 'absent'],
    ['NotReadableError', 'failed']
  ] as const

  for (const [name, problem] of cases) {
    it(`is that it is ${problem} for ${name}`, () => {
      assert.equal(cameraProblem(new DOMException('', name)), problem)
    })
  }

  it('is that it failed for whatever else is thrown', () => {
    assert.equal(cameraProblem('x'), 'failed')
  })
})
