import assert from 'node:assert/strict'
import { placeText, readLimit, readTime } from '../src/inbox-page.ts'

describe('a page of the inbox', () => {
  it('takes times as people write them', () => {
    assert.equal(readTime('0'), 0)
    assert.equal(readTime('1795403439474'), 1_795_403_439_474)
    assert.equal(readTime('2026-11-22'), new Date(2026, 10, 22).getTime())
    assert.equal(readTime('2026-11-22 14:03:07'), new Date(2026, 10, 22, 14, 3, 7).getTime())
    assert.equal(readTime('2026-11-22T14:03'), new Date(2026, 10, 22, 14, 3).getTime())
    assert.equal(readTime('2026-11-22T14:03Z'), Date.UTC(2026, 10, 22, 14, 3))
    assert.equal(readTime('2026-11-22T14:03:07.500+02:00'), Date.UTC(2026, 10, 22, 12, 3, 7, 500))
  })

  it('takes nothing else for one', () => {
    for (const text of [
      '',
      'x',
      '-1',
      '1e3',
      '2026-13-40',
      '2026-11',
      '22.11.2026',
      '1'.repeat(16)
    ]) {
      assert.equal(readTime(text), undefined, text)
    }
  })

  it('has from one message to a million', () => {
    assert.deepEqual([readLimit('1'), readLimit('1000000')], [1, 1_000_000])
    for (const text of ['0', '1000001', '-1', '1.5', '', 'all']) {
      assert.throws(() => readLimit(text), { code: 'SEALPOST_USAGE' }, text)
    }
  })

  it('names a place by its time and its key', () => {
    assert.equal(placeText({ storedAtMs: 12, key: 'b0.1' }), '12-b0.1')
  })
})
