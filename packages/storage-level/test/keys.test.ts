import assert from 'node:assert/strict'
import { FORMAT_KEY, levelKey, levelRange, rowKey, rowOfKey, TABLE_PREFIXES } from '../src/keys.ts'

describe('keys', () => {
  it('gives every table a letter of its own', () => {
    const prefixes = Object.values(TABLE_PREFIXES)
    assert.equal(new Set(prefixes).size, prefixes.length)
    for (const prefix of prefixes) {
      assert.match(prefix, /^[a-zA-Z]$/)
    }
  })

  it('keeps every letter that a disk may hold', () => {
    // A table may come or go; the letter of one that stays never changes.
    const known = { envelope: 'e', mailbox: 'm', session: 'S', message: 'M', account: 'A' } as const
    for (const [table, prefix] of Object.entries(known)) {
      assert.equal(TABLE_PREFIXES[table as keyof typeof known], prefix)
    }
  })

  it('keeps the format apart from every table', () => {
    assert.ok(Object.values(TABLE_PREFIXES).every((prefix) => !FORMAT_KEY.startsWith(prefix)))
  })

  it('puts the table before the key, and takes it away again', () => {
    assert.equal(levelKey({ table: 'envelope', key: '00ff' }), 'e00ff')
    assert.equal(levelKey({ table: 'account', key: '' }), 'A')
    assert.equal(rowKey('e00ff'), '00ff')
    assert.deepEqual(rowOfKey('e00ff'), { table: 'envelope', key: '00ff' })
  })

  it('takes a letter of no table for damage', () => {
    assert.throws(() => rowOfKey('?a'), { code: 'SEALPOST_STORE_CORRUPT' })
    assert.throws(() => rowOfKey(''), { code: 'SEALPOST_STORE_CORRUPT' })
  })

  it('keeps a range within its table', () => {
    const range = levelRange({ table: 'expiry', from: '', to: '~', limit: 7, isReversed: true })
    assert.deepEqual(range, { gte: 'x', lt: 'x~', limit: 7, reverse: true })
  })
})
