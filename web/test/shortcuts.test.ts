import assert from 'node:assert/strict'
import { isStarStroke, keysOf, SHORTCUTS, shortcutOf, type Stroke } from '../src/state/shortcuts.ts'

const PLAIN: Stroke = {
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false
}

describe('shortcuts', () => {
  const cases: readonly (readonly [string, Partial<Stroke>, string | undefined])[] = [
    ['Ctrl+K', { key: 'k', ctrlKey: true }, 'palette'],
    ['Cmd+K', { key: 'k', metaKey: true }, 'palette'],
    ['Ctrl+Shift+F', { key: 'F', ctrlKey: true, shiftKey: true }, 'search'],
    ['Ctrl+F, which is the browser’s', { key: 'f', ctrlKey: true }, undefined],
    ['Alt+Up', { key: 'ArrowUp', altKey: true }, 'previous'],
    ['Up', { key: 'ArrowUp' }, undefined],
    ['Escape', { key: 'Escape' }, 'back'],
    ['an Escape that ends a composition', { key: 'Escape', isComposing: true }, undefined],
    ['a letter', { key: 'k' }, undefined]
  ]

  for (const [title, stroke, expected] of cases) {
    it(`take ${title} for ${expected ?? 'nothing'}`, () => {
      assert.equal(shortcutOf({ ...PLAIN, ...stroke }), expected)
    })
  }

  it('star a message by one letter alone, in whichever case', () => {
    assert.ok(isStarStroke({ ...PLAIN, key: 's' }))
    assert.ok(isStarStroke({ ...PLAIN, key: 'S', shiftKey: true }))
    for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { key: 'd' }]) {
      assert.equal(isStarStroke({ ...PLAIN, key: 's', ...held }), false)
    }
  })

  it('are all different, and can be written down', () => {
    const written = SHORTCUTS.map((shortcut) => keysOf(shortcut).join('+'))
    assert.equal(new Set(written).size, SHORTCUTS.length)
    assert.ok(written.includes('Ctrl+Shift+F'))
  })
})
