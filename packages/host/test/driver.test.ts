import assert from 'node:assert/strict'
import type { Mutation, Read } from '@sealpost/core'
import type { Store } from '@sealpost/host'
import { MemoryDisk, settle } from '@sealpost/host/testing'
import { Scene } from './driver-scene.ts'
import { bytesOf, erase, rowKey, type SayEffect, textOf, write } from './notebook-machine.ts'

function read(id: number, ...keys: readonly string[]): Read {
  return { type: 'read', id, keys: keys.map(rowKey) }
}

function say(text: string): SayEffect {
  return { type: 'say', text }
}

describe('Driver: commit, then speak', () => {
  it('speaks at once where nothing is written', async () => {
    const scene = await Scene.start()
    scene.driver.post(scene.note({ says: ['one', 'two'] }))
    assert.deepEqual(scene.events, ['one', 'two'])
  })

  it('speaks of a write only when it is durable', async () => {
    const scene = await Scene.start()
    scene.disk.pause('commits')
    scene.driver.post(scene.note({ mutations: [write('a', '1')], says: ['one'] }))
    await settle()
    assert.deepEqual(scene.events, [])
    scene.disk.step()
    await settle()
    assert.deepEqual(scene.events, ['one'])
    assert.equal(scene.disk.rows('message').length, 1)
  })

  it('lets what writes nothing wait for the writes before it', async () => {
    const scene = await Scene.start()
    scene.disk.pause('commits')
    scene.driver.post(scene.note({ mutations: [write('a', '1')], says: ['one'] }))
    await settle()
    scene.driver.post(scene.note({ says: ['two'] }))
    await settle()
    assert.deepEqual(scene.events, [])
    scene.disk.resume()
    await settle()
    assert.deepEqual(scene.events, ['one', 'two'])
  })

  it('commits all of a turn at once, and collects while a commit is under way', async () => {
    const scene = await Scene.start()
    scene.disk.pause('commits')
    for (const key of ['a', 'b', 'c']) {
      scene.driver.post(scene.note({ mutations: [write(key, '1')], says: [key] }))
    }
    await settle()
    for (const key of ['d', 'e']) {
      scene.driver.post(scene.note({ mutations: [write(key, '1')], says: [key] }))
      await settle()
    }
    assert.equal(scene.disk.waitingCount('commits'), 1, 'one commit at a time')
    assert.equal(scene.driver.pendingMutations, 5)
    scene.disk.step()
    await settle()
    assert.deepEqual(scene.events, ['a', 'b', 'c'])
    scene.disk.step()
    await settle()
    assert.deepEqual(scene.events, ['a', 'b', 'c', 'd', 'e'])
    assert.equal(scene.disk.commitCount, 2)
    assert.equal(scene.driver.pendingMutations, 0)
  })

  it('commits what was staged together with the handle, which has the last word', async () => {
    const scene = await Scene.start()
    scene.disk.pause('commits')
    const staged: readonly Mutation[] = [write('a', 'staged'), write('b', 'staged')]
    const done = scene.driver.handle(scene.note({ mutations: [write('a', 'own')] }), staged)
    await settle()
    scene.disk.step()
    await done
    const rows = scene.disk.rows('message').map((row) => `${row.key}=${textOf(row.value)}`)
    assert.deepEqual(rows, ['a=own', 'b=staged'])
    assert.equal(scene.disk.commitCount, 1)
  })

  it('keeps order where speaking leads to more', async () => {
    const scene = await Scene.start()
    scene.onSay = (text) => {
      if (text === 'one') {
        scene.driver.post(scene.note({ says: ['inner'] }))
      }
    }
    scene.driver.post(scene.note({ says: ['one', 'two'] }))
    assert.deepEqual(scene.events, ['one', 'two', 'inner'])
    scene.driver.post(scene.note({ mutations: [write('a', '1')], says: ['one', 'three'] }))
    scene.driver.post(scene.note({ says: ['four'] }))
    await settle()
    assert.deepEqual(scene.events.slice(3), ['one', 'three', 'four', 'inner'])
  })

  it('resolves a handle when it was said, and one with nothing to wait for at once', async () => {
    const scene = await Scene.start()
    scene.disk.pause('commits')
    await scene.driver.handle(scene.note())
    const events = scene.events
    void scene.driver
      .handle(scene.note({ mutations: [write('a', '1')], says: ['one'] }))
      .then(() => events.push('one is done'))
    void scene.driver.handle(scene.note()).then(() => events.push('two is done'))
    await settle()
    assert.deepEqual(events, [])
    scene.disk.resume()
    await settle()
    assert.deepEqual(events, ['one', 'one is done', 'two is done'])
  })
})

