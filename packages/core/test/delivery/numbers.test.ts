import assert from 'node:assert/strict'
import fc from 'fast-check'
import { NumberSet } from '../../src/delivery/numbers.ts'

describe('the numbers that are held', () => {
  it('are those of a plain set, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }), (numbers) => {
        const held = new NumberSet(0)
        const model = new Set<number>()
        for (const number of numbers) {
          assert.equal(held.canAdd(number), !model.has(number))
          if (held.canAdd(number)) {
            held.add(number, number * 10)
            model.add(number)
          }
          let upTo = 0
          while (model.has(upTo + 1)) {
            upTo++
          }
          assert.equal(held.upTo, upTo)
          assert.equal(held.last, Math.max(0, ...model))
          for (let candidate = 1; candidate <= 61; candidate++) {
            assert.equal(held.has(candidate), model.has(candidate))
          }
          const missing = held.gaps().flatMap(({ first, last }) => {
            return Array.from({ length: last - first + 1 }, (_, at) => first + at)
          })
          const expected = Array.from({ length: held.last }, (_, at) => at + 1)
          assert.deepEqual(
            missing,
            expected.filter((candidate) => !model.has(candidate))
          )
        }
      })
    )
  })

  it('are the same after a restart from what a row keeps', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (numbers) => {
        const held = new NumberSet(0)
        for (const number of numbers) {
          held.add(number, number)
        }
        const restored = new NumberSet(held.upTo, held.beyond)
        assert.deepEqual(restored.gaps(), held.gaps())
        assert.equal(restored.last, held.last)
      })
    )
  })

  it('put a late message where what follows it stands', () => {
    const held = new NumberSet(0)
    held.add(1, 100)
    held.add(4, 400)
    assert.equal(held.orderOfNext(2), 400)
    assert.equal(held.orderOfNext(5), undefined)
  })

  it('take no number that is none, and none that is a million beyond the last', () => {
    const held = new NumberSet(5)
    for (const number of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 5]) {
      assert.equal(held.canAdd(number), false, String(number))
    }
    assert.equal(held.canAdd(1_000_005), true)
    assert.equal(held.canAdd(1_000_006), false)
  })

  it('keep at most 1,024 ranges: the oldest gap is given up for one more', () => {
    const held = new NumberSet(0)
    for (let number = 2; number <= 2_048; number += 2) {
      held.add(number, number)
    }
    assert.equal(held.beyond.length, 1_024)
    assert.equal(held.upTo, 0)
    held.add(2_050, 2_050)
    assert.equal(held.beyond.length, 1_024)
    assert.equal(held.upTo, 2)
  })
})
