import assert from 'node:assert/strict'
import type { Mutation } from '@sealpost/core'
import { SimulatedDisk } from '../../src/disk/simulated-disk.ts'

function write(key: string, byte: number): Mutation {
  return { type: 'write', table: 'contact', key, value: Uint8Array.of(byte) }
}

function shown(disk: SimulatedDisk): readonly string[] {
  return disk.all('contact').map(({ key, value }) => `${key}${String(value[0])}`)
}

describe('a simulated disk', () => {
  it('shows what was written at once, and takes back at a crash what was not safe', () => {
    const disk = new SimulatedDisk()
    disk.apply(write('a', 1))
    disk.apply(write('b', 1))
    disk.sync()
    disk.apply(write('a', 2))
    disk.apply({ type: 'erase', table: 'contact', key: 'b' })
    disk.apply(write('c', 2))
    disk.apply(write('a', 3))
    assert.deepEqual(shown(disk), ['a3', 'c2'])
    disk.sync(1)
    disk.crash()
    assert.deepEqual(shown(disk), ['a2', 'b1'])
    assert.equal(disk.unsafeCount, 0)
  })

  it('says of each row what a loss of power would leave', () => {
    const disk = new SimulatedDisk()
    const row = { table: 'contact', key: 'a' } as const
    disk.apply(write('a', 1))
    assert.equal(disk.safe(row), undefined)
    disk.sync()
    disk.apply(write('a', 2))
    disk.apply(write('a', 3))
    assert.deepEqual(disk.safe(row), Uint8Array.of(1))
    disk.sync(1)
    assert.deepEqual(disk.safe(row), Uint8Array.of(2))
    disk.sync()
    assert.deepEqual(disk.safe(row), Uint8Array.of(3))
  })

  it('counts the bytes of keys and values', () => {
    const disk = new SimulatedDisk()
    disk.apply(write('a', 1))
    disk.apply({ type: 'write', table: 'seen', key: 'abcd', value: new Uint8Array(10) })
    assert.equal(disk.byteCount, 2 + 14)
    disk.apply({ type: 'write', table: 'seen', key: 'abcd', value: new Uint8Array(4) })
    assert.equal(disk.byteCount, 2 + 8)
    disk.apply({ type: 'erase', table: 'contact', key: 'a' })
    assert.equal(disk.byteCount, 8)
    disk.crash()
    assert.equal(disk.byteCount, 0)
  })

  it('reads ranges from either end, with a word on whether there is more', () => {
    const disk = new SimulatedDisk()
    for (const key of ['d', 'a', 'c', 'b']) {
      disk.apply(write(key, 1))
    }
    const query = { table: 'contact', from: 'a', to: 'd', limit: 2 } as const
    const up = disk.range(query)
    assert.deepEqual([up.rows.map(({ key }) => key), up.isEnd], [['a', 'b'], false])
    const down = disk.range({ ...query, isReversed: true, limit: 3 })
    assert.deepEqual([down.rows.map(({ key }) => key), down.isEnd], [['c', 'b', 'a'], true])
    disk.wipe()
    assert.deepEqual(disk.range(query), { rows: [], isEnd: true })
  })
})