describe('Driver: reads', () => {
  it('answers with every write before the answer, those after the question included', async () => {
    const scene = await Scene.start()
    scene.disk.pause()
    scene.driver.post(scene.note({ mutations: [write('a', '1')], reads: [read(7, 'a', 'b', 'c')] }))
    await settle()
    scene.driver.post(scene.note({ mutations: [write('b', '2'), erase('a')] }))
    scene.disk.resume('reads')
    await settle()
    const [records] = scene.machine.inputs.slice(-1)
    assert.deepEqual(records, {
      type: 'records',
      id: 7,
      atMs: scene.driver.now(),
      values: [undefined, bytesOf('2'), undefined],
      rows: [],
      isEnd: true
    })
  })

  it('gathers the keys of a turn into one look-up', async () => {
    const disk = new MemoryDisk()
    const asked: number[] = []
    const open = async (): Promise<Store> => {
      const store = await disk.open()
      return {
        getMany: (keys) => {
          asked.push(keys.length)
          return store.getMany(keys)
        },
        getRange: (range) => store.getRange(range),
        commit: (mutations) => store.commit(mutations),
        close: () => store.close()
      }
    }
    const scene = await Scene.start({ open })
    scene.driver.post(scene.note({ reads: [read(1, 'a', 'b')] }))
    scene.driver.post(scene.note({ mutations: [write('c', '1')], reads: [read(2, 'c', 'd')] }))
    await settle()
    assert.deepEqual(asked, [3], 'c needs no store')
    scene.driver.post(scene.note({ mutations: [write('c', '2')], reads: [read(3, 'c')] }))
    await settle()
    assert.deepEqual(asked, [3], 'nothing is asked of the store')
    const ids = scene.machine.inputs.flatMap((input) =>
      input.type === 'records' ? [input.id] : []
    )
    assert.deepEqual(ids, [1, 2, 3])
  })

  it('goes on with no answer when a machine falls while it takes one', async () => {
    const scene = await Scene.start()
    const { machine } = scene
    machine.onRecords = (input) => {
      if (input.id === 1) {
        throw new TypeError('a bug')
      }
      return [say('answered')]
    }
    scene.driver.post(scene.note({ reads: [read(1, 'a'), read(2, 'b')] }))
    await settle()
    assert.deepEqual(scene.events, ['crash'])
    await scene.restart()
    assert.deepEqual(scene.events, ['crash', 'restart'])
  })

  it('reads for the app what is not durable yet', async () => {
    const scene = await Scene.start()
    scene.disk.pause('commits')
    scene.driver.post(scene.note({ mutations: [write('a', '1')] }))
    const answer = scene.driver.read([rowKey('a')], {
      table: 'message',
      from: '',
      to: '~',
      limit: 1
    })
    assert.deepEqual(await answer, {
      values: [bytesOf('1')],
      rows: [{ key: 'a', value: bytesOf('1') }],
      isEnd: true
    })
    assert.deepEqual(
      scene.machine.inputs.map((input) => input.type),
      ['note'],
      'the machine is not told'
    )
  })
})

describe('Driver: time', () => {
  it('calls when the deadline has come, not before', async () => {
    const scene = await Scene.start()
    const deadlineMs = scene.driver.now() + 500
    scene.machine.onTimeout = () => [say(`timeout at ${scene.driver.now() - deadlineMs}`)]
    scene.driver.post(scene.note({ deadlineMs }))
    scene.clock.advance(499)
    assert.deepEqual(scene.events, [])
    scene.clock.advance(1)
    assert.deepEqual(scene.events, ['timeout at 0'])
    scene.clock.advance(100_000)
    assert.deepEqual(scene.events, ['timeout at 0'])
  })

  it('follows a deadline that moves, with one timer', async () => {
    const scene = await Scene.start()
    const startMs = scene.driver.now()
    scene.machine.onTimeout = () => [say(`timeout at ${scene.driver.now() - startMs}`)]
    scene.driver.post(scene.note({ deadlineMs: startMs + 500 }))
    scene.driver.post(scene.note({ deadlineMs: startMs + 300 }))
    scene.driver.post(scene.note({ deadlineMs: startMs + 400 }))
    assert.equal(scene.clock.timerCount, 1)
    scene.clock.advance(1_000)
    assert.deepEqual(scene.events, ['timeout at 400'])
  })

  it('calls at once for a deadline that has passed, and again while it stays so', async () => {
    const scene = await Scene.start()
    let left = 3
    scene.machine.onTimeout = () => {
      if (--left > 0) {
        scene.driver.post(scene.note({ deadlineMs: 0 }))
      }
      return [say('timeout')]
    }
    scene.driver.post(scene.note({ deadlineMs: 0 }))
    assert.deepEqual(scene.events, [], 'not within the handle')
    scene.clock.advance(0)
    assert.deepEqual(scene.events, ['timeout', 'timeout', 'timeout'])
  })

  for (const ms of [3_600_000, -3_600_000]) {
    it(`tells the machine before an input that the wall clock was set by ${ms} ms`, async () => {
      const scene = await Scene.start()
      const beforeMs = scene.driver.now()
      scene.clock.jumpWall(ms)
      scene.driver.post(scene.note())
      const inputs = scene.machine.inputs.map(({ type, atMs }) => [type, atMs - beforeMs])
      assert.deepEqual(inputs, [
        ['clock', ms],
        ['note', ms]
      ])
    })

    it(`finds out within a minute that the wall clock was set by ${ms} ms`, async () => {
      const scene = await Scene.start()
      scene.clock.jumpWall(ms)
      scene.clock.advance(59_999)
      assert.equal(scene.machine.inputs.length, 0)
      scene.clock.advance(1)
      assert.deepEqual(
        scene.machine.inputs.map((input) => input.type),
        ['clock']
      )
      scene.clock.advance(600_000)
      assert.equal(scene.machine.inputs.length, 1)
    })
  }

  it('calls for a deadline that the wall clock has leapt over', async () => {
    const scene = await Scene.start()
    scene.machine.onTimeout = () => [say('timeout')]
    scene.driver.post(scene.note({ deadlineMs: scene.driver.now() + 3_000_000 }))
    scene.clock.jumpWall(3_000_000)
    scene.driver.now()
    scene.clock.advance(0)
    assert.deepEqual(scene.events, ['timeout'])
  })
})
