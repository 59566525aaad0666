import assert from 'node:assert/strict'
import fc from 'fast-check'
import { acts, play, TwinTalk } from './twin-talk.ts'

/** Turns until several epochs of the post-quantum ratchet are over. */
const TURNS = 120

describe('the null cipher beside the engine', function () {
  this.timeout(60_000)

  it('makes ciphertexts as long, of whatever length the content is', () => {
    const twins = new TwinTalk(1)
    twins.begin(0, 1)
    fc.assert(
      fc.property(fc.nat({ max: 32_000 }), (length) => {
        twins.write(0, 1, length)
      }),
      { numRuns: 1_000 }
    )
    // All were of the first type; from here on they are of the second.
    twins.read(1, 0, 1, 0)
    twins.write(1, 0, 10)
    twins.read(0, 1, 0, 0)
    fc.assert(
      fc.property(fc.nat({ max: 32_000 }), (length) => {
        twins.write(0, 1, length)
      }),
      { numRuns: 1_000 }
    )
  })

  it('makes them as long all through a conversation, turn by turn', () => {
    const twins = new TwinTalk(2)
    twins.begin(0, 1)
    for (let turn = 0; turn < TURNS; turn++) {
      for (const who of [0, 1]) {
        for (let count = (turn % 3) + 1; count > 0; count--) {
          twins.write(who, 1 - who, 20)
        }
        twins.read(1 - who, who, 1 - who, twins.sentTo(1 - who) - 1)
      }
    }
    assert.equal(twins.outcomes.get('read'), 2 * TURNS)
  })

  it('reads and refuses the same, whatever happens to a conversation', () => {
    const outcomes = new Map<string, number>()
    fc.assert(
      fc.property(acts(60, 120), (all) => {
        for (const [name, count] of play(all).outcomes) {
          outcomes.set(name, (outcomes.get(name) ?? 0) + count)
        }
      }),
      { numRuns: 12 }
    )
    assert.ok((outcomes.get('read') ?? 0) > 50)
    assert.ok((outcomes.get('SEALPOST_DUPLICATE_MESSAGE') ?? 0) > 0)
    assert.ok((outcomes.get('SEALPOST_MESSAGE_INVALID') ?? 0) > 0)
  })

  it('keeps keys of as many messages that have not come, and no more', () => {
    const twins = new TwinTalk(3)
    twins.begin(0, 1)
    for (let count = 0; count < 2_003; count++) {
      twins.write(0, 1, 1)
    }
    twins.read(1, 0, 1, 2_002)
    for (const which of [0, 1, 2, 3, 2_001]) {
      twins.read(1, 0, 1, which)
    }
    assert.deepEqual(
      [...twins.outcomes],
      [
        ['read', 4],
        ['SEALPOST_DUPLICATE_MESSAGE', 2]
      ]
    )
  })

  it('is begun from no prekey that is gone, nor a second time, nor by somebody else', () => {
    const twins = new TwinTalk(4)
    twins.begin(0, 1)
    twins.write(0, 1, 5)
    twins.read(2, 0, 1, 0)
    twins.read(1, 2, 1, 0)
    twins.read(1, 0, 1, 0)
    twins.forget(1, 0)
    twins.read(1, 0, 1, 0)
    twins.turnPrekeys(1, 500)
    twins.read(1, 0, 1, 0)
    assert.deepEqual(
      [...twins.outcomes.keys()],
      [
        'SEALPOST_MESSAGE_INVALID',
        'SEALPOST_IDENTITY_CHANGED',
        'read',
        'SEALPOST_DUPLICATE_MESSAGE',
        'SEALPOST_PREKEY_UNKNOWN'
      ]
    )
  })

  it('writes in no session that nobody answered for a month, and misses one that is lost', () => {
    const twins = new TwinTalk(5)
    twins.begin(0, 1)
    twins.write(0, 1, 5)
    twins.read(1, 0, 1, 0)
    twins.write(1, 0, 5)
    twins.forget(0, 1)
    twins.read(0, 1, 0, 0)
    twins.begin(0, 1)
    twins.nowMs += 31 * 86_400_000
    twins.write(0, 1, 5)
    assert.equal(twins.sentTo(1), 1)
    assert.ok(twins.outcomes.has('SEALPOST_NO_SESSION'))
  })
})
