import assert from 'node:assert/strict'
import { Deadlines } from '@sealpost/core'
import fc from 'fast-check'

describe('deadlines', () => {
  it('gives keys in order of time, and of being set where times are the same', () => {
    const deadlines = new Deadlines<string>()
    deadlines.set('bob', 20)
    deadlines.set('alice', 10)
    deadlines.set('carol', 20)
    const taken = [30, 30, 30, 30].map((nowMs) => deadlines.takeDue(nowMs))
    assert.deepEqual(taken, ['alice', 'bob', 'carol', undefined])
  })

  it('gives a key at its moment and not a millisecond before', () => {
    const deadlines = new Deadlines<string>()
    deadlines.set('alice', 10)
    assert.equal(deadlines.takeDue(9), undefined)
    assert.equal(deadlines.takeDue(10), 'alice')
    assert.equal(deadlines.earliestMs(), undefined)
  })

  it('knows one deadline for each key, the last one set', () => {
    const deadlines = new Deadlines<string>()
    deadlines.set('alice', 10)
    deadlines.set('alice', 50)
    assert.equal(deadlines.get('alice'), 50)
    assert.equal(deadlines.size, 1)
    assert.equal(deadlines.takeDue(49), undefined)
    assert.equal(deadlines.earliestMs(), 50)
    deadlines.delete('alice')
    assert.equal(deadlines.earliestMs(), undefined)
    assert.equal(deadlines.takeDue(100), undefined)
  })

  it('rebuilds itself with more keys than a call has room for arguments', () => {
    const deadlines = new Deadlines<number>()
    const count = 130_000
    for (let atMs = 1; atMs <= 2 * count + 1; atMs++) {
      deadlines.set(atMs % count, atMs)
    }
    assert.equal(deadlines.size, count)
    assert.equal(deadlines.takeDue(Number.MAX_SAFE_INTEGER), 2)
  })

  it('behaves like a map that is searched for its earliest entry', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('set' as const), key: fc.nat(9), atMs: fc.nat(20) }),
      fc.record({ type: fc.constant('delete' as const), key: fc.nat(9), atMs: fc.constant(0) }),
      fc.record({ type: fc.constant('take' as const), key: fc.constant(0), atMs: fc.nat(20) })
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const deadlines = new Deadlines<number>()
        // Insertion order of a Map is the order of being set, once a moved key is deleted first.
        const model = new Map<number, number>()
        for (const { type, key, atMs } of steps) {
          if (type === 'set') {
            deadlines.set(key, atMs)
            model.delete(key)
            model.set(key, atMs)
          } else if (type === 'delete') {
            deadlines.delete(key)
            model.delete(key)
          } else {
            let first: number | undefined
            for (const [candidate, time] of model) {
              if (time <= atMs && time < (model.get(first ?? -1) ?? Number.POSITIVE_INFINITY)) {
                first = candidate
              }
            }
            assert.equal(deadlines.takeDue(atMs), first)
            if (first !== undefined) {
              model.delete(first)
            }
          }
          assert.equal(deadlines.size, model.size)
          const times = [...model.values()]
          assert.equal(deadlines.earliestMs(), times.length === 0 ? undefined : Math.min(...times))
        }
      })
    )
  })
})
