import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'

describe('ManualClock', () => {
  it('stands still until it is told', () => {
    const clock = new ManualClock(5_000)
    assert.deepEqual([clock.wallMs(), clock.monotonicMs()], [5_000, 0])
    clock.advance(7)
    assert.deepEqual([clock.wallMs(), clock.monotonicMs()], [5_007, 7])
  })

  it('calls timers in order, each at its moment, those of one moment as they were set', () => {
    const clock = new ManualClock()
    const calls: string[] = []
    const call = (name: string, delayMs: number): void => {
      clock.setTimer(delayMs, () => calls.push(`${name} at ${clock.monotonicMs()}`))
    }
    call('late', 30)
    call('first', 10)
    call('second', 10)
    call('beyond', 31)
    assert.equal(clock.nextTimerMs, 10)
    clock.advance(30)
    assert.deepEqual(calls, ['first at 10', 'second at 10', 'late at 30'])
    assert.equal(clock.monotonicMs(), 30)
    assert.equal(clock.timerCount, 1)
  })

  it('calls timers that timers set, if their moment has come', () => {
    const clock = new ManualClock()
    const calls: number[] = []
    const again = (): void => {
      calls.push(clock.monotonicMs())
      clock.setTimer(4, again)
    }
    clock.setTimer(0, again)
    clock.advance(10)
    assert.deepEqual(calls, [0, 4, 8])
  })

  it('does not call a timer that was cancelled', () => {
    const clock = new ManualClock()
    const cancel = clock.setTimer(10, () => assert.fail('was cancelled'))
    clock.setTimer(5, () => {
      cancelNext()
    })
    const cancelNext = clock.setTimer(5, () => assert.fail('was cancelled by a timer'))
    cancel()
    cancel()
    clock.advance(10)
    assert.equal(clock.timerCount, 0)
    cancelNext()
  })

  it('sets the wall clock without moving time', () => {
    const clock = new ManualClock(5_000)
    clock.setTimer(10, () => assert.fail('time did not pass'))
    clock.jumpWall(-1_000)
    assert.deepEqual([clock.wallMs(), clock.monotonicMs()], [4_000, 0])
    clock.jumpWall(60_000)
    assert.deepEqual([clock.wallMs(), clock.monotonicMs()], [64_000, 0])
  })
})
