import assert from 'node:assert/strict'
import { FIRST, MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import type { MailboxAnswer } from '@sealpost/protocol'
import { TestRelay } from '../peer/test-relay.ts'
import { answering, first, row, scene, stored } from './outbox-scene.ts'

describe('a message on its way', () => {
  for (const [relayCount, quorum] of [
    [1, 1],
    [2, 2],
    [3, 2],
    [5, 2]
  ] as const) {
    it(`has its tick once ${String(quorum)} of ${String(relayCount)} relays have stored it, and not before`, () => {
      const { alice, bob, relays } = scene(relayCount)
      for (const relay of relays) {
        relay.isUp = false
      }
      alice.send(bob)
      const ticks = relays.map((relay) => {
        relay.isUp = true
        alice.advance(10 * MINUTE_MS)
        return alice.takeNotices('message-state').length
      })
      const expected = relays.map((_, index) => (index === quorum - 1 ? 1 : 0))
      assert.deepEqual(ticks, expected)
      assert.ok((row(alice, bob, 1)?.onRelayAtMs ?? 0) > 0)
    })
  }

  it('goes to every relay of the device, each under an id of its own', () => {
    const { alice, bob, relays } = scene(5)
    alice.send(bob)
    for (const relay of relays) {
      assert.deepEqual(stored(relay), [1])
    }
    const ids = relays.map((relay) => relay.envelopes[0]?.envelopeId)
    assert.equal(new Set(ids).size, 5)
    assert.equal(row(alice, bob, 1)?.replicas.length, 5)
    assert.ok(!alice.machine.isBusy())
  })

  it('has its tick from a relay that was asked after the recipient had fetched it elsewhere', () => {
    const { alice, bob, relays } = scene(2)
    answering(first(relays), { type: 'deposited', outcome: 'gone' })
    alice.send(bob)
    assert.deepEqual(alice.takeNotices('message-state'), [])
    assert.equal(first(relays).count('deposit'), 1)
    assert.equal(row(alice, bob, 1)?.replicas.length, 2)
  })

  it('has no tick from a relay that only accepted it', () => {
    const { alice, bob, relays } = scene(1)
    answering(first(relays), { type: 'deposited', outcome: 'accepted' }, (count) => count < 2)
    alice.send(bob)
    assert.equal(row(alice, bob, 1)?.replicas.length, 0)
    alice.advance(MINUTE_MS)
    assert.equal(row(alice, bob, 1)?.replicas.length, 1)
    assert.equal(alice.takeNotices('message-state').length, 1)
  })

  it('has no tick from any answer to something else', () => {
    const answers: readonly MailboxAnswer[] = [
      { type: 'acked' },
      { type: 'destroyed' },
      { type: 'taken' },
      { type: 'registered', outcomes: ['done'] },
      { type: 'subscribed', outcomes: ['done'] },
      { type: 'claimables-stored' }
    ]
    for (const answer of answers) {
      const { alice, bob, relays } = scene(1)
      answering(first(relays), answer, (count) => count === 0)
      alice.send(bob)
      assert.equal(row(alice, bob, 1)?.replicas.length, 0)
      alice.advance(10 * SECOND_MS)
      assert.equal(row(alice, bob, 1)?.replicas.length, 1)
    }
  })

  it('waits for a relay that is down, and goes there when it is back', () => {
    const { alice, bob, relays } = scene(3)
    const rita = first(relays)
    alice.send(bob)
    alice.down(rita)
    alice.send(bob)
    assert.deepEqual(stored(rita), [1])
    rita.isUp = true
    alice.advance(10 * SECOND_MS)
    assert.deepEqual(stored(rita), [1, 2])
    assert.equal(rita.count('deposit'), 2)
  })

  it('goes again to a relay that lost its store, and only to that one', () => {
    const { alice, bob, relays } = scene(3)
    for (let i = 0; i < 40; i++) {
      alice.send(bob)
    }
    const rita = first(relays)
    const others = relays.slice(1).map((relay) => relay.count('deposit'))
    alice.down(rita)
    rita.wipe()
    rita.isUp = true
    alice.advance(10 * SECOND_MS)
    assert.deepEqual(
      stored(rita),
      Array.from({ length: 40 }, (_, index) => index + 1)
    )
    assert.deepEqual(
      relays.slice(1).map((relay) => relay.count('deposit')),
      others
    )
    const replicas = row(alice, bob, 7)?.replicas.map(({ storeId }) => storeId)
    assert.ok(replicas?.includes(rita.info.storeId))
  })

  it('goes on under the same id after a crash, so that it meets itself', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    answering(rita, 'silent')
    alice.send(bob)
    rita.script = () => undefined
    alice.restart()
    const [before, after] = rita.all('deposit')
    assert.ok(before !== undefined && after !== undefined)
    assert.equal(before.envelopeId, after.envelopeId)
    assert.equal(alice.takeNotices('message-state').length, 1)
  })

  it('is in order at each relay', () => {
    const { alice, bob, relays } = scene(2)
    for (let i = 0; i < 100; i++) {
      alice.send(bob)
    }
    for (const relay of relays) {
      assert.deepEqual(
        stored(relay),
        Array.from({ length: 100 }, (_, index) => index + 1)
      )
    }
  })

  it('is deposited for as long as nobody receipted it, and never after', () => {
    const { alice, bob, relays } = scene(1)
    alice.send(bob)
    alice.told(bob, { deliveredUpTo: 1 })
    assert.equal(row(alice, bob, 1), undefined)
    const rita = first(relays)
    rita.wipe()
    alice.cut(rita.nodeKey)
    alice.send(bob)
    alice.advance(MINUTE_MS)
    assert.deepEqual(stored(rita), [2])
  })

  it('that is receipted while its deposit is under way is not written again', () => {
    const { alice, bob, relays } = scene(2)
    answering(first(relays), 'silent')
    alice.send(bob)
    alice.told(bob, { deliveredUpTo: 1 })
    assert.equal(row(alice, bob, 1), undefined)
    const number = first(relays).asked.at(-1)?.number ?? 0
    alice.frame(first(relays), {
      type: 'answer',
      number,
      answer: { type: 'deposited', outcome: 'stored' }
    })
    assert.equal(row(alice, bob, 1), undefined)
  })
})

