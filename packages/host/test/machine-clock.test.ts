import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import { MachineClock } from '../src/machine-clock.ts'

describe('MachineClock', () => {
  it('goes on by monotonic time, in whole milliseconds', () => {
    const clock = new ManualClock(1_000_000)
    const machineClock = new MachineClock(clock)
    clock.advance(10.75)
    assert.equal(machineClock.now(), 1_000_010)
  })

  it('does not follow the wall clock by itself', () => {
    const clock = new ManualClock(1_000_000)
    const machineClock = new MachineClock(clock)
    clock.jumpWall(-500_000)
    clock.advance(5)
    assert.equal(machineClock.now(), 1_000_005)
  })

  for (const sign of [1, -1]) {
    it(`takes a wall clock ${sign === 1 ? 'ahead' : 'behind'} by a second for its own, and follows one past it`, () => {
      const clock = new ManualClock(1_000_000)
      const machineClock = new MachineClock(clock)
      clock.advance(50)
      clock.jumpWall(sign * 1_000)
      assert.equal(machineClock.follow(), false)
      assert.equal(machineClock.now(), 1_000_050)
      clock.jumpWall(sign)
      assert.equal(machineClock.follow(), true)
      assert.equal(machineClock.now(), 1_000_050 + sign * 1_001)
      clock.advance(1)
      assert.equal(machineClock.follow(), false)
      assert.equal(machineClock.now(), 1_000_051 + sign * 1_001)
    })
  }
})
