import assert from 'node:assert/strict'
import { UsageError } from '@sealpost/protocol'
import { failureReport } from '../src/state/failure-report.ts'

describe('the report of a failure', () => {
  it('names kinds, codes and places, and none of the words', () => {
    const cause = new UsageError('SEALPOST_USAGE', 'my secret')
    const report = failureReport(new TypeError('dear alice\nat noon', { cause }))
    assert.match(report, /^TypeError\n\s+at /)
    assert.match(report, /UsageError SEALPOST_USAGE\n\s+at /)
    assert.doesNotMatch(report, /alice|noon|secret/)
  })

  it('says something of whatever was thrown', () => {
    for (const thrown of ['words', undefined, 7, {}]) {
      assert.equal(failureReport(thrown), `thrown: ${typeof thrown}`)
    }
  })
})