describe('a queue of ten thousand', () => {
  it('stays on disk while nobody can be reached, and all of it goes out', () => {
    const { alice, bob, relays } = scene(3)
    for (const relay of relays) {
      relay.isUp = false
      // Only counted: ten thousand rows of a test relay would be its own trouble.
      relay.script = ({ request }) =>
        request.type === 'deposit' ? { type: 'deposited', outcome: 'stored' } : undefined
      alice.cut(relay.nodeKey)
    }
    for (let i = 0; i < 10_000; i++) {
      alice.send(bob, 'x')
    }
    assert.equal(alice.rows.count('outbox'), 10_000)
    let rowsMax = 0
    alice.onInput = (input) => {
      rowsMax = Math.max(rowsMax, input.type === 'records' ? input.rows.length : 0)
    }
    for (const relay of relays) {
      relay.isUp = true
    }
    alice.advance(10 * MINUTE_MS)
    assert.ok(rowsMax > 0 && rowsMax <= 64, String(rowsMax))
    for (const relay of relays) {
      assert.equal(relay.count('deposit'), 10_000)
    }
    assert.ok(!alice.machine.isBusy())
    for (let number = 1; number <= 10_000; number += 999) {
      assert.equal(row(alice, bob, number)?.replicas.length, 3)
    }
  }).timeout(20_000)

  it('never has more than 16 in flight at a relay, nor more than 64 rows in memory', () => {
    const { alice, bob, relays } = scene(3)
    const open = relays.map(() => new Set<number>())
    relays.forEach((relay, index) => {
      relay.script = ({ request, number }) => {
        if (request.type !== 'deposit') {
          return undefined
        }
        open[index]?.add(number)
        return 'silent'
      }
    })
    for (let i = 0; i < 300; i++) {
      alice.send(bob)
    }
    // A relay that is slower than the others does not hold them up.
    for (let round = 0; round < 200; round++) {
      relays.forEach((relay, index) => {
        const numbers = [...(open[index] ?? [])]
        assert.ok(numbers.length <= 16)
        const some = index === 0 ? numbers.slice(0, 1) : numbers
        for (const number of some) {
          open[index]?.delete(number)
          const answer = { type: 'deposited', outcome: 'stored' } as const
          alice.frame(relay, { type: 'answer', number, answer })
        }
      })
    }
    assert.deepEqual(
      relays.slice(1).map((relay) => relay.count('deposit')),
      [300, 300]
    )
    assert.ok(first(relays).count('deposit') > 100)
  })
})

describe('an address that is replaced', () => {
  it('is not written back by an answer that comes late', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    answering(rita, 'silent')
    alice.send(bob)
    const rosa = new TestRelay('rosa')
    alice.relays.set(rosa.nodeKey, rosa)
    alice.invite('link')
    alice.request('link', 'bob', { relays: [rosa], record: { version: 2 } })
    assert.equal(alice.machine.theirAddress(bob, FIRST)?.version, 2)
    const number = rita.asked.find(({ request }) => request.type === 'deposit')?.number ?? 0
    alice.frame(rita, {
      type: 'answer',
      number,
      answer: { type: 'deposited', outcome: 'stored' }
    })
    alice.restart()
    assert.equal(alice.machine.theirAddress(bob, FIRST)?.version, 2)
    assert.deepEqual(stored(rosa).slice(0, 1), [1])
  })

  it('has what was not receipted deposited anew', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    for (let i = 0; i < 100; i++) {
      alice.send(bob)
    }
    const mailboxes = new Set(rita.envelopes.map(({ mailboxId }) => mailboxId))
    alice.invite('link')
    alice.request('link', 'bob', { relays: [rita], record: { seed: new Uint8Array(32).fill(9) } })
    const anew = rita.envelopes.filter(({ mailboxId }) => !mailboxes.has(mailboxId))
    assert.equal(anew.length, 100)
    assert.equal(new Set(rita.envelopes.map(({ envelopeId }) => envelopeId)).size, 200)
  })
})
