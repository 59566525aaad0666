import assert from 'node:assert/strict'
import { loadFullStack } from '../../src/cli/full-stack.ts'

describe('the full stack, as the command loads it', () => {
  it('is there in a checkout', async () => {
    assert.equal(typeof (await loadFullStack()), 'function')
  })

  it('is missed in a sentence that says what to do', async () => {
    await assert.rejects(loadFullStack('@sealpost/not-installed'), {
      code: 'SEALPOST_USAGE',
      message: /checkout/
    })
  })
})
