import assert from 'node:assert/strict'
import { drawPlan, WHOLE } from '../../src/hunt/draw-plan.ts'
import type { HuntPlan } from '../../src/hunt/plan.ts'
import { playWhole } from '../../src/hunt/whole/play-whole.ts'
import { findsNothing } from './finds-nothing.ts'

/** A plan of a whole hunt that takes a second: half of its people, and what happens among them. */
function fewOf(seed: number): HuntPlan {
  const plan = drawPlan(seed, { ...WHOLE, clientsMax: 2, stepsMax: 12, minutes: 10 })
  return { ...plan, hasLastWord: false }
}

describe('the hunt of whole clients', function () {
  this.timeout(120_000)

  it('finds nothing in what two seeds draw', async () => {
    await findsNothing(1, 2, 'whole')
  })

  it('plays a plan the same each time, and another otherwise', async () => {
    const [one, again, other] = [fewOf(3), fewOf(3), fewOf(4)].map((plan) => playWhole(plan))
    const hashes = [await one, await again, await other].map((result) => {
      assert.deepEqual(result?.breaches, [])
      return result?.traceHash
    })
    assert.equal(hashes[0], hashes[1])
    assert.notEqual(hashes[0], hashes[2])
  })
})
