import assert from 'node:assert/strict'
import fc from 'fast-check'
import { plainLine, plainText } from '../src/plain-text.ts'

describe('the words of others', () => {
  it('lose what a terminal would take for a command', () => {
    assert.equal(plainLine('\u001b[2Jhi\u0007\u009b31m\u007f'), '\ufffd[2Jhi\ufffd\ufffd31m\ufffd')
  })

  it('lose what would turn the direction of the lines around them', () => {
    assert.equal(plainLine('a\u202eb\u2066c'), 'a\ufffdb\ufffdc')
  })

  it('keep their letters, whatever the script', () => {
    const text = 'Grüße, 你好, שלום, 👩‍👩‍👧, é'
    assert.equal(plainLine(text), text)
  })

  it('stand apart from the next message line by line', () => {
    assert.equal(plainText('a\r\n14:03  bob: b\rc', '    '), 'a\n    14:03  bob: b\n    c')
    assert.equal(plainLine('a\nb'), 'a b')
  })

  it('hold nothing of the kind, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(plainText(text, ' '), /(?!\n)\p{Cc}/u)
        assert.doesNotMatch(plainLine(text), /\p{Cc}/u)
      })
    )
  })
})
