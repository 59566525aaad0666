import assert from 'node:assert/strict'
import { type ParamRow, ParamValues } from '@sealpost/operator'
import fc from 'fast-check'

const ROWS: readonly ParamRow[] = [
  { name: 'what', kind: { type: 'text', bytesMax: 8 }, isPositional: true, sentence: 'x' },
  { name: 'days', kind: { type: 'integer', min: 1, max: 30 }, isOptional: true, sentence: 'x' },
  {
    name: 'kind',
    kind: { type: 'choice', words: ['a', 'b'] },
    isOptional: true,
    sentence: 'x'
  },
  {
    name: 'for',
    kind: { type: 'duration', minMs: 1_000, maxMs: 172_800_000 },
    isOptional: true,
    sentence: 'x'
  },
  { name: 'dry-run', kind: { type: 'switch' }, sentence: 'x' }
]

function refusal(message: RegExp): object {
  return { name: 'UsageError', code: 'SEALPOST_USAGE', message }
}

describe('what is said with a call', () => {
  it('is the same from a command line and from the wire', () => {
    const fromLine = ParamValues.parse(ROWS, { what: 'it', days: '7', 'dry-run': true })
    const fromWire = ParamValues.parse(ROWS, JSON.parse(JSON.stringify(fromLine.toJson())))
    for (const values of [fromLine, fromWire]) {
      assert.equal(values.text('what'), 'it')
      assert.equal(values.optionalInteger('days'), 7)
      assert.equal(values.optionalText('kind'), undefined)
      assert.equal(values.has('dry-run'), true)
    }
  })

  it('takes times as people write them, and as the wire has them', () => {
    const ms = (written: unknown): unknown =>
      ParamValues.parse(ROWS, { what: '', for: written }).optionalInteger('for')
    const written = ['1s', '90s', '10m', '2h', '2d', 1_000]
    assert.deepEqual(written.map(ms), [1_000, 90_000, 600_000, 7_200_000, 172_800_000, 1_000])
  })

  const wrongs: readonly (readonly [given: unknown, message: RegExp])[] = [
    [undefined, /one JSON object/],
    [[], /one JSON object/],
    [{}, /WHAT is missing/],
    [{ what: 'ääää!' }, /WHAT is a text of at most 8 bytes/],
    [{ what: 1 }, /WHAT is a text/],
    [{ what: '', days: 31 }, /--days is a whole number from 1 to 30/],
    [{ what: '', days: '1e1' }, /--days is a whole number/],
    [{ what: '', days: 1.5 }, /--days is a whole number/],
    [{ what: '', for: '3d' }, /--for is a time from 1s to 2d/],
    [{ what: '', for: '999ms' }, /--for is a time/],
    [{ what: '', for: 999 }, /--for is a time/],
    [{ what: '', for: '0s' }, /--for is a time/],
    [{ what: '', for: '5' }, /--for is a time/],
    [{ what: '', kind: 'c' }, /--kind is one of a, b/],
    [{ what: '', 'dry-run': 'yes' }, /--dry-run is there or not there/],
    [{ what: '', more: 1 }, /There is no "more" here/],
    [{ what: '', ['\u001b[2J'.repeat(40)]: 1 }, /^There is no "(?:\\u001b\[2J){10}" here/]
  ]
  for (const [given, message] of wrongs) {
    it(`is refused where it is ${JSON.stringify(given)?.slice(0, 60) ?? 'nothing'}`, () => {
      assert.throws(() => ParamValues.parse(ROWS, given), refusal(message))
    })
  }

  it('is values within their bounds or refused, whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (what, days) => {
        try {
          const values = ParamValues.parse(ROWS, { what, days })
          assert.ok(Buffer.byteLength(values.text('what')) <= 8)
          const number = values.optionalInteger('days') ?? 1
          assert.ok(number >= 1 && number <= 30)
        } catch (error) {
          assert.ok(error instanceof Error && 'code' in error && error.code === 'SEALPOST_USAGE')
        }
      })
    )
  })
})
