import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  backspace,
  continued,
  cutToEnd,
  cutToStart,
  cutWord,
  type Editor,
  erase,
  insert,
  left,
  lineDown,
  lineEnd,
  lineStart,
  lineUp,
  right,
  wordLeft,
  wordRight
} from '../../src/chat/editor.ts'

/** `|` is the cursor. */
function editor(text: string): Editor {
  return { text: text.replace('|', ''), cursor: text.indexOf('|') }
}

function shown(edited: Editor | undefined): string | undefined {
  return edited === undefined
    ? undefined
    : `${edited.text.slice(0, edited.cursor)}|${edited.text.slice(edited.cursor)}`
}

describe('the text that is written', () => {
  const cases: readonly (readonly [
    string,
    (editor: Editor) => Editor | undefined,
    string,
    string | undefined
  ])[] = [
    ['steps over a family as over one letter', left, 'a👩‍👩‍👧|b', 'a|👩‍👩‍👧b'],
    ['steps over a letter and its mark', right, '|e\u0301x', 'e\u0301|x'],
    ['stays at the start', left, '|a', '|a'],
    ['stays at the end', right, 'a|', 'a|'],
    ['loses a whole letter', backspace, 'né🇩🇪|', 'né|'],
    ['loses nothing before the start', backspace, '|a', '|a'],
    ['loses the letter behind the cursor', erase, '|🙂a', '|a'],
    ['loses nothing behind the end', erase, 'a|', 'a|'],
    ['goes to the start of its line', lineStart, 'a\nbc|d', 'a\n|bcd'],
    ['goes to the end of its line', lineEnd, 'a|b\nc', 'ab|\nc'],
    ['goes a word back', wordLeft, 'one two, |three', 'one |two, three'],
    ['goes a word back in a script without spaces', wordLeft, '你好世界|', '你好|世界'],
    ['goes a word on', wordRight, 'one| two three', 'one two| three'],
    ['is cut to the end of the line', cutToEnd, 'a|b\nc', 'a|\nc'],
    ['is joined with the next line at the end of one', cutToEnd, 'a|\nc', 'a|c'],
    ['is cut to the start of the line', cutToStart, 'a\nbc|d', 'a\n|d'],
    ['is joined with the line before at the start of one', cutToStart, 'a\n|d', 'a|d'],
    ['loses a word', cutWord, 'one two |', 'one |'],
    ['goes up to the same letter', lineUp, '你b\nxy|z', '你b|\nxyz'],
    ['goes up to the end of a shorter line', lineUp, 'a\nxyz|', 'a|\nxyz'],
    ['goes no higher than the first line', lineUp, 'a|b', undefined],
    ['goes down', lineDown, 'a|b\nxy', 'ab\nx|y'],
    ['goes no lower than the last line', lineDown, 'a\nb|', undefined],
    ['goes on in a new line behind a backslash', continued, 'a\\|', 'a\n|'],
    ['goes on in the middle too', continued, 'a\\|\nb', 'a\n|\nb'],
    ['does not go on behind a backslash within a line', continued, 'a\\|b', undefined],
    ['does not go on without one', continued, 'a|', undefined]
  ]
  for (const [title, change, before, after] of cases) {
    it(title, () => {
      assert.equal(shown(change(editor(before))), after)
    })
  }

  it('takes a paste with its lines and tabs, and without what cannot be seen', () => {
    assert.equal(shown(insert(editor('a|b'), 'x\r\ny\rz\t\u001b[2J\u0007')), 'ax\ny\nz\t[2J|b')
  })

  it('puts the cursor behind a letter that grew', () => {
    assert.equal(shown(insert(editor('e|x'), '\u0301')), 'e\u0301|x')
    assert.equal(shown(insert(editor('|\u0301x'), 'e')), 'e\u0301|x')
  })

  it('is bounded, and never cut through a letter of two code units', () => {
    const full = insert(editor('|'), `${'x'.repeat(65_535)}🙂`)
    assert.equal(full.text.length, 65_535)
    assert.equal(insert(full, 'y').text.length, 65_536)
    assert.equal(insert(insert(full, 'y'), 'z').text.length, 65_536)
  })

  it('has its cursor between letters, whatever is done', () => {
    const step = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => (at: Editor) => insert(at, text)),
      fc.string({ unit: 'binary' }).map((text) => (at: Editor) => insert(at, text)),
      fc.constantFrom(left, right, backspace, erase, wordLeft, wordRight, cutWord, cutToEnd),
      fc.constantFrom(lineUp, lineDown, continued, cutToStart, lineStart, lineEnd)
    )
    const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let at: Editor = { text: '', cursor: 0 }
        for (const change of steps) {
          at = change(at) ?? at
          const starts = Array.from(letters.segment(at.text), ({ index }) => index)
          assert.ok([...starts, at.text.length].includes(at.cursor), JSON.stringify(at))
        }
      })
    )
  })
})
