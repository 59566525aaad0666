import assert from 'node:assert/strict'
import { ManualClock, settle } from '@sealpost/host/testing'
import { WrongTokens } from '../../src/operator/wrong-tokens.ts'

describe('who shows wrong tokens', () => {
  it('waits half a second, and is not answered at all where many wait', async () => {
    const clock = new ManualClock()
    const wrongTokens = new WrongTokens(clock)
    const answers: boolean[] = []
    for (let i = 0; i < 17; i++) {
      void wrongTokens.wait().then((isAnswered) => answers.push(isAnswered))
    }
    await settle()
    assert.deepEqual(answers, [false])
    clock.advance(499)
    await settle()
    assert.equal(answers.length, 1)
    clock.advance(1)
    await settle()
    assert.equal(answers.filter(Boolean).length, 16)
    void wrongTokens.wait()
    assert.equal(clock.timerCount, 1, 'there is room again')
  })
})
