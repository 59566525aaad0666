import assert from 'node:assert/strict'
import {
  type Family,
  REACH_AGAIN_MS,
  REACH_CHECK_MS,
  Reachability,
  type Said
} from '../../src/reach/reachability.ts'

function all(isReached: boolean | undefined, family: Family = 'ip4', count = 2): readonly Said[] {
  return Array.from({ length: count }, () => ({ family, isReached }))
}

function states(reachability: Reachability): readonly string[] {
  return reachability.families.map(({ family, state }) => `${family} ${state}`)
}

describe('whether others reach a relay', () => {
  it('is not known until somebody said so', () => {
    const reachability = new Reachability()
    assert.equal(reachability.share, undefined)
    reachability.take(all(undefined), 1)
    assert.deepEqual(states(reachability), ['ip4 unknown'])
    assert.equal(reachability.share, undefined)
    assert.equal(reachability.checkedAtMs, undefined)
    assert.equal(reachability.waitMs, REACH_CHECK_MS)
  })

  it('changes with the second failure in a row, which is looked for sooner', () => {
    const reachability = new Reachability()
    reachability.take(all(true), 1)
    assert.equal(reachability.share, 1)
    reachability.take(all(false), 2)
    assert.deepEqual(states(reachability), ['ip4 doubtful'])
    assert.equal(reachability.share, 1)
    assert.equal(reachability.waitMs, REACH_AGAIN_MS)
    reachability.take(all(false), 3)
    assert.deepEqual(states(reachability), ['ip4 unreached'])
    assert.equal(reachability.share, 0)
    assert.equal(reachability.waitMs, REACH_CHECK_MS)
    reachability.take(all(true), 4)
    assert.equal(reachability.share, 1)
    assert.equal(reachability.checkedAtMs, 4)
  })

  it('forgets one failure that nothing followed', () => {
    const reachability = new Reachability()
    for (const isReached of [false, true, false, true]) {
      reachability.take(all(isReached), 1)
      assert.equal(reachability.share, 1)
    }
  })

  it('stays what it was where nobody could tell', () => {
    const reachability = new Reachability()
    for (const isReached of [false, undefined, false]) {
      reachability.take(all(isReached), 1)
    }
    assert.deepEqual(states(reachability), ['ip4 unreached'])
    reachability.take(all(undefined), 9)
    assert.deepEqual(states(reachability), ['ip4 unreached'])
    assert.equal(reachability.checkedAtMs, 1)
  })

  it('goes by half of those that could tell', () => {
    const cases: readonly (readonly [reached: number, failed: number, state: string])[] = [
      [1, 1, 'reached'],
      [1, 2, 'doubtful'],
      [2, 2, 'reached'],
      [0, 1, 'doubtful'],
      [8, 0, 'reached']
    ]
    for (const [reached, failed, state] of cases) {
      const reachability = new Reachability()
      const said = [...all(true, 'ip4', reached), ...all(false, 'ip4', failed), ...all(undefined)]
      reachability.take(said, 1)
      assert.deepEqual(
        states(reachability),
        [`ip4 ${state}`],
        `${String(reached)} ${String(failed)}`
      )
    }
  })

  it('is told for each kind of addresses, and forgets those that people are told no more', () => {
    const reachability = new Reachability()
    for (const atMs of [1, 2]) {
      reachability.take([...all(true, 'dns'), ...all(false, 'ip6')], atMs)
    }
    assert.deepEqual(states(reachability), ['ip6 unreached', 'dns reached'])
    assert.equal(reachability.share, 0.5)
    reachability.take(all(true, 'dns'), 3)
    assert.deepEqual(states(reachability), ['dns reached'])
  })
})
