import assert from 'node:assert/strict'
import fc from 'fast-check'
import { OrderedKeys } from '../../src/disk/ordered-keys.ts'

const KEY = fc.stringMatching(/^[a-c]{1,4}$/)

describe('keys in order', () => {
  it('are those of a sorted set, whatever is added and deleted', () => {
    const step = fc.record({ key: KEY, isAdded: fc.boolean() })
    const query = fc.record({ from: KEY, to: KEY, limit: fc.integer({ min: 1, max: 50 }) })
    const plan = fc.tuple(fc.array(step, { maxLength: 300 }), query, fc.boolean())
    fc.assert(
      fc.property(plan, ([steps, { from, to, limit }, isReversed]) => {
        const keys = new OrderedKeys()
        const model = new Set<string>()
        for (const { key, isAdded } of steps) {
          if (isAdded) {
            keys.add(key)
            model.add(key)
          } else {
            keys.delete(key)
            model.delete(key)
          }
        }
        const expected = [...model].sort().filter((key) => key >= from && key < to)
        if (isReversed) {
          expected.reverse()
        }
        assert.deepEqual(keys.range(from, to, limit, isReversed), expected.slice(0, limit))
      })
    )
  })

  it('stay in order over many pieces', () => {
    const keys = new OrderedKeys()
    const all = Array.from({ length: 5_000 }, (_, at) =>
      String((at * 7_919) % 5_000).padStart(4, '0')
    )
    for (const key of all) {
      keys.add(key)
    }
    for (const key of all.filter((_, at) => at % 3 === 0)) {
      keys.delete(key)
    }
    const left = all.filter((_, at) => at % 3 !== 0).sort()
    assert.deepEqual(keys.range('', '~', 10_000, false), left)
    assert.deepEqual(keys.range('', '~', 10_000, true), left.toReversed())
    for (const key of left) {
      keys.delete(key)
    }
    assert.deepEqual(keys.range('', '~', 10_000, false), [])
  })
})
