import assert from 'node:assert/strict'
import type { RangeQuery, Row } from '@sealpost/core'
import fc from 'fast-check'
import { Overlay } from '../src/overlay.ts'
import { bytesOf, erase, rowKey, write } from './notebook-machine.ts'

const ALL: RangeQuery = { table: 'message', from: '', to: '~', limit: 100 }

function rowsOf(keys: string): readonly Row[] {
  return Array.from(keys, (key) => ({ key, value: bytesOf('stored') }))
}

function keysOf(rows: readonly Row[] | undefined): string | undefined {
  return rows?.map((row) => row.key).join('')
}

describe('Overlay', () => {
  it('knows nothing of rows that were not touched', () => {
    const overlay = new Overlay()
    overlay.put(write('a', 'one'))
    assert.equal(overlay.get(rowKey('b')), undefined)
    assert.equal(overlay.get({ table: 'contact', key: 'a' }), undefined)
  })

  it('gives the last mutation of a row, whichever layer it is in', () => {
    const overlay = new Overlay()
    overlay.put(write('a', 'one'))
    overlay.put(write('b', 'one'))
    overlay.seal()
    overlay.put(erase('a'))
    assert.equal(overlay.get(rowKey('a'))?.type, 'erase')
    assert.equal(overlay.get(rowKey('b'))?.type, 'write')
    overlay.seal()
    assert.equal(overlay.get(rowKey('a'))?.type, 'erase')
  })

  it('seals one mutation for each row, the last one', () => {
    const overlay = new Overlay()
    const last = write('a', 'two')
    overlay.put(write('a', 'one'))
    overlay.put(last)
    overlay.put(erase('b'))
    assert.deepEqual(overlay.seal(), [last, erase('b')])
    assert.equal(overlay.isCollecting, false)
    assert.deepEqual(overlay.seal(), [])
  })

  it('counts what is not durable', () => {
    const overlay = new Overlay()
    overlay.put(write('a', 'one'))
    overlay.put(write('a', 'two'))
    overlay.seal()
    overlay.put(write('b', 'one'))
    assert.equal(overlay.pendingCount, 3)
    overlay.markDurable(5)
    assert.equal(overlay.pendingCount, 1)
  })

  it('keeps a durable layer until every read that may have missed it is answered', () => {
    const overlay = new Overlay()
    overlay.put(write('a', 'one'))
    overlay.seal()
    overlay.release(9)
    assert.notEqual(overlay.get(rowKey('a')), undefined, 'not durable yet')
    overlay.markDurable(2)
    overlay.release(1)
    assert.notEqual(overlay.get(rowKey('a')), undefined, 'read 2 is under way')
    overlay.release(2)
    assert.equal(overlay.get(rowKey('a')), undefined)
  })

  it('gives written rows of a range with those of the store, in order', () => {
    const overlay = new Overlay()
    overlay.put(write('b', 'new'))
    overlay.put(write('d', 'new'))
    overlay.put(erase('c'))
    const stored = { rows: rowsOf('ace'), isEnd: true }
    assert.deepEqual(keysOf(overlay.merge(ALL, stored)?.rows), 'abde')
    const reversed = { rows: rowsOf('eca'), isEnd: true }
    const merged = overlay.merge({ ...ALL, isReversed: true }, reversed)
    assert.deepEqual(keysOf(merged?.rows), 'edba')
    assert.equal(merged?.isEnd, true)
  })

  it('gives no written row beyond what the store has told', () => {
    const overlay = new Overlay()
    overlay.put(write('d', 'new'))
    const range = { ...ALL, limit: 2 }
    const merged = overlay.merge(range, { rows: rowsOf('abc'), isEnd: false })
    assert.deepEqual([keysOf(merged?.rows), merged?.isEnd], ['ab', false])
  })

  it('asks for more where the rows that are left do not say whether the range ends', () => {
    const overlay = new Overlay()
    overlay.put(erase('a'))
    const range = { ...ALL, limit: 2 }
    assert.equal(overlay.countErased(range), 1)
    assert.equal(overlay.merge(range, { rows: rowsOf('abc'), isEnd: false }), undefined)
    assert.deepEqual(overlay.merge(range, { rows: rowsOf('abc'), isEnd: true }), {
      rows: rowsOf('bc'),
      isEnd: true
    })
    const more = overlay.merge(range, { rows: rowsOf('abcd'), isEnd: false })
    assert.deepEqual([keysOf(more?.rows), more?.isEnd], ['bc', false])
  })

  it('gives a range as a store would that had every mutation', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
    const change = fc.record({ key, isErase: fc.boolean(), seals: fc.boolean() })
    fc.assert(
      fc.property(
        fc.uniqueArray(key),
        fc.array(change, { maxLength: 12 }),
        fc.record({ from: key, to: key, limit: fc.integer({ min: 1, max: 5 }) }),
        fc.boolean(),
        fc.nat(4),
        (storedKeys, changes, bounds, isReversed, extra) => {
          const overlay = new Overlay()
          const keys = new Set(storedKeys)
          for (const { key: changed, isErase, seals } of changes) {
            overlay.put(isErase ? erase(changed) : write(changed, 'new'))
            keys[isErase ? 'delete' : 'add'](changed)
            if (seals) {
              overlay.seal()
            }
          }
          const range = { table: 'message', ...bounds, isReversed } as const
          const inOrder = (all: Iterable<string>): string[] => {
            const inside = [...all].filter((one) => one >= range.from && one < range.to).sort()
            return isReversed ? inside.reverse() : inside
          }
          const all = inOrder(storedKeys)
          const asked = range.limit + 1 + extra
          const merged = overlay.merge(range, {
            rows: rowsOf(all.slice(0, asked).join('')),
            isEnd: all.length <= asked
          })
          const expected = inOrder(keys)
          if (merged === undefined) {
            assert.ok(all.length > asked, 'all of the store was read')
            return
          }
          assert.equal(keysOf(merged.rows), expected.slice(0, range.limit).join(''))
          assert.equal(merged.isEnd, expected.length <= range.limit)
        }
      )
    )
  })
})
