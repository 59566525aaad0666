/** What keys do to a text that is being written. */
import {
  backspace,
  cutToEnd,
  cutToStart,
  cutWord,
  type Editor,
  erase,
  insert,
  left,
  lineEnd,
  lineStart,
  right,
  wordLeft,
  wordRight
} from './editor.ts'
import type { Key } from './key.ts'

const EDITS: Readonly<Record<string, (editor: Editor) => Editor>> = {
  backspace,
  delete: erase,
  'ctrl-d': erase,
  left,
  'ctrl-b': left,
  right,
  'alt-left': wordLeft,
  'ctrl-left': wordLeft,
  'alt-b': wordLeft,
  'alt-right': wordRight,
  'ctrl-right': wordRight,
  'alt-f': wordRight,
  home: lineStart,
  'ctrl-a': lineStart,
  end: lineEnd,
  'ctrl-e': lineEnd,
  'ctrl-k': cutToEnd,
  'ctrl-u': cutToStart,
  'ctrl-w': cutWord,
  'alt-backspace': cutWord,
  'ctrl-backspace': cutWord
}

/** Undefined for a key that does nothing to a text. */
export function edited(editor: Editor, key: Key): Editor | undefined {
  switch (key.type) {
    case 'text':
    case 'paste':
      return insert(editor, key.text)
    case 'key':
      return EDITS[key.name]?.(editor)
    case 'focus':
      return undefined
  }
}
