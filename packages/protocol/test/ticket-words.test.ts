import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  formatTicketWord,
  isTicketNumber,
  parseTicketWord,
  TEXT_BYTES_MAX,
  TICKET_CATEGORIES,
  TICKET_HOURS_MAX,
  TICKET_LINE_BYTES_MAX,
  TICKET_LINES_MAX,
  TICKET_STATES,
  TICKET_TEXT_BYTES_MAX,
  TICKET_VERSION_LENGTH_MAX,
  ticketNumberOf,
  type TicketWord,
  utf8ToBytes
} from '../src/index.ts'

const number = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(ticketNumberOf)
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
const line = fc.string({ unit: 'binary-ascii', maxLength: 200 }).map((s) => s.replaceAll('\n', ' '))
const noVersion = fc.constant(undefined)
const word: fc.Arbitrary<TicketWord> = fc.oneof(
  fc.record({
    type: fc.constant('open' as const),
    number,
    category: fc.constantFrom(...TICKET_CATEGORIES),
    isWhole: fc.boolean(),
    text: text.map((said) => `${said}\nand\n`),
    lines: fc.array(line, { maxLength: TICKET_LINES_MAX })
  }),
  fc.record({ type: fc.constant('say' as const), number, text }),
  fc.record({ type: fc.constant('withdraw' as const), number }),
  fc.record({
    type: fc.constant('state' as const),
    number,
    state: fc.constant('solved' as const),
    version: fc.option(fc.stringMatching(/^[!-~]{1,32}$/), { nil: undefined }),
    withinHours: noVersion,
    text: fc.oneof(fc.constant(''), text)
  }),
  fc.record({
    type: fc.constant('state' as const),
    number,
    state: fc.constant('received' as const),
    version: noVersion,
    withinHours: fc.option(fc.integer({ min: 0, max: TICKET_HOURS_MAX }), { nil: undefined }),
    text
  }),
  fc.record({
    type: fc.constant('state' as const),
    number,
    state: fc.constantFrom(...TICKET_STATES),
    version: noVersion,
    withinHours: noVersion,
    text
  })
)

const A: Extract<TicketWord, { type: 'open' }> = {
  type: 'open',
  number: 'K7Q2-9FXA',
  category: 'problem',
  isWhole: true,
  text: 'It is slow.',
  lines: ['one', 'two']
}

describe('a word about a report', () => {
  it('is written for people, and read again as it was', () => {
    assert.equal(
      formatTicketWord(A),
      'sealpost-report/1 open K7Q2-9FXA problem whole 2\nIt is slow.\none\ntwo'
    )
    fc.assert(
      fc.property(word, (said) => {
        assert.deepEqual(parseTicketWord(formatTicketWord(said)), { ...said })
      })
    )
  })

  it('fits into one message at its largest', () => {
    const largest = formatTicketWord({
      ...A,
      text: 'x'.repeat(TICKET_TEXT_BYTES_MAX),
      lines: Array.from({ length: TICKET_LINES_MAX }, () => 'y'.repeat(TICKET_LINE_BYTES_MAX))
    })
    assert.ok(utf8ToBytes(largest).length <= TEXT_BYTES_MAX)
    assert.ok(parseTicketWord(largest))
  })

  it('is refused beyond its bounds', () => {
    const state = { type: 'state', number: A.number, state: 'solved', text: '' } as const
    const none = { version: undefined, withinHours: undefined }
    const [lines, hours] = [[...A.lines], TICKET_HOURS_MAX]
    for (const good of [
      { ...A, text: 'ä'.repeat(TICKET_TEXT_BYTES_MAX / 2) },
      { ...state, ...none, version: '1'.repeat(TICKET_VERSION_LENGTH_MAX) },
      { ...state, ...none, state: 'received', withinHours: hours }
    ] as const) {
      assert.ok(parseTicketWord(formatTicketWord(good)))
    }
    for (const bad of [
      { ...A, text: '' },
      { ...A, number: 'K7Q2-9FX' },
      { ...A, number: 'K7Q2-9FX0' },
      { ...A, lines: [...lines, 'three\nfour'] },
      { ...A, lines: ['ä'.repeat(TICKET_LINE_BYTES_MAX / 2) + '.'] },
      { ...A, lines: Array.from({ length: TICKET_LINES_MAX + 1 }, () => '') },
      { ...A, text: 'ä'.repeat(TICKET_TEXT_BYTES_MAX / 2) + '.' },
      { ...state, ...none, version: '1'.repeat(TICKET_VERSION_LENGTH_MAX + 1) },
      { ...state, ...none, version: '' },
      { ...state, ...none, version: '1 2' },
      { ...state, ...none, state: 'received', withinHours: hours + 1 },
      { ...state, ...none, state: 'received', withinHours: 1.5 }
    ] as const) {
      assert.throws(() => formatTicketWord(bad), { name: 'UsageError' })
    }
  })

  it('is nothing else than what we write', () => {
    for (const other of [
      '',
      'hello',
      'sealpost-report/1',
      'sealpost-report/2 say K7Q2-9FXA\nx',
      'sealpost-report/1 say k7q2-9fxa\nx',
      'sealpost-report/1 say K7Q2-9FXA',
      'sealpost-report/1 say K7Q2-9FXA\n',
      'sealpost-report/1 say K7Q2-9FXA more\nx',
      'sealpost-report/1 state K7Q2-9FXA gone',
      'sealpost-report/1 state K7Q2-9FXA looking 3',
      'sealpost-report/1 state K7Q2-9FXA received 1e2',
      'sealpost-report/1 open K7Q2-9FXA problem whole 2\nonly\none',
      'sealpost-report/1 open K7Q2-9FXA problem whole -1\nx',
      'sealpost-report/1 open K7Q2-9FXA problem half 0\nx',
      'sealpost-report/1 open K7Q2-9FXA __proto__ whole 0\nx',
      ` ${formatTicketWord(A)}`
    ]) {
      assert.equal(parseTicketWord(other), undefined, other)
    }
  })

  it('gives nothing for any text, however it is spliced', () => {
    fc.assert(
      fc.property(word, fc.string(), fc.nat(), fc.nat(), (said, noise, from, to) => {
        const whole = formatTicketWord(said)
        const at = from % (whole.length + 1)
        const spliced = whole.slice(0, at) + noise + whole.slice(at + (to % 9))
        const read = parseTicketWord(spliced)
        assert.ok(read === undefined || formatTicketWord(read) === spliced)
      })
    )
  })

  it('has numbers of signs that do not look alike', () => {
    fc.assert(fc.property(number, isTicketNumber))
    assert.equal(ticketNumberOf(new Uint8Array(8).fill(255)), 'ZZZZ-ZZZZ')
  })
})
