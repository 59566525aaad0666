import assert from 'node:assert/strict'
import {
  isNoticeFresh,
  NOTICE_VERSION,
  parseNoticeReads,
  withNoticeRead
} from '../src/wire/notice.ts'

describe('the privacy notice', () => {
  it('is new to whoever has seen none, or an older one', () => {
    assert.equal(isNoticeFresh([]), true)
    assert.equal(isNoticeFresh([{ version: NOTICE_VERSION - 1, atMs: 1 }]), true)
    assert.equal(isNoticeFresh([{ version: NOTICE_VERSION, atMs: 1 }]), false)
  })

  it('is noted once for each version, with the first time', () => {
    const once = withNoticeRead([], { version: 1, atMs: 5 })
    assert.deepEqual(withNoticeRead(once, { version: 1, atMs: 9 }), [{ version: 1, atMs: 5 }])
    assert.equal(withNoticeRead(once, { version: 2, atMs: 9 }).length, 2)
  })

  it('remembers 32 readings and no more, and nothing that is none', () => {
    const all = Array.from({ length: 33 }, (_, version) => ({ version, atMs: version }))
    assert.deepEqual(parseNoticeReads(all), all.slice(1))
    assert.deepEqual(parseNoticeReads([7, undefined, { version: 'x', atMs: 1 }, { atMs: 1 }]), [])
    assert.deepEqual(parseNoticeReads('none'), [])
  })
})
