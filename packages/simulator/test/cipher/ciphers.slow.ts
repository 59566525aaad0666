import fc from 'fast-check'
import { acts, play, TwinTalk } from './twin-talk.ts'

describe('the null cipher beside the engine (slow: long conversations, and the farthest jumps)', function () {
  this.timeout(600_000)

  it('reads and refuses the same, whatever happens to a conversation', () => {
    fc.assert(
      fc.property(acts(150, 400), (all) => {
        play(all)
      }),
      { numRuns: 60 }
    )
  })

  it('reads no message that is too far ahead', () => {
    const twins = new TwinTalk(1)
    twins.begin(0, 1)
    for (let count = 0; count < 25_002; count++) {
      twins.write(0, 1, 1)
    }
    twins.read(1, 0, 1, 25_001)
    twins.read(1, 0, 1, 25_000)
    twins.read(1, 0, 1, 25_001)
    twins.read(1, 0, 1, 22_999)
    twins.read(1, 0, 1, 23_000)
  })

  it('looks for no message in more earlier sessions than may cost so much', () => {
    const twins = new TwinTalk(2)
    for (let session = 0; session < 5; session++) {
      twins.begin(0, 1)
      twins.write(0, 1, 1)
      twins.read(1, 0, 1, session)
    }
    twins.write(1, 0, 1)
    twins.read(0, 1, 0, 0)
    for (let count = 0; count < 13_000; count++) {
      twins.write(0, 1, 1)
    }
    const [after] = [twins.sentTo(1) - 1]
    for (let session = 0; session < 4; session++) {
      twins.begin(0, 1)
      twins.write(0, 1, 1)
      twins.read(1, 0, 1, after + 1 + session)
      twins.read(1, 0, 1, after - 3 + session)
    }
  })
})
