import assert from 'node:assert/strict'
import { utf8Length, utf8ToBytes } from '@sealpost/protocol'
import fc from 'fast-check'

describe('the length of a text as UTF-8', () => {
  it('is that of its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(utf8Length(text), utf8ToBytes(text).length)
      })
    )
    for (const text of ['', 'a', 'ä', '信', '🙂', '\ud83d', '\ude42a', 'a\ud83da']) {
      assert.equal(utf8Length(text), utf8ToBytes(text).length, JSON.stringify(text))
    }
  })
})
