/** A text that is being written, with a cursor that stands between what people take for letters. */

/** Far above what a message may have; a paste beyond it is cut. */
const LENGTH_MAX = 65_536

export interface Editor {
  readonly text: string
  /** A place in `text`, in UTF-16 code units; never within a letter. */
  readonly cursor: number
}

export const EMPTY_EDITOR: Editor = { text: '', cursor: 0 }

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const words = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Of a paste only what can be seen, tabs and new lines are taken. */
export function insert({ text, cursor }: Editor, added: string): Editor {
  const room = LENGTH_MAX - text.length
  const clean = added
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/(?![\n\t])\p{Cc}/gu, '')
    .slice(0, room)
    // Where the cut went through a letter of two code units, its half goes too.
    .replace(/[\ud800-\udbff]$/, '')
  return settled(text.slice(0, cursor) + clean + text.slice(cursor), cursor + clean.length)
}

/** The letter before the cursor goes. */
export function backspace(editor: Editor): Editor {
  return cut(editor, left(editor).cursor, editor.cursor)
}

/** The letter behind the cursor goes. */
export function erase(editor: Editor): Editor {
  return cut(editor, editor.cursor, right(editor).cursor)
}

export function left({ text, cursor }: Editor): Editor {
  return {
    text,
    cursor: cursor === 0 ? 0 : (letters.segment(text).containing(cursor - 1)?.index ?? 0)
  }
}

export function right({ text, cursor }: Editor): Editor {
  const letter = letters.segment(text).containing(cursor)
  return { text, cursor: letter === undefined ? text.length : letter.index + letter.segment.length }
}

export function wordLeft({ text, cursor }: Editor): Editor {
  const before = Array.from(words.segment(text.slice(0, cursor)))
  const found = before.findLast(({ isWordLike }) => isWordLike === true)
  return { text, cursor: found?.index ?? 0 }
}

export function wordRight({ text, cursor }: Editor): Editor {
  for (const { segment, index, isWordLike } of words.segment(text.slice(cursor))) {
    if (isWordLike === true) {
      return { text, cursor: cursor + index + segment.length }
    }
  }
  return { text, cursor: text.length }
}

export function lineStart({ text, cursor }: Editor): Editor {
  return { text, cursor: cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1 }
}

export function lineEnd({ text, cursor }: Editor): Editor {
  const end = text.indexOf('\n', cursor)
  return { text, cursor: end < 0 ? text.length : end }
}

/** To the line's end; there, the new line behind it. */
export function cutToEnd(editor: Editor): Editor {
  const end = lineEnd(editor).cursor
  return end === editor.cursor ? erase(editor) : cut(editor, editor.cursor, end)
}

/** To the line's start; there, the new line before it. */
export function cutToStart(editor: Editor): Editor {
  const start = lineStart(editor).cursor
  return start === editor.cursor ? backspace(editor) : cut(editor, start, editor.cursor)
}

/** The word before the cursor goes. */
export function cutWord(editor: Editor): Editor {
  return cut(editor, wordLeft(editor).cursor, editor.cursor)
}

/** The same place one line up; undefined in the first line. */
export function lineUp(editor: Editor): Editor | undefined {
  const start = lineStart(editor).cursor
  return start === 0
    ? undefined
    : inLine(editor, start, lineStart({ ...editor, cursor: start - 1 }).cursor)
}

/** The same place one line down; undefined in the last line. */
export function lineDown(editor: Editor): Editor | undefined {
  const end = lineEnd(editor).cursor
  return end === editor.text.length ? undefined : inLine(editor, lineStart(editor).cursor, end + 1)
}

/** Enter behind a backslash that ends its line goes on in a new line, in the backslash's place. */
export function continued(editor: Editor): Editor | undefined {
  const { text, cursor } = editor
  const isAtEnd = lineEnd(editor).cursor === cursor
  return isAtEnd && text.slice(0, cursor).endsWith('\\')
    ? insert(cut(editor, cursor - 1, cursor), '\n')
    : undefined
}

/** As many letters into the line at `to` as the cursor is into that at `from`. */
function inLine({ text, cursor }: Editor, from: number, to: number): Editor {
  const count = Array.from(letters.segment(text.slice(from, cursor))).length
  const line = text.slice(to, lineEnd({ text, cursor: to }).cursor)
  const before = Array.from(letters.segment(line)).slice(0, count)
  return { text, cursor: to + before.reduce((sum, { segment }) => sum + segment.length, 0) }
}

function cut({ text }: Editor, from: number, to: number): Editor {
  return settled(text.slice(0, from) + text.slice(to), from)
}

/** What stands together now may have become one letter: then the cursor stands behind it. */
function settled(text: string, cursor: number): Editor {
  const letter = letters.segment(text).containing(cursor)
  const isInside = letter !== undefined && letter.index < cursor
  return { text, cursor: isInside ? letter.index + letter.segment.length : cursor }
}
