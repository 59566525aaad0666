import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { NumberRange } from '@sealpost/protocol'
import {
  countNumbers,
  firstNumbers,
  joinRanges,
  rangesOf,
  withoutRanges
} from '../../src/delivery/number-ranges.ts'
import { NumberSet } from '../../src/delivery/numbers.ts'

const anyRanges: fc.Arbitrary<readonly NumberRange[]> = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: -2, max: 12 }))
    .map(([first, length]) => ({ first, last: first + length })),
  { maxLength: 8 }
)

function numbersOf(ranges: readonly NumberRange[]): ReadonlySet<number> {
  return new Set(firstNumbers(ranges, Number.MAX_SAFE_INTEGER))
}

/** Ascending, apart from each other, none empty. */
function checkShape(ranges: readonly NumberRange[]): void {
  for (const [at, { first, last }] of ranges.entries()) {
    assert.ok(first <= last)
    assert.ok(first > (ranges[at - 1]?.last ?? -1) + 1)
  }
}

describe('ranges of numbers', () => {
  it('are joined, and taken from each other, as sets are', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (one, other) => {
        const [a, b] = [numbersOf(one), numbersOf(other)]
        const joined = joinRanges(one, other)
        const left = withoutRanges(one, other)
        checkShape(joined)
        checkShape(left)
        assert.deepEqual(numbersOf(joined), new Set([...a, ...b].sort((x, y) => x - y)))
        assert.deepEqual(
          numbersOf(left),
          new Set([...a].filter((number) => !b.has(number)).sort((x, y) => x - y))
        )
        assert.equal(countNumbers(joined), numbersOf(joined).size)
        assert.deepEqual(rangesOf([...numbersOf(joined)]), joined)
      })
    )
  })

  it('give the lowest numbers first, and no more than are asked for', () => {
    assert.deepEqual(
      firstNumbers(
        [
          { first: 2, last: 4 },
          { first: 9, last: 99 }
        ],
        5
      ),
      [2, 3, 4, 9, 10]
    )
    assert.deepEqual(firstNumbers([{ first: 2, last: 1_000_000_000 }], 1), [2])
    assert.deepEqual(firstNumbers([], 5), [])
  })

  it('are held as the numbers in them are, one by one', () => {
    fc.assert(
      fc.property(anyRanges, (given) => {
        const [whole, single] = [new NumberSet(0), new NumberSet(0)]
        for (const range of joinRanges(given, [])) {
          whole.addRange({ ...range, orderMs: 7 })
          for (const number of firstNumbers([range], 99)) {
            single.add(number, 7)
          }
        }
        assert.deepEqual([whole.upTo, whole.beyond], [single.upTo, single.beyond])
      })
    )
  })
})
