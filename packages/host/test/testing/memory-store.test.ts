import assert from 'node:assert/strict'
import { storeCompliance } from '@sealpost/host/compliance'
import { MemoryDisk, MemoryStore, settle } from '@sealpost/host/testing'
import { erase, rowKey, textOf, write } from '../notebook-machine.ts'

const KEYS = [rowKey('a'), rowKey('b')]

function keysOf(disk: MemoryDisk): string {
  return disk
    .rows('message')
    .map((row) => row.key)
    .join('')
}

/** Says how a promise stands, without waiting for it. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = 'pending'
  promise.then(
    () => {
      state = 'resolved'
    },
    () => {
      state = 'rejected'
    }
  )
  await settle()
  return state
}

describe('MemoryStore', () => {
  describe('keeps the contract of a store', () => {
    const suite = storeCompliance({
      prepare: () => {
        const disk = new MemoryDisk()
        return Promise.resolve({ open: () => disk.open(), cleanUp: () => Promise.resolve() })
      }
    })
    for (const test of suite) {
      it(test.title, test.run)
    }
  })

  it('holds commits and reads back, and lets them through one by one', async () => {
    const store = new MemoryStore()
    const { disk } = store
    disk.pause()
    const commits = [store.commit([write('a', '1')]), store.commit([write('b', '1')])] as const
    const read = store.getMany(KEYS)
    await settle()
    assert.equal(keysOf(disk), '')
    assert.deepEqual([disk.waitingCount('commits'), disk.waitingCount('reads')], [2, 1])
    assert.equal(disk.step('commits'), true)
    assert.equal(await stateOf(commits[0]), 'resolved')
    assert.equal(await stateOf(commits[1]), 'pending')
    disk.resume('reads')
    assert.deepEqual((await read).map(textOf), ['1', undefined], 'as the rows are by then')
    assert.equal(await stateOf(commits[1]), 'pending')
    disk.resume()
    await commits[1]
    assert.equal(disk.step(), false)
  })

  it('can look at the rows when a read is asked, not when it is let through', async () => {
    const disk = new MemoryDisk({ readsAt: 'call' })
    const store = await disk.open()
    disk.pause('reads')
    const read = store.getMany(KEYS)
    await store.commit([write('a', '1')])
    disk.resume()
    assert.deepEqual(await read, [undefined, undefined])
  })

  it('fails a commit as it is told, and every commit after it until it is opened again', async () => {
    const disk = new MemoryDisk()
    const store = await disk.open()
    disk.failNext('commits', 'SEALPOST_STORE_FULL')
    const commits = [store.commit([write('a', '1')]), store.commit([write('b', '1')])] as const
    await assert.rejects(commits[0], { name: 'StorageError', code: 'SEALPOST_STORE_FULL' })
    await assert.rejects(commits[1], { code: 'SEALPOST_STORE_FAILED' })
    await assert.rejects(store.commit([erase('a')]), { code: 'SEALPOST_STORE_FAILED' })
    assert.deepEqual(await store.getMany(KEYS), [undefined, undefined], 'reads go on')
    await store.close()
    const again = await disk.open()
    await again.commit([write('c', '1')])
    assert.equal(keysOf(disk), 'c')
  })

  it('fails a read as it is told, and only that one', async () => {
    const store = new MemoryStore()
    store.disk.failNext('reads')
    await assert.rejects(store.getMany(KEYS), { code: 'SEALPOST_STORE_FAILED' })
    assert.deepEqual(await store.getMany(KEYS), [undefined, undefined])
    await store.commit([write('a', '1')])
  })

  it('is full at its capacity, to the byte, and takes what makes it smaller', async () => {
    const disk = new MemoryDisk({ capacityBytes: 10 })
    const store = await disk.open()
    await store.commit([write('a', '1234'), write('b', '1234')])
    assert.equal(disk.usedBytes, 10)
    await store.commit([write('a', '123'), write('c', '')])
    assert.equal(disk.usedBytes, 10)
    await assert.rejects(store.commit([write('c', '1')]), { code: 'SEALPOST_STORE_FULL' })
    assert.equal(disk.usedBytes, 10)
    await store.close()
    disk.capacityBytes = 5
    const again = await disk.open()
    await again.commit([erase('a')])
    assert.equal(disk.usedBytes, 6)
    await assert.rejects(again.commit([write('d', '')]), { code: 'SEALPOST_STORE_FULL' })
  })

  it('leaves in a crash what was acknowledged, and what nobody was told of if so asked', async () => {
    const store = new MemoryStore()
    await store.commit([write('a', '1')])
    store.disk.pause()
    const untold = store.commit([write('b', '1')])
    const lost = store.commit([write('c', '1')])
    await settle()
    const next = store.crash(1)
    assert.equal(keysOf(next.disk), 'ab')
    store.disk.resume()
    assert.equal(await stateOf(untold), 'pending')
    assert.equal(await stateOf(lost), 'pending')
    await assert.rejects(store.commit([write('d', '1')]), { code: 'SEALPOST_STORE_FAILED' })
    await next.commit([write('e', '1')])
    assert.equal(keysOf(next.disk), 'abe')
  })

  it('fails to open as it is told', async () => {
    const disk = new MemoryDisk()
    disk.failNext('opens', 'SEALPOST_STORE_CORRUPT')
    await assert.rejects(disk.open(), { code: 'SEALPOST_STORE_CORRUPT' })
    await disk.open()
  })
})
