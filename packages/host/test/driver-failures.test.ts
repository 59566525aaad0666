import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { Driver, type Store } from '@sealpost/host'
import { ManualClock, MemoryDisk, MemoryLog, settle } from '@sealpost/host/testing'
import { StorageError } from '@sealpost/protocol'
import { Scene } from './driver-scene.ts'
import { NotebookMachine, rowKey, write } from './notebook-machine.ts'

describe('Driver: storage that fails', () => {
  it('drops what waits and restores from what is durable', async () => {
    const restored: string[] = []
    const scene = await Scene.start({
      restore: async (store, atMs) => {
        const rows = await store.getRange({ table: 'message', from: '', to: '~', limit: 9 })
        restored.push(rows.map((row) => row.key).join(''))
        return new NotebookMachine(atMs)
      }
    })
    await scene.driver.handle(scene.note({ mutations: [write('a', '1')], says: ['one'] }))
    scene.disk.failNext('commits', 'SEALPOST_STORE_FULL')
    const failing = scene.driver.handle(scene.note({ mutations: [write('b', '1')], says: ['two'] }))
    const behind = scene.driver.handle(scene.note({ says: ['three'] }))
    await assert.rejects(failing, { name: 'StorageError', code: 'SEALPOST_STORE_FULL' })
    await assert.rejects(behind, { code: 'SEALPOST_STORE_FULL' })
    assert.equal(scene.driver.isRunning, false)
    assert.equal(scene.driver.machine, undefined)
    assert.equal(scene.driver.pendingMutations, 0)
    await scene.restart()
    assert.deepEqual(scene.events, ['one', 'crash', 'restart'])
    assert.deepEqual(restored, ['', 'a'])
    assert.equal(scene.driver.crashCount, 1)
    assert.deepEqual(scene.log.events(), ['driver.crashed', 'driver.restarted'])
  })

  it('treats a read that fails in the same way', async () => {
    const scene = await Scene.start()
    scene.disk.failNext('reads')
    const reading = scene.driver.read([rowKey('a')])
    const second = scene.driver.read([rowKey('b')])
    await assert.rejects(reading, { code: 'SEALPOST_STORE_FAILED' })
    await assert.rejects(second, { code: 'SEALPOST_STORE_FAILED' })
    assert.deepEqual(scene.events, ['crash'])
    await scene.restart()
  })

  it('takes no inputs while there is no machine', async () => {
    const scene = await Scene.start()
    const note = scene.note({ says: ['lost'] })
    scene.disk.failNext('commits')
    await assert.rejects(scene.driver.handle(scene.note({ mutations: [write('a', '1')] })))
    scene.driver.post(note)
    await assert.rejects(scene.driver.handle(note), {
      name: 'StorageError',
      code: 'SEALPOST_STORE_FAILED'
    })
    await assert.rejects(scene.driver.read([rowKey('a')]), { name: 'StorageError' })
    await scene.restart()
    assert.deepEqual(scene.events, ['crash', 'restart'])
  })

  it('bothers nobody with the rejection of a handle that was ignored', async () => {
    const scene = await Scene.start()
    const rejections: unknown[] = []
    const note = (rejection: unknown): void => void rejections.push(rejection)
    process.on('unhandledRejection', note)
    scene.disk.failNext('commits')
    void scene.driver.handle(scene.note({ mutations: [write('a', '1')] }))
    void scene.driver.handle(scene.note())
    void scene.driver.read([rowKey('b')])
    await settle()
    void scene.driver.handle(scene.note())
    await setImmediate()
    process.off('unhandledRejection', note)
    assert.deepEqual(scene.events, ['crash'])
    assert.deepEqual(rejections, [])
  })

  it('waits longer and longer, up to 5 s, and begins anew after 10 s that went well', async () => {
    const scene = await Scene.start()
    const waitsMs: number[] = []
    const fail = async (): Promise<void> => {
      scene.disk.failNext('commits')
      scene.driver.post(scene.note({ mutations: [write('a', '1')] }))
      await settle()
      const startMs = scene.clock.monotonicMs()
      while (!scene.driver.isRunning) {
        scene.clock.advance(1)
        await settle()
      }
      waitsMs.push(scene.clock.monotonicMs() - startMs)
    }
    for (let round = 0; round < 8; round++) {
      await fail()
    }
    scene.clock.advance(9_999)
    await fail()
    scene.clock.advance(10_000)
    await fail()
    assert.deepEqual(waitsMs, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 100])
  }).timeout(20_000)

  it('makes room while the store is closed, and tries again whatever fails', async () => {
    const attempts: string[] = []
    const failures: Record<string, number> = { room: 1, restore: 0 }
    const attempt = (what: string): Promise<void> => {
      attempts.push(what)
      failures[what] = (failures[what] ?? 0) - 1
      return failures[what] >= 0 ? Promise.reject(new StorageError('SEALPOST_STORE_FULL')) : DONE
    }
    const scene: Scene = await Scene.start({
      beforeReopen: () => attempt('room'),
      restore: async (_store, atMs) => {
        await attempt('restore')
        return new NotebookMachine(atMs)
      }
    })
    attempts.length = 0
    failures['restore'] = 1
    scene.disk.failNext('commits', 'SEALPOST_STORE_FULL')
    scene.disk.failNext('opens')
    scene.driver.post(scene.note({ mutations: [write('a', '1')] }))
    await settle()
    for (let round = 0; round < 4; round++) {
      scene.clock.advance(5_000)
      await settle()
    }
    assert.deepEqual(attempts, ['room', 'room', 'room', 'restore', 'room', 'restore'])
    assert.equal(scene.driver.isRunning, true)
    assert.deepEqual(scene.log.events('warn'), Array(3).fill('driver.not-restarted'))
    await scene.driver.close()
  })

  it('does not start where the first restore fails, and leaves the store closed', async () => {
    const disk = new MemoryDisk()
    const starting = Driver.start({
      open: () => disk.open(),
      restore: () => Promise.reject(new TypeError('broken row')),
      clock: new ManualClock(),
      log: new MemoryLog(),
      perform: () => undefined,
      onCrash: () => undefined
    })
    await assert.rejects(starting, { name: 'TypeError' })
    await (await disk.open()).close()
  })
})

