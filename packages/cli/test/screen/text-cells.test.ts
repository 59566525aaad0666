import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  cellCount,
  cellsOf,
  cutToCells,
  fitToCells,
  joinCells
} from '../../src/screen/text-cells.ts'
import { wrapText } from '../../src/screen/wrap-text.ts'

describe('the cells of a text', () => {
  const widths: readonly (readonly [string, string, number])[] = [
    ['ASCII', 'abc', 3],
    ['a letter and its mark', 'e\u0301', 1],
    ['Chinese', '你好', 4],
    ['Japanese with full-wide punctuation', 'こんにちは。', 12],
    ['half-wide katakana, whose mark stands beside them', 'ｶﾞ', 2],
    ['Korean', '한국', 4],
    ['Korean in parts', '\u1112\u1161\u11ab', 2],
    ['full-wide Latin', 'Ａ！', 4],
    ['Hebrew and Arabic', 'שלום سلام', 9],
    ['Hindi', 'नमस्ते', 3],
    ['a face', '🙂', 2],
    ['a thumb with a skin', '👍🏽', 2],
    ['a family, joined', '👩‍👩‍👧', 2],
    ['a flag', '🇩🇪', 2],
    ['a heart as text', '❤', 1],
    ['a heart as an emoji', '❤️', 2],
    ['ticks and rules', '✓│─…', 4],
    ['a space as wide as a letter', '\u3000', 2],
    ['what cannot be seen', '\u200b\u200e\u2060\ufeff\u00ad\u{e0041}', 0],
    ['a mark that stands alone', '\u0301', 1],
    ['half of a letter', '\ud83d', 0]
  ]
  for (const [title, text, width] of widths) {
    it(`are ${width} for ${title}`, () => {
      assert.equal(cellCount(text), width)
    })
  }

  it('hold no command for a terminal, and nothing that turns a line around', () => {
    const text = 'a\u001b[2J\u009b31m\u0007\r\n\u202eb\u2066\u200fc'
    assert.equal(joinCells(cellsOf(text)), 'a\ufffd[2J\ufffd31m\ufffd \ufffdb\ufffdc')
  })

  it('hold few of the marks that are piled on a letter', () => {
    const [cell] = cellsOf(`a${'\u0301'.repeat(1_000)}`)
    assert.equal(cell?.text, `a${'\u0301'.repeat(15)}`)
  })

  it('are cut before a letter that has no room', () => {
    assert.equal(cutToCells('你好', 4, '…'), '你好')
    assert.equal(cutToCells('你好', 3, '…'), '你…')
    assert.equal(cutToCells('你好', 2, '…'), '…')
    assert.equal(cutToCells('你好', 0, '…'), '')
    assert.equal(fitToCells('你好', 6, '…'), '你好  ')
    assert.equal(fitToCells('你好啊', 4, '…'), '你… ')
  })

  it('are as many as were asked for, whatever the text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(text, fc.nat(20), (anything, columns) => {
        assert.ok(cellCount(cutToCells(anything, columns, '…')) <= columns)
        assert.equal(cellCount(fitToCells(anything, columns, '…')), columns)
        assert.doesNotMatch(joinCells(cellsOf(anything)), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      })
    )
  })
})

describe('text in rows', () => {
  const cases: readonly (readonly [string, string, number, readonly string[]])[] = [
    ['ends rows between words', 'one two three', 8, ['one two', 'three']],
    ['fills a row to its last cell', 'one two', 7, ['one two']],
    ['cuts a word that is longer than a row', 'abcdefgh ij', 3, ['abc', 'def', 'gh', 'ij']],
    ['ends rows between Chinese letters', '敏捷的狐狸', 4, ['敏捷', '的狐', '狸']],
    ['leaves a cell free where a wide letter has no room', '敏捷的', 5, ['敏捷', '的']],
    ['begins no row with a full stop', '敏捷的狐。狸', 8, ['敏捷的', '狐。狸']],
    ['keeps new lines and empty lines', 'a\r\n\nb', 5, ['a', '', 'b']],
    ['keeps spaces at the beginning, and none where a row ends', '  a  b', 4, ['  a', 'b']],
    ['keeps a family together', 'ab👩‍👩‍👧c', 3, ['ab', '👩‍👩‍👧c']],
    ['is one row for nothing', '', 5, ['']]
  ]
  for (const [title, text, columns, rows] of cases) {
    it(title, () => {
      assert.deepEqual(wrapText(text, columns), rows)
    })
  }

  it('never is wider than a row, and loses nothing but spaces', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', ' ', '你', '。', '🙂', '\n', '.', 'é') }),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 12 }), (anything, columns) => {
        const rows = wrapText(anything, columns)
        for (const row of rows) {
          assert.ok(cellCount(row) <= columns, row)
        }
        const without = (lines: string): string => joinCells(cellsOf(lines)).replaceAll(' ', '')
        const kept = anything.replaceAll(/\r\n?|\n/g, '\n').split('\n')
        assert.equal(rows.map(without).join(''), kept.map(without).join(''))
      })
    )
  })
})
