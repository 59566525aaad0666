import assert from 'node:assert/strict'
import { terminalTraits } from '../../src/screen/terminal-traits.ts'

const TERMINAL = { stdin: { isTTY: true }, stdout: { isTTY: true, columns: 100, rows: 30 } }
const UTF8 = { LANG: 'de_DE.UTF-8' }

describe('what a terminal can do', () => {
  it('is nothing where a stream goes elsewhere, or cannot be drawn on', () => {
    assert.equal(terminalTraits({ ...TERMINAL, stdin: {} }, UTF8), undefined)
    assert.equal(terminalTraits({ ...TERMINAL, stdout: {} }, UTF8), undefined)
    assert.equal(terminalTraits(TERMINAL, { ...UTF8, TERM: 'dumb' }), undefined)
  })

  it('is its size, and a usual one where it does not know', () => {
    const size = (columns: number, rows: number): readonly (number | undefined)[] => {
      const stdout = { isTTY: true, columns, rows }
      const traits = terminalTraits({ ...TERMINAL, stdout }, UTF8)
      return [traits?.columns, traits?.rows]
    }
    assert.deepEqual(size(100, 30), [100, 30])
    assert.deepEqual(size(0, 0), [80, 24])
  })

  const locales: readonly (readonly [NodeJS.ProcessEnv, boolean])[] = [
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'en_US.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{}, false],
    [{ OS: 'Windows_NT' }, true],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    [{ LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true]
  ]
  for (const [environment, isUtf8] of locales) {
    it(`is ${isUtf8 ? '' : 'not '}UTF-8 with ${JSON.stringify(environment)}`, () => {
      assert.equal(terminalTraits(TERMINAL, environment)?.isUtf8, isUtf8)
    })
  }

  it('is colours, unless the person wants none', () => {
    assert.equal(terminalTraits(TERMINAL, UTF8)?.hasColor, true)
    assert.equal(terminalTraits(TERMINAL, { ...UTF8, NO_COLOR: '' })?.hasColor, true)
    assert.equal(terminalTraits(TERMINAL, { ...UTF8, NO_COLOR: '1' })?.hasColor, false)
  })
})