describe('Driver: bugs', () => {
  it('drops a machine that throws, with what was staged, and says nothing more for it', async () => {
    const scene = await Scene.start()
    scene.disk.pause('commits')
    scene.driver.post(scene.note({ mutations: [write('a', '1')], says: ['never'] }))
    await settle()
    const failing = scene.driver.handle(scene.note({ bug: new TypeError('a bug') }), [
      write('b', '1')
    ])
    await assert.rejects(failing, { code: 'SEALPOST_BUG' })
    scene.disk.resume()
    await scene.restart()
    assert.deepEqual(scene.events, ['crash', 'restart'])
    assert.deepEqual(
      scene.disk.rows('message').map((row) => row.key),
      ['a'],
      'what was under way may be durable'
    )
  })

  it('logs where it was, and not what it said', async () => {
    const scene = await Scene.start()
    scene.driver.post(scene.note({ bug: new TypeError('secret\n    at word') }))
    const [entry] = scene.log.entries
    assert.equal(entry?.level, 'error')
    assert.equal(entry.fields['code'], 'SEALPOST_BUG')
    assert.match(String(entry.fields['at']), /driver-failures\.test\.ts/)
    assert.doesNotMatch(JSON.stringify(entry), /secret|word/)
  })

  it('drops the machine where performing throws', async () => {
    const scene = await Scene.start()
    scene.onSay = (text) => {
      if (text === 'one') {
        throw new TypeError('cannot speak')
      }
    }
    const both = [
      scene.driver.handle(scene.note({ mutations: [write('a', '1')], says: ['one'] })),
      scene.driver.handle(scene.note({ mutations: [write('b', '1')], says: ['two'] }))
    ]
    for (const failing of both) {
      await assert.rejects(failing, { code: 'SEALPOST_BUG' })
    }
    await scene.restart()
    assert.deepEqual(scene.events, ['one', 'crash', 'restart'])
  })

  it('forgets the deadline of a machine that is gone', async () => {
    const scene = await Scene.start()
    const { machine } = scene
    scene.driver.post(scene.note({ deadlineMs: scene.driver.now() + 20_000 }))
    scene.driver.post(scene.note({ bug: new TypeError('a bug') }))
    await scene.restart()
    scene.clock.advance(30_000)
    assert.deepEqual(
      machine.inputs.map((input) => input.type),
      ['note', 'note']
    )
  })
})

const DONE = Promise.resolve()

describe('Driver: closing', () => {
  it('waits for what was handled, says it, and closes the store', async () => {
    const scene = await Scene.start()
    scene.disk.pause('commits')
    const done = scene.driver.handle(scene.note({ mutations: [write('a', '1')], says: ['one'] }))
    await settle()
    scene.driver.post(scene.note({ mutations: [write('b', '1')], says: ['two'] }))
    const closing = scene.driver.close()
    await assert.rejects(scene.driver.handle(scene.note({ says: ['late'] })), {
      code: 'SEALPOST_STORE_FAILED'
    })
    scene.driver.post(scene.note({ says: ['late'] }))
    assert.equal(scene.driver.isRunning, false)
    assert.deepEqual(scene.events, [])
    scene.disk.resume()
    await Promise.all([closing, done, scene.driver.close()])
    assert.deepEqual(scene.events, ['one', 'two'])
    assert.equal(scene.clock.timerCount, 0)
    await (await scene.disk.open()).close()
  })

  it('fails the reads that are not answered', async () => {
    const scene = await Scene.start()
    scene.disk.pause('reads')
    const reading = scene.driver.read([rowKey('a')])
    await settle()
    const closing = scene.driver.close()
    scene.disk.resume()
    await assert.rejects(reading, { code: 'SEALPOST_STORE_FAILED' })
    await closing
  })

  it('does not open again what fails while it closes', async () => {
    const scene = await Scene.start()
    scene.disk.failNext('commits')
    const failing = scene.driver.handle(scene.note({ mutations: [write('a', '1')] }))
    await scene.driver.close()
    await assert.rejects(failing, { code: 'SEALPOST_STORE_FAILED' })
    await scene.driver.close()
    scene.clock.advance(60_000)
    await settle()
    assert.deepEqual(scene.events, ['crash'])
    await (await scene.disk.open()).close()
  })

  it('ends a restart that waits', async () => {
    const scene = await Scene.start()
    scene.driver.post(scene.note({ bug: new TypeError('a bug') }))
    await settle()
    await scene.driver.close()
    assert.equal(scene.clock.timerCount, 0)
    assert.deepEqual(scene.events, ['crash'])
  })

  it('ends a restart that is opening the store, and closes that again', async () => {
    const disk = new MemoryDisk()
    let openings = 0
    const gate = Promise.withResolvers<undefined>()
    const open = async (): Promise<Store> => {
      if (++openings > 1) {
        await gate.promise
      }
      return disk.open()
    }
    const scene = await Scene.start({ open })
    scene.driver.post(scene.note({ bug: new TypeError('a bug') }))
    await settle()
    scene.clock.advance(100)
    await settle()
    assert.equal(openings, 2)
    const closing = scene.driver.close()
    gate.resolve(undefined)
    await closing
    assert.deepEqual(scene.events, ['crash'])
    await (await disk.open()).close()
  })
})
