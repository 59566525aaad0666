import assert from 'node:assert/strict'
import type { RelayLimits } from '@sealpost/protocol'
import fc from 'fast-check'
import { MINUTE_MS, SECOND_MS, START_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'

/** A relay with these limits, that only counts. */
function limited(limits: Partial<RelayLimits>): TestRelay {
  const rita = new TestRelay('rita')
  rita.changeLimits(limits)
  rita.script = ({ request }) =>
    request.type === 'deposit' ? { type: 'deposited', outcome: 'stored' } : undefined
  return rita
}

function times(relay: TestRelay): readonly number[] {
  return relay.asked
    .filter(({ request }) => request.type === 'deposit')
    .map(({ atMs }) => atMs - START_MS)
}

/** The most that came within so long. */
function mostWithin(all: readonly number[], windowMs: number): number {
  let most = 0
  let start = 0
  all.forEach((atMs, index) => {
    while (atMs - (all[start] ?? 0) >= windowMs) {
      start += 1
    }
    most = Math.max(most, index - start + 1)
  })
  return most
}

describe('deposits at a relay', () => {
  it('are as many at once as it told, then as fast as it told', () => {
    const rita = limited({ depositBurst: 60, depositsPerSecond: 20 })
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rita])
    alice.online()
    for (let i = 0; i < 200; i++) {
      alice.send(bob)
    }
    assert.equal(times(rita).length, 60)
    alice.advance(SECOND_MS)
    assert.equal(times(rita).length, 80)
    alice.advance(SECOND_MS)
    assert.equal(times(rita).length, 100)
    alice.advance(5 * SECOND_MS)
    assert.equal(times(rita).length, 200)
    assert.ok(!alice.machine.isBusy())
  })

  it('are never more than its bucket has tokens, whatever it told', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 30 }),
        (depositsPerSecond, depositBurst, waits) => {
          const rita = limited({ depositsPerSecond, depositBurst })
          const alice = new TestPeer('alice', [rita])
          const bob = alice.knows('bob', [rita])
          alice.online()
          for (const waitMs of waits) {
            alice.send(bob)
            alice.send(bob)
            alice.advance(waitMs)
          }
          let tokens = depositBurst
          let lastMs = 0
          for (const atMs of times(rita)) {
            tokens = Math.min(depositBurst, tokens + ((atMs - lastMs) * depositsPerSecond) / 1_000)
            lastMs = atMs
            tokens -= 1
            assert.ok(tokens > -1e-6, String(tokens))
          }
        }
      ),
      { numRuns: 40 }
    )
  })

  it('go on at one a second where a relay says that it takes none', () => {
    const rita = limited({ depositsPerSecond: 0, depositBurst: 0, mailboxDepositsPerMinute: 0 })
    const alice = new TestPeer('alice', [rita])
    const [bob, carol] = [alice.knows('bob', [rita]), alice.knows('carol', [rita])]
    alice.online()
    alice.send(bob)
    alice.send(carol)
    assert.equal(times(rita).length, 1)
    alice.advance(SECOND_MS)
    assert.equal(times(rita).length, 2)
  })

  it('are no more a minute for one mailbox than it told', () => {
    const rita = limited({ mailboxDepositsPerMinute: 120 })
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rita])
    alice.online()
    for (let i = 0; i < 500; i++) {
      alice.send(bob)
    }
    assert.equal(times(rita).length, 120)
    alice.advance(MINUTE_MS)
    assert.equal(times(rita).length, 120)
    alice.advance(SECOND_MS)
    assert.equal(times(rita).length, 240)
    alice.advance(5 * MINUTE_MS)
    assert.equal(times(rita).length, 500)
    assert.equal(mostWithin(times(rita), MINUTE_MS), 120)
  })

  it('for one mailbox that has had its share do not hold up another', () => {
    const rita = limited({ mailboxDepositsPerMinute: 10 })
    const alice = new TestPeer('alice', [rita])
    const [bob, carol] = [alice.knows('bob', [rita]), alice.knows('carol', [rita])]
    alice.online()
    for (let i = 0; i < 50; i++) {
      alice.send(bob)
    }
    alice.send(carol)
    assert.equal(times(rita).length, 11)
  })

  it('take turns: a word to somebody is not behind a long queue for another', () => {
    const rita = limited({ depositBurst: 10, depositsPerSecond: 10 })
    const alice = new TestPeer('alice', [rita])
    const [bob, carol, dave] = ['bob', 'carol', 'dave'].map((name) => alice.knows(name, [rita]))
    assert.ok(bob !== undefined && carol !== undefined && dave !== undefined)
    alice.online()
    for (let i = 0; i < 1_000; i++) {
      alice.send(bob, 'x')
    }
    alice.advance(2_000)
    const before = rita.count('deposit')
    alice.send(carol)
    alice.send(dave)
    alice.advance(400)
    const after = rita.all('deposit').slice(before)
    const mailboxes = new Set(after.map(({ mailboxId }) => mailboxId))
    assert.equal(after.length, 4)
    assert.equal(mailboxes.size, 3)
  })

  it('begin with a full bucket on each connection', () => {
    const rita = limited({ depositBurst: 5, depositsPerSecond: 1 })
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rita])
    alice.online()
    for (let i = 0; i < 12; i++) {
      alice.send(bob)
    }
    assert.equal(times(rita).length, 5)
    alice.cut(rita.nodeKey)
    alice.advance(600)
    assert.equal(times(rita).length, 10)
  })

  it('follow limits that the relay tells later', () => {
    const rita = limited({ depositBurst: 1, depositsPerSecond: 1 })
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rita])
    alice.online()
    rita.changeLimits({ depositBurst: 100, depositsPerSecond: 100 })
    alice.advance(6 * 3_600_000 + 5_000)
    for (let i = 0; i < 50; i++) {
      alice.send(bob)
    }
    assert.equal(times(rita).length, 50)
  })
})
