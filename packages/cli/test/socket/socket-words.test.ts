import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  type CallerWord,
  decodeCallerWord,
  decodeHolderWord,
  encodeWord,
  type HolderWord
} from '../../src/socket/socket-words.ts'

const TERMINAL = { columns: 80, rows: 24, isUtf8: true, hasColor: false }
const MALFORMED = { code: 'SEALPOST_FRAME_MALFORMED' }

describe('the words of the socket', () => {
  const callers: readonly CallerWord[] = [
    {
      type: 'run',
      version: 1,
      words: ['send', 'bob', 'a\nb'],
      isJson: true,
      directory: '/somewhere',
      secret: undefined,
      columns: 80,
      terminal: TERMINAL
    },
    {
      type: 'run',
      version: 2,
      words: [],
      isJson: false,
      directory: '/somewhere',
      secret: undefined,
      columns: undefined,
      terminal: undefined
    },
    { type: 'typed', line: 'hällo' },
    { type: 'keys', text: '\u001b[A你' },
    { type: 'keys-end' },
    { type: 'resized', columns: 1, rows: 10_000 },
    { type: 'typed-end' },
    { type: 'stop' }
  ]
  const holders: readonly HolderWord[] = [
    { type: 'print', text: 'a\nb' },
    { type: 'warn', text: '' },
    { type: 'draw', text: '\u001b[2J' },
    { type: 'read-lines' },
    { type: 'take-terminal' },
    { type: 'give-terminal' },
    { type: 'exit', code: 2 },
    { type: 'other-version' }
  ]

  it('are read as they were written, one a line', () => {
    for (const word of callers) {
      const line = encodeWord(word)
      assert.equal(line.indexOf('\n'), line.length - 1)
      assert.deepEqual(decodeCallerWord(line.trimEnd()), word)
    }
    for (const word of holders) {
      assert.deepEqual(decodeHolderWord(encodeWord(word).trimEnd()), word)
    }
  })

  for (const line of [
    '',
    'null',
    '1',
    '"run"',
    '[]',
    '{}',
    '{"type":"walk"}',
    '{"type":"run"}',
    '{"type":"run","version":1}',
    '{"type":"run","version":1,"words":["a",1]}',
    '{"type":"run","version":1.5,"words":[]}',
    '{"type":"run","version":1,"words":[],"columns":"80"}',
    '{"type":"run","version":1,"words":[],"terminal":1}',
    '{"type":"run","version":1,"words":[],"terminal":{"columns":80}}',
    '{"type":"resized","columns":0,"rows":1}',
    '{"type":"resized","columns":1,"rows":10001}',
    '{"type":"keys"}',
    '{"type":"typed"}',
    '{"type":"typed","line":1}',
    '{"type":"exit","code":"0"}',
    '{"type":"print","text":{}}'
  ]) {
    it(`refuse ${JSON.stringify(line)}`, () => {
      assert.throws(() => decodeCallerWord(line), MALFORMED)
      assert.throws(() => decodeHolderWord(line), MALFORMED)
    })
  }

  it('refuse or read whatever comes', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.json())
    fc.assert(
      fc.property(anything, (line) => {
        for (const decode of [decodeCallerWord, decodeHolderWord]) {
          try {
            assert.equal(typeof decode(line).type, 'string')
          } catch (error) {
            assert.equal((error as { code?: string }).code, MALFORMED.code)
          }
        }
      })
    )
  })
})
