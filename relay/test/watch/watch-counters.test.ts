import assert from 'node:assert/strict'
import { bothObservers } from '../../src/log/observers.ts'
import { WatchCounters } from '../../src/watch/watch-counters.ts'

describe('what the watch counts', () => {
  it('is each request once, by how it ended', () => {
    const counters = new WatchCounters()
    const observer = bothObservers(new WatchCounters(), counters)
    observer.onRequest('deposit', 'stored', 7)
    observer.onRequest('deposit', 'busy', 1)
    observer.onRequest('deposit', 'denied', 1)
    observer.onRequest('deposit', 'needs-work', 1)
    observer.onRequest('recall', 'internal', 1)
    observer.onRequest('register', 'done', 1)
    observer.onRequest('info', 'done', 1)
    observer.onAcked(3)
    observer.onDelivered()
    observer.onConnectionRefused('range')
    const { refusedCounts, ...counts } = counters.counts
    assert.deepEqual(counts, {
      depositCount: 1,
      deliveredCount: 1,
      ackedCount: 3,
      expiredCount: 0
    })
    assert.deepEqual(
      Object.entries(refusedCounts).filter(([, count]) => count > 0),
      [
        ['denied', 1],
        ['busy', 1],
        ['internal', 1],
        ['connection-range', 1]
      ]
    )
    const { totals, values } = counters.take()
    assert.deepEqual(totals, {
      'deposits-per-second': 1,
      'deliveries-per-second': 1,
      'acks-per-second': 3,
      'registrations-per-second': 1,
      'connections-per-second': 1,
      'refused-per-second': 1,
      'busy-per-second': 1,
      'failures-per-second': 1,
      'connections-refused-per-second': 1,
      'expired-per-second': 0
    })
    assert.deepEqual(values, { 'deposit-ms': 7 })
  })

  it('is no connection of a range that was blocked, which is turned away as it was said', () => {
    const counters = new WatchCounters()
    counters.onConnectionRefused('blocked')
    assert.equal(counters.take().totals['connections-refused-per-second'], 0)
    assert.equal(counters.counts.refusedCounts['connection-blocked'], 1)
  })

  it('is the slowest hundredth of the waits since it was last asked', () => {
    const counters = new WatchCounters()
    for (let ms = 1; ms <= 200; ms++) {
      counters.onCommitted(ms)
    }
    assert.equal(counters.take().values['commit-ms'], 198)
    assert.equal(counters.take().values['commit-ms'], undefined)
  })

  it('remembers a bounded number of waits', () => {
    const counters = new WatchCounters()
    for (let at = 0; at < 5_000; at++) {
      counters.onCommitted(at < 3_000 ? 1_000 : 1)
    }
    assert.equal(counters.take().values['commit-ms'], 1)
  })
})
