import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { hashGroups } from '../src/state/release-hash.ts'

describe('the number of a release', () => {
  it('is the same SHA-256 in sixteen groups of four digits', () => {
    for (const text of ['a', 'b', 'c', 'd']) {
      const groups = hashGroups(createHash('sha256').update(text).digest('base64url'))
      assert.equal(groups.length, 16)
      assert.equal(groups.join(''), createHash('sha256').update(text).digest('hex'))
    }
  })

  it('has no groups where it is none', () => {
    assert.deepEqual(hashGroups('%%%'), [])
    assert.deepEqual(hashGroups(''), [])
  })
})
