import assert from 'node:assert/strict'
import { outboxKey } from '@sealpost/core'
import type { ContactId, EnvelopeId } from '@sealpost/protocol'
import { DAY_MS, FIRST, HOUR_MS, MINUTE_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'

function scene(relayCount = 1): {
  readonly alice: TestPeer
  readonly bob: ContactId
  readonly relays: readonly TestRelay[]
  readonly rita: TestRelay
} {
  const relays = ['rita', 'rosa', 'ruth'].slice(0, relayCount).map((name) => new TestRelay(name))
  const alice = new TestPeer('alice', relays, { own: [] })
  const bob = alice.knows('bob', relays)
  alice.online()
  const [rita] = relays
  assert.ok(rita !== undefined)
  return { alice, bob, relays, rita }
}

/** How often each message was deposited, each time under another id. */
function copies(relay: TestRelay): readonly number[] {
  const ids = new Map<number, Set<EnvelopeId>>()
  for (const { deposit, envelopeId } of relay.envelopes) {
    const number = deposit.ciphertext.bytes[0] ?? 0
    ids.set(number, (ids.get(number) ?? new Set()).add(envelopeId))
  }
  const numbers = [...ids.keys()].sort((a, b) => a - b)
  return numbers.map((number) => ids.get(number)?.size ?? 0)
}

describe('what was passed over', () => {
  it('is deposited again everywhere ten minutes after something newer was receipted, and nothing else is', () => {
    const { alice, bob, relays } = scene(2)
    for (let i = 0; i < 5; i++) {
      alice.send(bob)
    }
    alice.told(bob, { deliveredUpTo: 1, deliveredBeyond: [{ first: 4, last: 4 }] })
    alice.advance(10 * MINUTE_MS - 1)
    assert.deepEqual(copies(relays[0] as TestRelay), [1, 1, 1, 1, 1])
    alice.advance(1)
    for (const relay of relays) {
      assert.deepEqual(copies(relay), [1, 2, 2, 1, 1])
    }
  })

  it('is deposited again after twice as long each time, up to a day, for as long as it is missing', () => {
    const { alice, bob, rita } = scene()
    alice.send(bob)
    alice.send(bob)
    alice.told(bob, { deliveredBeyond: [{ first: 2, last: 2 }] })
    const times: number[] = []
    for (let minute = 1; minute <= 5 * 24 * 60; minute++) {
      const before = copies(rita)[0] ?? 0
      alice.advance(MINUTE_MS)
      if ((copies(rita)[0] ?? 0) > before) {
        times.push(minute)
      }
    }
    const waits = times.map((minute, index) => minute - (times[index - 1] ?? 0))
    assert.deepEqual(waits.slice(0, 8), [10, 20, 40, 80, 160, 320, 640, 1_280])
    assert.equal(waits.at(-1), 1_440)
  })

  it('begins with ten minutes again once the gap before it was closed', () => {
    const { alice, bob, rita } = scene()
    for (let i = 0; i < 6; i++) {
      alice.send(bob)
    }
    alice.told(bob, { deliveredBeyond: [{ first: 2, last: 2 }] })
    alice.advance(3 * HOUR_MS)
    assert.ok((copies(rita)[0] ?? 0) > 3)
    alice.told(bob, { deliveredUpTo: 4, deliveredBeyond: [{ first: 6, last: 6 }] })
    alice.advance(6 * HOUR_MS)
    assert.ok((copies(rita)[4] ?? 0) > 3, String(copies(rita)[4]))
  })

  it('that arrives in the meantime is left alone', () => {
    const { alice, bob, rita } = scene()
    for (let i = 0; i < 3; i++) {
      alice.send(bob)
    }
    alice.told(bob, { deliveredBeyond: [{ first: 3, last: 3 }] })
    alice.told(bob, { deliveredUpTo: 3 })
    alice.advance(HOUR_MS)
    assert.deepEqual(copies(rita), [1, 1, 1])
  })

  it('that was deposited only just now is given its ten minutes', () => {
    const { alice, bob, rita } = scene()
    alice.down(rita)
    alice.send(bob)
    alice.send(bob)
    alice.told(bob, { deliveredBeyond: [{ first: 2, last: 2 }] })
    alice.advance(9 * MINUTE_MS)
    rita.isUp = true
    alice.advance(5 * MINUTE_MS)
    assert.equal(copies(rita)[0], 1)
    alice.advance(30 * MINUTE_MS)
    assert.equal(copies(rita)[0], 2)
  })

  it('is all of it deposited again, however much it is', () => {
    const { alice, bob, rita } = scene()
    for (let i = 0; i < 250; i++) {
      alice.send(bob)
    }
    alice.told(bob, { deliveredBeyond: [{ first: 250, last: 250 }] })
    alice.advance(11 * MINUTE_MS)
    assert.equal(rita.envelopes.length, 250 + 249)
  })

  it('while its deposit is under way is not taken for stored by the answer to the former one', () => {
    const { alice, bob, rita } = scene()
    alice.send(bob)
    alice.send(bob)
    alice.told(bob, { deliveredBeyond: [{ first: 2, last: 2 }] })
    alice.advance(10 * MINUTE_MS - 1)
    rita.wipe()
    rita.script = ({ request }) => (request.type === 'deposit' ? 'silent' : undefined)
    alice.cut(rita.nodeKey)
    alice.advance(2_000)
    rita.script = () => undefined
    for (const { number } of rita.asked.slice(-1)) {
      alice.frame(rita, {
        type: 'answer',
        number,
        answer: { type: 'deposited', outcome: 'stored' }
      })
    }
    alice.advance(30 * MINUTE_MS)
    assert.equal(copies(rita).length, 1)
    assert.ok(!alice.machine.isBusy())
  })
})

describe('what grows old at the relays', () => {
  const AGING_MS = 10.5 * DAY_MS

  it('is deposited again when three quarters of its lifetime have passed', () => {
    const { alice, bob, relays } = scene(2)
    alice.send(bob)
    alice.advance(AGING_MS)
    assert.deepEqual(copies(relays[0] as TestRelay), [1])
    alice.advance(DAY_MS)
    for (const relay of relays) {
      assert.deepEqual(copies(relay), [2])
    }
    alice.advance(AGING_MS + DAY_MS)
    assert.deepEqual(copies(relays[1] as TestRelay), [3])
  })

  it('is deposited again at a restart, too', () => {
    const { alice, bob, rita } = scene()
    alice.send(bob)
    alice.nowMs += 11 * DAY_MS
    alice.restart()
    assert.deepEqual(copies(rita), [2])
  })

  it('is deposited again although another relay refuses it all the while', () => {
    const { alice, bob, relays, rita } = scene(2)
    rita.script = ({ request }) =>
      request.type === 'deposit' ? { type: 'refused', reason: 'internal' } : undefined
    for (let i = 0; i < 100; i++) {
      alice.send(bob)
    }
    alice.advance(12 * DAY_MS)
    const rosa = relays[1] as TestRelay
    assert.deepEqual(
      copies(rosa),
      Array.from({ length: 100 }, () => 2)
    )
  })

  it('is all of it deposited again, page by page', () => {
    const { alice, bob, rita } = scene()
    for (let i = 0; i < 300; i++) {
      alice.send(bob, 'x')
    }
    alice.advance(12 * DAY_MS)
    assert.equal(rita.envelopes.length, 600)
    assert.ok(alice.rows.get({ table: 'outbox', key: outboxKey(bob, FIRST, 300) }) !== undefined)
  })

  it('is deposited again where the clock was a year ahead when it was stored', () => {
    const { alice, bob, rita } = scene()
    alice.setClock(alice.nowMs + 365 * DAY_MS)
    alice.send(bob)
    alice.setClock(alice.nowMs - 365 * DAY_MS)
    alice.advance(2 * DAY_MS)
    assert.deepEqual(copies(rita), [2])
    alice.advance(8 * DAY_MS)
    assert.deepEqual(copies(rita), [2])
  })
})
