import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import { AutoLock } from '../src/peer/auto-lock.ts'

const MINUTE_MS = 60_000

function begin(): {
  readonly clock: ManualClock
  readonly autoLock: AutoLock
  readonly locks: number[]
} {
  const clock = new ManualClock()
  const locks: number[] = []
  const autoLock = new AutoLock(clock, () => {
    locks.push(clock.monotonicMs())
    return Promise.resolve()
  })
  return { clock, autoLock, locks }
}

describe('the automatic lock', () => {
  it('locks when nobody was there for long enough, and not before', async () => {
    const { clock, autoLock, locks } = begin()
    await autoLock.active(5)
    clock.advance(4 * MINUTE_MS)
    await autoLock.active(5)
    clock.advance(5 * MINUTE_MS - 1)
    assert.deepEqual(locks, [])
    clock.advance(1)
    assert.deepEqual(locks, [9 * MINUTE_MS])
  })

  it('locks at the first sign after a sleep in which timers stood still', async () => {
    const { clock, autoLock, locks } = begin()
    await autoLock.active(5)
    clock.jumpWall(5 * MINUTE_MS)
    await autoLock.active(5)
    assert.equal(locks.length, 1)
    clock.advance(60 * MINUTE_MS)
    assert.equal(locks.length, 1)
  })

  it('never locks where that is what the person wants', async () => {
    const { clock, autoLock, locks } = begin()
    await autoLock.active(1)
    await autoLock.active(0)
    clock.advance(600 * MINUTE_MS)
    assert.deepEqual(locks, [])
  })
})
