import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import { CommitTimes } from '../src/store/observed-store.ts'

describe('the times of commits', () => {
  it('are told once each is durable, and the oldest under way is known before', async () => {
    const clock = new ManualClock()
    const told: number[] = []
    const commits = new CommitTimes(clock, (tookMs) => told.push(tookMs))
    const first = Promise.withResolvers<undefined>()
    const second = Promise.withResolvers<undefined>()
    assert.equal(commits.waitMs, 0)
    const one = commits.time(async () => first.promise)
    clock.advance(100)
    const other = commits.time(async () => second.promise)
    clock.advance(50)
    assert.equal(commits.waitMs, 150)
    first.resolve(undefined)
    await one
    assert.equal(commits.waitMs, 50)
    second.resolve(undefined)
    await other
    assert.equal(commits.waitMs, 0)
    assert.deepEqual(told, [150, 50])
  })

  it('say how long ago the last one became durable', async () => {
    const clock = new ManualClock()
    const commits = new CommitTimes(clock, () => undefined)
    clock.advance(70)
    await commits.time(async () => Promise.resolve())
    clock.advance(30)
    await assert.rejects(commits.time(() => Promise.reject(new Error('no room'))))
    assert.equal(commits.sinceMs, 30)
  })

  it('are not told of what failed, which does not count as under way either', async () => {
    const commits = new CommitTimes(new ManualClock(), () => assert.fail('it was told'))
    await assert.rejects(
      commits.time(() => Promise.reject(new Error('no room'))),
      /no room/
    )
    assert.equal(commits.waitMs, 0)
  })
})
