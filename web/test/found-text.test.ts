import assert from 'node:assert/strict'
import fc from 'fast-check'
import { foundParts } from '../src/state/found-text.ts'

function shown(text: string, query: string): string {
  return foundParts(text, query)
    .map((part) => (part.isFound ? `[${part.text}]` : part.text))
    .join('')
}

describe('a text that was found', () => {
  it('shows where what was looked for is', () => {
    assert.equal(shown('The quick brown fox', 'QUICK fox'), 'The [quick] brown [fox]')
    assert.equal(shown('前言你好，世界', '你好'), '前言[你好]，世界')
    assert.equal(shown('aaa', 'aa'), '[aa]a')
    assert.equal(shown('one\n two', 'two'), 'one [two]')
    assert.equal(shown('nothing', 'else'), 'nothing')
  })

  it('begins shortly before it in a long text, and ends before too much', () => {
    const long = shown(`${'word '.repeat(100)}needle${' word'.repeat(100)}`, 'needle')
    assert.match(long, /^…(word )?.{0,20}word \[needle\] word/)
    assert.ok(long.endsWith('…') && long.length < 200)
  })

  it('loses nothing of a short text, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.string({ maxLength: 3 }),
        (text, query) => {
          const flat = text.replace(/\s+/gu, ' ')
          const parts = foundParts(text, query)
          assert.ok(flat.length > 60 || parts.map((part) => part.text).join('') === flat)
        }
      )
    )
  })
})
