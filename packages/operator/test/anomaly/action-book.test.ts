import assert from 'node:assert/strict'
import { ActionBook, type Finding } from '@sealpost/operator'
import { changedOption, DETECTORS } from '../../src/anomaly/detectors.ts'

const MINUTE_MS = 60_000
const FLOOD: Finding = {
  id: 3,
  kind: 'registration-flood',
  sentence: 'Far more mailboxes are made than usual.',
  series: 'registrations-per-second',
  value: 4,
  usual: 0.1,
  causes: ['Somebody makes mailboxes by a program.'],
  action: { option: 'work-bits', sentence: 'Asks for more work.' },
  foundAtMs: 0,
  overAtMs: undefined
}
const bits = (): number => 16

describe('the actions about findings', () => {
  it('are applied once, and taken back by hand', () => {
    const book = new ActionBook()
    const applied = book.apply(FLOOD, 'hand', bits, 1)
    assert.deepEqual([applied?.action.from, applied?.action.to], [16, 18])
    assert.deepEqual([...book.overrides], [['work-bits', 18]])
    assert.equal(book.apply(FLOOD, 'hand', bits, 2), undefined)
    assert.equal(book.undo(4, 'by-hand', 3), undefined)
    assert.equal(book.undo(3, 'by-hand', 3)?.action.undoneWhy, 'by-hand')
    assert.deepEqual([...book.overrides], [])
    assert.equal(book.undone[0]?.undoneAtMs, 3)
  })

  it('stay by hand, whatever becomes of it', () => {
    const book = new ActionBook()
    book.apply(FLOOD, 'hand', bits, 0)
    assert.deepEqual(
      book.look([], () => 1_000, 60 * MINUTE_MS),
      []
    )
  })

  for (const [level, minutes, present, expected] of [
    [5, 15, [FLOOD], undefined],
    [5.01, 15, [FLOOD], 'worse'],
    [5.01, 14, [FLOOD], undefined],
    [0, 1, [], 'over']
  ] as const) {
    it(`by itself: ${expected ?? 'stay'}, at ${String(level)} after ${String(minutes)} min`, () => {
      const book = new ActionBook()
      book.apply(FLOOD, 'itself', bits, 0)
      const changes = book.look(present, () => level, minutes * MINUTE_MS)
      assert.equal(changes[0]?.action.undoneWhy, expected)
      assert.equal(book.present.length, expected === undefined ? 1 : 0)
    })
  }

  it('are nothing where a finding has none, is over, or changes nothing', () => {
    const book = new ActionBook()
    assert.equal(book.apply({ ...FLOOD, action: undefined }, 'hand', bits, 0), undefined)
    assert.equal(book.apply({ ...FLOOD, overAtMs: 1 }, 'hand', bits, 0), undefined)
    assert.equal(
      book.apply(FLOOD, 'hand', () => 22, 0),
      undefined
    )
  })

  it('never leave the bounds of their option', () => {
    for (const { kind, action } of DETECTORS) {
      for (const value of [1, 2, 16, 32, 1_000_000]) {
        const changed = changedOption(kind, value)
        assert.ok(Number.isInteger(changed) && changed >= 1, kind)
        assert.ok(action !== undefined || changed === value, kind)
      }
    }
  })
})
