import assert from 'node:assert/strict'
import { EventSlots } from '../../src/kernel/event-slots.ts'

describe('the slots of events', () => {
  it('are used again once an event is over', () => {
    const slots = new EventSlots()
    const taken = new Set<number>()
    for (let round = 0; round < 1_000; round++) {
      const slot = slots.take(1, 2, () => {})
      taken.add(slot)
      slots.release(slot)
    }
    assert.equal(taken.size, 1)
  })

  it('rest once they had all their generations, so that no stale token comes to life', () => {
    const slots = new EventSlots()
    const first = slots.take(1, 2, () => {})
    const firstToken = slots.tokenOf(first)
    slots.release(first)
    let last = first
    for (let round = 0; last === first; round++) {
      assert.ok(round < 2 ** 23)
      last = slots.take(1, 2, () => {})
      assert.equal(slots.cancel(firstToken), false)
      assert.ok(Number.isSafeInteger(slots.tokenOf(last)))
      slots.release(last)
    }
    assert.equal(slots.isWanted(first), false)
  })

  it('hold what many events are at once', () => {
    const slots = new EventSlots()
    const runs = Array.from({ length: 100 }, () => () => {})
    const taken = runs.map((run, at) => slots.take(at, at - 1, run))
    for (const [at, slot] of taken.entries()) {
      assert.deepEqual(
        [slots.kindOf(slot), slots.nodeOf(slot), slots.runOf(slot)],
        [at, at - 1, runs[at]]
      )
    }
  })
})
