import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Admission, Admitted } from '../src/admission.ts'
import { ConnectionRates, RATED_RANGES_MAX } from '../src/connection-rates.ts'

const BOUNDS = { connectionsMax: 5, connectionsPerRangeMax: 2, pendingMax: 3 }

const MINUTE_MS = 60_000

function taken(admission: Admission, range = 'any'): Admitted {
  const admitted = admission.admit()
  assert.ok(typeof admitted !== 'string')
  assert.ok(admitted.takeRange(range))
  return admitted
}

describe('Admission', () => {
  it('takes connections up to its bound, and another when one is released', () => {
    const admission = new Admission({ ...BOUNDS, pendingMax: 100 }, () => 0)
    const first = taken(admission, 'a')
    for (const range of ['a', 'b', 'b', 'c']) {
      taken(admission, range)
    }
    assert.equal(admission.admit(), 'connections')
    first.release()
    taken(admission, 'c')
    assert.equal(admission.admit(), 'connections')
  })

  it('takes as many that are pending as it may, settled ones beside them', () => {
    const admission = new Admission(BOUNDS, () => 0)
    const first = taken(admission, 'a')
    taken(admission, 'b')
    taken(admission, 'c')
    assert.equal(admission.admit(), 'pending')
    first.settle()
    taken(admission, 'd')
    assert.equal(admission.admit(), 'pending')
  })

  it('says beforehand why it would take none, and counts nothing', () => {
    let nowMs = 0
    const bounds = { ...BOUNDS, connectionsPerMinutePerRangeMax: 3 }
    const admission = new Admission(bounds, () => nowMs)
    const [first, second] = [taken(admission, 'a'), taken(admission, 'a')]
    assert.equal(admission.refusalFor('a'), 'range', 'it holds two')
    for (let times = 0; times < 10; times++) {
      assert.equal(admission.refusalFor('b'), undefined)
    }
    taken(admission, 'b')
    assert.equal(admission.refusalFor('c'), 'pending')
    first.release()
    second.release()
    assert.equal(admission.refusalFor('a'), undefined)
    taken(admission, 'a').release()
    assert.equal(admission.refusalFor('a'), 'range', 'three came in this minute')
    nowMs = MINUTE_MS / 3
    assert.equal(admission.refusalFor('a'), undefined)
    for (const range of ['a', 'b', 'c', 'd']) {
      taken(admission, range).settle()
    }
    assert.equal(admission.refusalFor('e'), 'connections')
  })

  it('counts one that was settled as pending again where there is room', () => {
    const admission = new Admission(BOUNDS, () => 0)
    const first = taken(admission, 'a')
    first.settle()
    for (const range of ['b', 'c', 'd']) {
      taken(admission, range)
    }
    assert.equal(first.pend(), false)
    first.release()
    const second = taken(new Admission(BOUNDS, () => 0), 'a')
    second.settle()
    assert.equal(second.pend(), true)
    assert.equal(second.pend(), true)
  })

  it('takes as many from a range as it may', () => {
    const admission = new Admission(BOUNDS, () => 0)
    const first = taken(admission, 'a')
    taken(admission, 'a')
    const third = admission.admit()
    assert.ok(typeof third !== 'string')
    assert.equal(third.takeRange('a'), false)
    third.release()
    first.release()
    taken(admission, 'a')
  })

  it('counts nothing twice, and in the end nothing', () => {
    const action = fc.record({
      kind: fc.constantFrom('admit', 'settle', 'release'),
      range: fc.constantFrom('a', 'b', 'c'),
      index: fc.nat(20)
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
        const admission = new Admission(BOUNDS, () => 0)
        const all: Admitted[] = []
        const open = new Map<Admitted, { range: string; isPending: boolean }>()
        for (const { kind, range, index } of actions) {
          const one = all[index % Math.max(1, all.length)]
          if (kind === 'admit') {
            const admitted = admission.admit()
            const pending = [...open.values()].filter(({ isPending }) => isPending).length
            const isTaken = open.size < BOUNDS.connectionsMax && pending < BOUNDS.pendingMax
            assert.equal(admitted instanceof Admitted, isTaken)
            if (admitted instanceof Admitted) {
              const ofRange = [...open.values()].filter((other) => other.range === range).length
              if (admitted.takeRange(range)) {
                assert.ok(ofRange < BOUNDS.connectionsPerRangeMax)
                all.push(admitted)
                open.set(admitted, { range, isPending: true })
              } else {
                assert.equal(ofRange, BOUNDS.connectionsPerRangeMax)
                admitted.release()
              }
            }
          } else if (one !== undefined && kind === 'settle') {
            one.settle()
            const state = open.get(one)
            if (state !== undefined) {
              state.isPending = false
            }
          } else if (one !== undefined) {
            one.release()
            open.delete(one)
          }
        }
        for (const one of all) {
          one.release()
        }
        taken(admission, 'a')
        taken(admission, 'a')
        taken(admission, 'b')
      })
    )
  })

  it('takes as many from a range in a minute as it may, however soon they go, and more as time passes', () => {
    let nowMs = 0
    const bounds = { connectionsMax: 9_999, connectionsPerRangeMax: 9_999, pendingMax: 9_999 }
    const admission = new Admission({ ...bounds, connectionsPerMinutePerRangeMax: 60 }, () => nowMs)
    const comes = (range: string): boolean => {
      const admitted = admission.admit()
      assert.ok(typeof admitted !== 'string')
      const isTaken = admitted.takeRange(range)
      admitted.release()
      return isTaken
    }
    for (let count = 0; count < 60; count++) {
      assert.ok(comes('a'))
    }
    assert.ok(!comes('a'))
    assert.ok(comes('b'))
    nowMs = 999
    assert.ok(!comes('a'))
    nowMs = 1_000
    assert.ok(comes('a'))
    assert.ok(!comes('a'))
    nowMs += MINUTE_MS
    for (let count = 0; count < 60; count++) {
      assert.ok(comes('a'))
    }
    assert.ok(!comes('a'))
  })

  it('gives each place back: 1,000 that come one after another all find one', () => {
    const admission = new Admission(
      { connectionsMax: 1, connectionsPerRangeMax: 1, pendingMax: 1 },
      () => 0
    )
    for (let count = 0; count < 1_000; count++) {
      taken(admission, 'a').release()
    }
    taken(admission, 'a')
    assert.equal(admission.admit(), 'connections')
  })
})

describe('the rates of connections', () => {
  it('are remembered for a minute, and for a bounded number of ranges', () => {
    let nowMs = 0
    const rates = new ConnectionRates(() => nowMs)
    for (let range = 0; range < RATED_RANGES_MAX; range++) {
      assert.ok(rates.take(String(range), 1))
    }
    assert.equal(rates.rangeCount, RATED_RANGES_MAX)
    assert.ok(!rates.take('1', 1))
    assert.ok(rates.take('one more', 1))
    assert.equal(rates.rangeCount, RATED_RANGES_MAX)
    assert.ok(rates.take('0', 1))
    nowMs = MINUTE_MS
    assert.ok(rates.take('another', 1))
    assert.equal(rates.rangeCount, 1)
  })
})
