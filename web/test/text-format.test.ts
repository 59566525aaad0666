import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseText, plainText, type TextPiece } from '../src/state/text-format.ts'

function shown(text: string): readonly string[] {
  return parseText(text).map((piece) =>
    piece.type === 'text' ? piece.text : `${piece.type}(${piece.text})`
  )
}

describe('the formatting of a text', () => {
  const cases: readonly (readonly [text: string, pieces: readonly string[]])[] = [
    ['', []],
    ['plain', ['plain']],
    ['a *bold* b', ['a ', 'bold(bold)', ' b']],
    ['_soft_ and ~gone~', ['italic(soft)', ' and ', 'struck(gone)']],
    ['`a*b*c`', ['code(a*b*c)']],
    ['2*3*4 and snake_case_name', ['2*3*4 and snake_case_name']],
    ['* not *', ['* not *']],
    ['```\nlet a = *1*\n```', ['block(let a = *1*)']],
    ['see https://a.example/x.', ['see ', 'link(https://a.example/x)', '.']],
    ['(https://a.example/x_(y))', ['(', 'link(https://a.example/x_(y))', ')']],
    ['看https://a.example/路。好', ['看', 'link(https://a.example/路)', '。好']],
    ['*https://a.example*', ['*', 'link(https://a.example*)']],
    ['javascript:alert(1)', ['javascript:alert(1)']],
    ['https://paypal.example@evil.example/', ['https://paypal.example@evil.example/']],
    ['<b>no</b>', ['<b>no</b>']]
  ]

  for (const [text, pieces] of cases) {
    it(`shows ${JSON.stringify(text)} as it is meant`, () => {
      assert.deepEqual(shown(text), pieces)
    })
  }

  it('leaves the words alone where a line of them is enough', () => {
    const said = 'see *the _harbour_* at `18:30`, ~not~ https://a.example/x_(y)'
    assert.equal(plainText(said), 'see the _harbour_ at 18:30, not https://a.example/x_(y)')
  })

  it('loses nothing but the marks, and leads nowhere but to the web', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const pieces = parseText(text)
        const isSafe = ({ type, ...piece }: TextPiece): boolean =>
          type !== 'link' || ('href' in piece && /^https?:/.test(piece.href))
        assert.ok(pieces.every(isSafe))
        const kept = pieces.map((piece) => piece.text).join('')
        assert.equal(kept.replace(/[*_~`\n]/g, ''), text.replace(/[*_~`\n]/g, ''))
      })
    )
  })

  it('does not take long over what is made to take long', () => {
    for (const text of ['*'.repeat(19_000), '*a'.repeat(9_000), 'https://a/('.repeat(900)]) {
      assert.ok(parseText(text).length > 0)
    }
  })
})
