import assert from 'node:assert/strict'
import { ERROR_CODES, type ErrorCode } from '@sealpost/protocol'
import { sentenceOf, sentenceOfCode } from '../src/locales/error-sentences.ts'
import { Refusal } from '../src/wire/peer-api.ts'

/** What only a command or a relay can bring about, and bugs. */
const NOT_OF_PAGES: readonly ErrorCode[] = [
  'SEALPOST_AMBIGUOUS_CONTACT',
  'SEALPOST_CONFIG_UNKNOWN_KEY',
  'SEALPOST_CONFIG_INVALID',
  'SEALPOST_LISTEN_FAILED',
  'SEALPOST_BUG'
]
const CODES = Object.keys(ERROR_CODES) as readonly ErrorCode[]

describe('the sentences of errors', () => {
  it('say what happened and what to do, for every code that a page can get', () => {
    for (const code of CODES) {
      const sentence = sentenceOfCode(code)
      assert.match(sentence, /^[A-Z].*[.:]$/, code)
      // The code itself is for whoever reports a bug.
      assert.equal(sentence.includes(code), NOT_OF_PAGES.includes(code), code)
    }
  })

  it('say more where the detail does', () => {
    const [vague, exact] = [undefined, 'no-request'] as const
    assert.notEqual(
      sentenceOfCode('SEALPOST_UNKNOWN_CONTACT', vague),
      sentenceOfCode('SEALPOST_UNKNOWN_CONTACT', exact)
    )
  })

  it('are found for what was refused, and ask for a report of all else', () => {
    const refused = new Refusal('SEALPOST_LINK_OWN', undefined)
    assert.equal(sentenceOf(refused), sentenceOfCode('SEALPOST_LINK_OWN'))
    assert.match(sentenceOf(new RangeError('secret words')), /report it with this code: RangeError/)
    assert.doesNotMatch(sentenceOf(new RangeError('secret words')), /secret/)
  })
})
