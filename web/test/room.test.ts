import assert from 'node:assert/strict'
import { roomOf } from '../src/state/room.ts'
import { parsePassed } from '../src/wire/storage-calls.ts'

const MB = 1_000_000

describe('the room that a browser gives', () => {
  it('is not known where the browser does not say', () => {
    assert.equal(roomOf({}), undefined)
    assert.equal(roomOf({ usage: 1 }), undefined)
    assert.equal(roomOf({ usage: 0, quota: 0 }), undefined)
  })

  it('is low beyond nine tenths of it, and where less than 20 MB are left', () => {
    const isLow = (usage: number, quota: number): boolean | undefined =>
      roomOf({ usage, quota })?.isLow
    assert.equal(isLow(900 * MB, 1_000 * MB), false)
    assert.equal(isLow(900 * MB + 1, 1_000 * MB), true)
    assert.equal(isLow(30 * MB, 50 * MB), false)
    assert.equal(isLow(30 * MB + 1, 50 * MB), true)
  })

  it('is told apart where the browser does so', () => {
    const usageDetails = { indexedDB: 3, caches: 4, serviceWorkerRegistrations: 1 }
    const room = roomOf({ usage: 8, quota: 100 * MB, usageDetails })
    assert.deepEqual([room?.dataBytes, room?.programBytes], [3, 5])
    assert.equal(roomOf({ usage: 8, quota: 100 * MB })?.dataBytes, undefined)
  })
})

describe('what passed, as it was kept', () => {
  it('is taken as it is, and nothing else is', () => {
    const passed = { sentBytes: 1, receivedBytes: 2, sinceMs: 3 }
    assert.deepEqual(parsePassed({ ...passed, more: 1 }), passed)
    for (const value of [
      undefined,
      'x',
      {},
      { ...passed, sentBytes: -1 },
      { ...passed, sinceMs: 0.5 }
    ]) {
      assert.equal(parsePassed(value), undefined)
    }
  })
})
