import assert from 'node:assert/strict'
import { Lanes } from '@sealpost/host'
import { settle } from '@sealpost/host/testing'

interface Gate {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

function gate(): Gate {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  return {
    promise,
    reject,
    resolve: () => {
      resolve(undefined)
    }
  }
}

describe('Lanes', () => {
  it('runs the tasks of a key one at a time, in order', async () => {
    const lanes = new Lanes<string>(8)
    const gates = [gate(), gate(), gate()]
    const events: string[] = []
    const tasks = gates.map(({ promise }, number) =>
      lanes.run('alice', async () => {
        events.push(`begin ${number}`)
        await promise
        events.push(`end ${number}`)
        return number
      })
    )
    gates[2]?.resolve()
    gates[1]?.resolve()
    await settle()
    assert.deepEqual(events, ['begin 0'])
    gates[0]?.resolve()
    assert.deepEqual(await Promise.all(tasks), [0, 1, 2])
    assert.deepEqual(events, ['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2'])
  })

  it('begins at once on a lane that is free', () => {
    const lanes = new Lanes<string>(0)
    let hasBegun = false
    void lanes.run('alice', () => {
      hasBegun = true
      return Promise.resolve()
    })
    assert.equal(hasBegun, true)
  })

  it('does not let one key wait for another', async () => {
    const lanes = new Lanes<string>(8)
    void lanes.run('alice', () => new Promise<void>(() => {}))
    assert.equal(await lanes.run('bob', () => Promise.resolve('done')), 'done')
    assert.equal(lanes.isBusy('alice'), true)
  })

  it('gives the error of a task to its caller and goes on', async () => {
    const lanes = new Lanes<string>(8)
    const failing = lanes.run('alice', () => Promise.reject(new Error('broken')))
    const throwing = lanes.run('alice', () => {
      throw new Error('at once')
    })
    const next = lanes.run('alice', () => Promise.resolve('done'))
    await assert.rejects(failing, { message: 'broken' })
    await assert.rejects(throwing, { message: 'at once' })
    assert.equal(await next, 'done')
  })

  it('takes as many waiting tasks as its bound, and refuses one more', async () => {
    const lanes = new Lanes<string>(2)
    const first = gate()
    const tasks = [0, 1, 2].map((number) =>
      lanes.run('alice', async () => {
        await first.promise
        return number
      })
    )
    await assert.rejects(
      lanes.run('alice', () => Promise.resolve(3)),
      { code: 'SEALPOST_BUSY' }
    )
    first.resolve()
    assert.deepEqual(await Promise.all(tasks), [0, 1, 2])
    assert.equal(await lanes.run('alice', () => Promise.resolve(4)), 4)
  })

  it('takes a task from within a task of the same key, and runs it afterwards', async () => {
    const lanes = new Lanes<string>(2)
    const events: string[] = []
    await lanes.run('alice', () => {
      void lanes.run('alice', () => {
        events.push('inner')
        return Promise.resolve()
      })
      events.push('outer')
      return Promise.resolve()
    })
    await lanes.whenIdle()
    assert.deepEqual(events, ['outer', 'inner'])
  })

  it('forgets a lane that is done, and says when all are', async () => {
    const lanes = new Lanes<string>(8)
    const first = gate()
    const second = gate()
    void lanes.run('alice', () => first.promise)
    void lanes.run('bob', () => second.promise)
    assert.equal(lanes.busyCount, 2)
    let isIdle = false
    const idle = lanes.whenIdle().then(() => {
      isIdle = true
    })
    first.resolve()
    await settle()
    assert.equal(lanes.busyCount, 1)
    assert.equal(isIdle, false)
    second.resolve()
    await idle
    assert.equal(lanes.busyCount, 0)
    await lanes.whenIdle()
  })
})
