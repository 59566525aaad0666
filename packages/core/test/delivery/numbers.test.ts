import assert from 'node:assert/strict'
import fc from 'fast-check'
import { NumberSet } from '../../src/delivery/numbers.ts'

/** Adds numbers, each with itself as its place. */
function setOf(...numbers: readonly number[]): NumberSet {
  const set = new NumberSet(0)
  for (const number of numbers) {
    assert.ok(set.canAdd(number), String(number))
    set.add(number, number * 10)
  }
  return set
}

/** The same by the simplest means: every number, and where it stands. */
class PlainSet {
  readonly held = new Map<number, number>()

  get upTo(): number {
    let upTo = 0
    while (this.held.has(upTo + 1)) {
      upTo += 1
    }
    return upTo
  }

  ranges(): readonly (readonly [number, number])[] {
    const beyond = [...this.held.keys()].filter((number) => number > this.upTo)
    const ranges: [number, number][] = []
    for (const number of beyond.sort((a, b) => a - b)) {
      const last = ranges.at(-1)
      if (last !== undefined && last[1] === number - 1) {
        last[1] = number
      } else {
        ranges.push([number, number])
      }
    }
    return ranges
  }

  gaps(): readonly (readonly [number, number])[] {
    const starts = [this.upTo + 1, ...this.ranges().map(([, last]) => last + 1)]
    return this.ranges().map(([first], index) => [starts[index] ?? 0, first - 1])
  }
}

describe('held numbers', () => {
  it('are those of a plain set, whatever the order they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }), (numbers) => {
        const set = new NumberSet(0)
        const plain = new PlainSet()
        for (const number of numbers) {
          assert.equal(set.canAdd(number), !plain.held.has(number))
          if (set.canAdd(number)) {
            set.add(number, number)
            plain.held.set(number, number)
          }
          assert.equal(set.upTo, plain.upTo)
          assert.deepEqual(
            set.beyond.map(({ first, last }) => [first, last]),
            plain.ranges()
          )
          assert.deepEqual(
            set.gaps().map(({ first, last }) => [first, last]),
            plain.gaps()
          )
          assert.equal(set.last, Math.max(0, ...plain.held.keys()))
          for (let other = 1; other <= 61; other++) {
            assert.equal(set.has(other), plain.held.has(other))
          }
        }
      }),
      { numRuns: 200 }
    )
  })

  it('put every message between those that are before and after it, whatever the order they came in', () => {
    const permutation = fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, index) => index + 1),
      { minLength: 12 }
    )
    fc.assert(
      fc.property(permutation, (numbers) => {
        const set = new NumberSet(0)
        const placed: { readonly number: number; readonly orderMs: number }[] = []
        let lastOrderMs = 0
        numbers.forEach((number, index) => {
          const orderMs = set.orderOfNext(number) ?? Math.max(index * 100, lastOrderMs)
          lastOrderMs = Math.max(lastOrderMs, orderMs)
          set.add(number, orderMs)
          placed.push({ number, orderMs })
        })
        placed.sort((a, b) => a.orderMs - b.orderMs || a.number - b.number)
        assert.deepEqual(
          placed.map(({ number }) => number),
          numbers.toSorted((a, b) => a - b)
        )
      }),
      { numRuns: 300 }
    )
  })

  it('come back from their row as they were', () => {
    const set = setOf(1, 2, 5, 6, 9)
    const restored = new NumberSet(set.upTo, set.beyond)
    assert.equal(restored.upTo, 2)
    assert.deepEqual(restored.beyond, [
      { first: 5, last: 6, orderMs: 50 },
      { first: 9, last: 9, orderMs: 90 }
    ])
    restored.add(3, 30)
    restored.add(4, 40)
    assert.equal(restored.upTo, 6)
  })

  it('have no place for what is not late', () => {
    const set = setOf(1, 2, 5)
    assert.equal(set.orderOfNext(6), undefined)
    assert.equal(set.orderOfNext(3), 50)
    assert.equal(new NumberSet(0).orderOfNext(1), undefined)
  })

  it('take the place of the first that follows, however far it is', () => {
    const set = setOf(10, 20)
    assert.equal(set.orderOfNext(3), 100)
    assert.equal(set.orderOfNext(15), 200)
  })

  it('may be a million ahead of the last, and not one more', () => {
    const set = setOf(1, 2, 5)
    assert.ok(set.canAdd(1_000_005))
    assert.ok(!set.canAdd(1_000_006))
    set.add(1_000_005, 1)
    assert.ok(set.canAdd(2_000_005))
  })

  it('are whole numbers from 1 on', () => {
    const set = new NumberSet(0)
    for (const number of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      assert.ok(!set.canAdd(number), String(number))
    }
  })

  it('lie in 1,024 ranges at most: with one more the oldest gap is given up', () => {
    const set = new NumberSet(0)
    for (let range = 1; range <= 1_024; range++) {
      set.add(range * 10, range)
    }
    assert.equal(set.upTo, 0)
    assert.equal(set.beyond.length, 1_024)
    set.add(5, 0)
    assert.equal(set.upTo, 5)
    assert.equal(set.beyond.length, 1_024)
    set.add(20_000, 1)
    assert.equal(set.upTo, 10)
    assert.equal(set.beyond.length, 1_024)
    assert.ok(set.has(7) && !set.has(11))
  })
})
