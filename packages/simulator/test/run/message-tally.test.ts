import assert from 'node:assert/strict'
import type { MessageId } from '@sealpost/protocol'
import { MessageTally, type Text } from '../../src/run/message-tally.ts'
import { OnlineTimes } from '../../src/run/online-times.ts'

const SECOND_US = 1_000_000
const M = 'm' as MessageId

/** From alice to bob, as planned. */
function text(seconds: number): Text {
  return { from: 0, to: 1, plannedUs: seconds * SECOND_US }
}

/** Alice is client 0, bob client 1; both are online at first. */
function setUp(): { online: OnlineTimes; tally: MessageTally; at: (seconds: number) => number } {
  const online = new OnlineTimes(2)
  online.set(0, true, 0)
  online.set(1, true, 0)
  const spans = [{ fromUs: 0, toUs: 20 * SECOND_US }]
  return { online, tally: new MessageTally(2, online, spans), at: (seconds) => seconds * SECOND_US }
}

describe('what became of messages', () => {
  it('is the network’s as long as both are there', () => {
    const { at, tally } = setUp()
    tally.written(M, text(1), at(1))
    tally.told(M, 'on-relay', at(2))
    tally.received(M, 1, at(3))
    tally.told(M, 'delivered', at(4))
    assert.deepEqual([tally.networkUs.max, tally.waitUs.max, tally.wholeUs.max], [at(2), 0, at(2)])
    assert.deepEqual(
      [tally.sum('written'), tally.sum('delivered'), tally.sum('received')],
      [1, 1, 1]
    )
  })

  it('is waiting while the sender is away before it left, and the recipient after it did', () => {
    const { at, online, tally } = setUp()
    online.set(0, false, at(0))
    online.set(1, false, at(5))
    tally.written(M, text(10), at(10))
    online.set(0, true, at(40))
    tally.told(M, 'on-relay', at(41))
    online.set(0, false, at(50))
    online.set(1, true, at(100))
    tally.received(M, 1, at(102))
    assert.equal(tally.waitUs.max, at(30 + 59))
    assert.equal(tally.networkUs.max, at(1 + 2))
    assert.deepEqual([...tally.recoveriesUs], [0])
  })

  it('recovers from each fault by itself: from its end until the last that was written in it has come', () => {
    const online = new OnlineTimes(2)
    online.set(0, true, 0)
    online.set(1, true, 0)
    const seconds = [[0, 20] as const, [10, 30] as const, [50, 60] as const]
    const spans = seconds.map(([from, to]) => ({ fromUs: from * 1e6, toUs: to * 1e6 }))
    const tally = new MessageTally(2, online, spans)
    for (const [id, writtenS, receivedS] of [
      ['a', 5, 25],
      ['b', 15, 33],
      ['c', 40, 90]
    ] as const) {
      tally.written(id as MessageId, text(1), writtenS * SECOND_US)
      tally.received(id as MessageId, 1, receivedS * SECOND_US)
    }
    assert.deepEqual(
      [...tally.recoveriesUs],
      [13, 3, 0].map((count) => count * SECOND_US)
    )
    assert.equal(tally.endUs(1), 30 * SECOND_US)
  })

  it('counts what comes twice, and what comes to somebody else not at all', () => {
    const { at, tally } = setUp()
    tally.written(M, text(1), at(1))
    tally.received(M, 0, at(2))
    tally.received(M, 1, at(3))
    tally.received(M, 1, at(4))
    assert.deepEqual([tally.sum('received'), tally.sum('duplicates')], [1, 1])
  })

  it('is told of each text, by what is known of it before the run', () => {
    const { at, tally } = setUp()
    tally.written(M, text(1), at(2))
    tally.received(M, 1, at(4))
    tally.written('n' as MessageId, text(3), at(3))
    assert.deepEqual(
      [...tally.outcomes()],
      [
        { ...text(1), wholeUs: at(2) },
        { ...text(3), wholeUs: undefined }
      ]
    )
  })

  it('misses nothing of who was away for as long as it was at too few relays', () => {
    const { at, online, tally } = setUp()
    online.set(1, false, at(0))
    tally.written(M, text(1), at(1))
    assert.deepEqual(tally.due(at(1_000), at(120)), { count: 0, missing: 0 })
    online.set(1, true, at(1_000))
    assert.deepEqual(tally.due(at(1_130), at(120)), { count: 1, missing: 1 })
  })

  it('misses only what could have come', () => {
    const { at, online, tally } = setUp()
    tally.written(M, text(1), at(1))
    assert.deepEqual(tally.due(at(60), at(120)), { count: 0, missing: 0 })
    assert.deepEqual(tally.due(at(130), at(120)), { count: 1, missing: 1 })
    tally.told(M, 'on-relay', at(130))
    online.set(1, false, at(140))
    assert.deepEqual(tally.due(at(1_000), at(120)), { count: 0, missing: 0 })
    online.set(1, true, at(1_000))
    assert.deepEqual(tally.due(at(1_200), at(120)), { count: 1, missing: 1 })
    tally.received(M, 1, at(1_201))
    assert.deepEqual(tally.due(at(1_300), at(120)), { count: 1, missing: 0 })
  })
})
