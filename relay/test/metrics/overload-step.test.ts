import assert from 'node:assert/strict'
import { LOAD_STEPS } from '@sealpost/core'
import { CAPACITY_STEPS } from '../../src/metrics/metric-rows.ts'
import { diskStep, overloadStep } from '../../src/metrics/overload-step.ts'

describe('the step that a relay shows', () => {
  it('is the higher one of its disk and its load', () => {
    const steps = CAPACITY_STEPS.map((capacity) =>
      LOAD_STEPS.map((load) => overloadStep({ capacity, load }))
    )
    assert.deepEqual(steps, [
      [0, 1, 2, 3],
      [1, 1, 2, 3],
      [2, 2, 2, 3],
      [3, 3, 3, 3]
    ])
  })
})

describe('the step of the disk', () => {
  it('is that of its ladder, from 0 to 3', () => {
    assert.deepEqual(
      CAPACITY_STEPS.map((capacity) => diskStep({ capacity })),
      [0, 1, 2, 3]
    )
  })
})
