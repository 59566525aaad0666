import assert from 'node:assert/strict'
import { doesSend, type PressedKey } from '../src/state/send-key.ts'

const ENTER: PressedKey = {
  key: 'Enter',
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false
}

describe('a key in the composer', () => {
  const cases: readonly (readonly [string, Partial<PressedKey>, boolean, boolean])[] = [
    ['Enter', {}, true, false],
    ['Shift+Enter', { shiftKey: true }, false, false],
    ['Ctrl+Enter', { ctrlKey: true }, true, true],
    ['Cmd+Enter', { metaKey: true }, true, true],
    ['Alt+Enter', { altKey: true }, false, false],
    ['an Enter that ends a composition', { isComposing: true }, false, false],
    ['an Enter of an input method that says only 229', { keyCode: 229 }, false, false],
    ['another key', { key: 'a' }, false, false]
  ]

  for (const [title, pressed, whenEnterSends, otherwise] of cases) {
    it(`${title} ${whenEnterSends ? 'sends' : 'does not send'} where Enter sends`, () => {
      assert.equal(doesSend({ ...ENTER, ...pressed }, true), whenEnterSends)
    })

    it(`${title} ${otherwise ? 'sends' : 'does not send'} where Enter begins a line`, () => {
      assert.equal(doesSend({ ...ENTER, ...pressed }, false), otherwise)
    })
  }
})
