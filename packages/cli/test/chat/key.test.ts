import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Key, KeyReader } from '../../src/chat/key.ts'

function read(...chunks: readonly string[]): readonly Key[] {
  const reader = new KeyReader()
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.flush()]
}

function key(name: string): Key {
  return { type: 'key', name }
}

describe('keys', () => {
  const cases: readonly (readonly [string, readonly Key[]])[] = [
    ['abc你🙂', [{ type: 'text', text: 'abc你🙂' }]],
    ['a\rb', [{ type: 'text', text: 'a' }, key('enter'), { type: 'text', text: 'b' }]],
    [
      '\t\u007f\b\u0001\u001a\n',
      ['tab', 'backspace', 'backspace', 'ctrl-a', 'ctrl-z', 'ctrl-j'].map(key)
    ],
    ['\u001b[A\u001b[B\u001b[C\u001b[D', ['up', 'down', 'right', 'left'].map(key)],
    ['\u001bOA\u001bOH\u001bOF', ['up', 'home', 'end'].map(key)],
    [
      '\u001b[H\u001b[F\u001b[1~\u001b[4~\u001b[7~\u001b[8~',
      ['home', 'end', 'home', 'end', 'home', 'end'].map(key)
    ],
    ['\u001b[3~\u001b[5~\u001b[6~', ['delete', 'page-up', 'page-down'].map(key)],
    ['\u001b[1;3A\u001b[1;5D\u001b[1;2B', ['alt-up', 'ctrl-left', 'shift-down'].map(key)],
    ['\u001b\r\u001b\u007f\u001bb', ['alt-enter', 'alt-backspace', 'alt-b'].map(key)],
    [
      '\u001b[13;2u\u001b[13;3u\u001b[27;5;13~',
      ['shift-enter', 'alt-enter', 'ctrl-enter'].map(key)
    ],
    ['\u001b[Z', [key('shift-tab')]],
    ['\u001b', [key('escape')]],
    ['\u001b\u001b', [key('escape'), key('escape')]],
    [
      '\u001b[I\u001b[O',
      [
        { type: 'focus', isFocused: true },
        { type: 'focus', isFocused: false }
      ]
    ],
    [
      '\u001b[200~a\r\u001b[A\u001b[201~b',
      [
        { type: 'paste', text: 'a\r\u001b[A' },
        { type: 'text', text: 'b' }
      ]
    ],
    ['\u001b[200~\u001b[201~', [{ type: 'paste', text: '' }]],
    ['\u001b[999z\u001b[38;5;1mx\u0000', [{ type: 'text', text: 'x' }]]
  ]
  for (const [text, keys] of cases) {
    it(`are read from ${JSON.stringify(text)}, however it is cut`, () => {
      assert.deepEqual(read(text), keys)
      for (let at = 1; at < text.length; at++) {
        const joined = read(text.slice(0, at), text.slice(at))
        const isText = keys[0]?.type === 'text' && keys.length === 1
        assert.deepEqual(isText ? [{ type: 'text', text: textOf(joined) }] : joined, keys)
      }
    })
  }

  it('wait for what may follow Escape, and only then', () => {
    const reader = new KeyReader()
    assert.deepEqual(reader.push('\u001b'), [])
    assert.equal(reader.isWaiting, true)
    assert.deepEqual(reader.push('[A'), [key('up')])
    assert.equal(reader.isWaiting, false)
    assert.deepEqual(reader.flush(), [])
  })

  it('are not waited for in the middle of a paste', () => {
    const reader = new KeyReader()
    assert.deepEqual(reader.push('\u001b[200~long'), [])
    assert.equal(reader.isWaiting, false)
    assert.deepEqual(reader.push(' text\u001b[201~'), [{ type: 'paste', text: 'long text' }])
  })

  it('come out of anything, and hold no control characters but in a paste', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u001b', '\u001b[', '\u001b[200~', '\u001b[201~', '\u001bO', '1;', '~')
    )
    fc.assert(
      fc.property(fc.array(part), (chunks) => {
        const reader = new KeyReader()
        for (const found of [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.flush()]) {
          if (found.type === 'text') {
            assert.doesNotMatch(found.text, /\p{Cc}/u)
          }
        }
        reader.push('\u001b[201~')
        reader.flush()
        assert.deepEqual(reader.push('x').at(-1), { type: 'text', text: 'x' })
      })
    )
  })
})

function textOf(keys: readonly Key[]): string {
  return keys.map((found) => (found.type === 'text' ? found.text : '')).join('')
}
