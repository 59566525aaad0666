import assert from 'node:assert/strict'
import { drawPlan, FULL } from '../../src/hunt/draw-plan.ts'
import type { HuntPlan } from '../../src/hunt/plan.ts'
import { shrinkPlan } from '../../src/hunt/shrink-plan.ts'

/** Fails where somebody is recalled something by client 3 after relay 2 was wiped. */
function isFailing({ steps }: HuntPlan): boolean {
  const wiped = steps.findIndex(({ type }) => type === 'wipe')
  return wiped >= 0 && steps.slice(wiped).some(({ type }) => type === 'recall')
}

describe('a plan that fails', () => {
  it('is made as small as it can be', async () => {
    const plan = drawPlan(5, FULL)
    assert.ok(isFailing(plan))
    const small = await shrinkPlan(plan, isFailing)
    assert.deepEqual(
      small.steps.map(({ type }) => type),
      ['wipe', 'recall']
    )
    assert.equal(small.clients.length, 2)
    assert.equal(small.pairs.length, 1)
    assert.equal(small.relayCount, 1)
    assert.ok(small.endMs <= 1_000)
  })

  it('names nobody who is not there', async () => {
    const plan = drawPlan(6, FULL)
    const seen: HuntPlan[] = []
    await shrinkPlan(plan, (smaller) => {
      seen.push(smaller)
      return smaller.clients.length >= 5 && smaller.relayCount >= 2
    })
    assert.ok(seen.length > 10)
    for (const { clients, pairs, relayCount, steps } of seen) {
      const relays = [
        ...clients.flatMap((client) => client.relays),
        ...steps.flatMap((step) => ('relays' in step ? step.relays : [])),
        ...steps.flatMap((step) => ('relay' in step ? [step.relay] : []))
      ]
      const people = [
        ...pairs.flat(),
        ...steps.flatMap((step) => ('client' in step ? [step.client] : [])),
        ...steps.flatMap((step) => ('to' in step ? [step.to] : [])),
        ...steps.flatMap((step) => ('clients' in step ? step.clients : []))
      ]
      assert.ok(relays.every((relay) => relay >= 0 && relay < relayCount))
      assert.ok(people.every((client) => client >= 0 && client < clients.length))
    }
  })

  it('is played no more often than it may be', async () => {
    let plays = 0
    await shrinkPlan(
      drawPlan(7, FULL),
      () => {
        plays += 1
        return false
      },
      { playsMax: 25 }
    )
    assert.equal(plays, 25)
  })
})
