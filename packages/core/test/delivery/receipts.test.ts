import assert from 'node:assert/strict'
import { numberIndexKeyOf, messagesOf, type Timeline } from '../peer/stored-messages.ts'
import type { ContactId, Progress } from '@sealpost/protocol'
import fc from 'fast-check'
import { content, device, FIRST, MINUTE_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'

function scene(count: number): {
  readonly alice: TestPeer
  readonly bob: ContactId
  readonly rita: TestRelay
} {
  const rita = new TestRelay('rita')
  const alice = new TestPeer('alice', [rita])
  const bob = alice.knows('bob', [rita])
  alice.online()
  for (let i = 0; i < count; i++) {
    alice.send(bob)
  }
  return { alice, bob, rita }
}

/** The numbers that still wait for their receipt. */
function waiting(alice: TestPeer): readonly number[] {
  return alice.rows.all('outbox').map(({ key }) => Number.parseInt(key.slice(36), 16))
}

function states(alice: TestPeer, bob: ContactId): readonly Timeline['state'][] {
  return messagesOf(alice.rows, bob).map(({ state }) => state)
}

const HONEST: Progress = { device: FIRST, deliveredUpTo: 0, deliveredBeyond: [], readUpTo: 0 }

describe('a receipt', () => {
  it('makes messages delivered, and what was on its way goes', () => {
    const { alice, bob } = scene(3)
    alice.takeNotices('message-state')
    alice.told(bob, { deliveredUpTo: 2 })
    assert.deepEqual(states(alice, bob), ['delivered', 'delivered', 'on-relay'])
    assert.deepEqual(waiting(alice), [3])
    assert.deepEqual(
      alice.takeNotices('message-state').map(({ state }) => state),
      ['delivered', 'delivered']
    )
    assert.equal(alice.machine.theirProgress(bob, FIRST).deliveredUpTo, 2)
  })

  it('says so of what lies beyond gaps, too', () => {
    const { alice, bob } = scene(9)
    alice.told(bob, {
      deliveredUpTo: 1,
      deliveredBeyond: [
        { first: 3, last: 4 },
        { first: 7, last: 7 }
      ]
    })
    assert.deepEqual(waiting(alice), [2, 5, 6, 8, 9])
    assert.equal(alice.machine.theirProgress(bob, FIRST).deliveredUpTo, 1)
    alice.told(bob, { deliveredUpTo: 5, deliveredBeyond: [{ first: 7, last: 9 }] })
    assert.deepEqual(waiting(alice), [6])
    alice.told(bob, { deliveredUpTo: 9 })
    assert.deepEqual(waiting(alice), [])
    assert.deepEqual(new Set(states(alice, bob)), new Set(['delivered']))
  })

  it('keeps in the message what relays had answered', () => {
    const { alice, bob, rita } = scene(1)
    alice.told(bob, { deliveredUpTo: 1 })
    const [message] = messagesOf(alice.rows, bob)
    assert.deepEqual(
      message?.storedAt.map(({ relay }) => relay),
      [rita.nodeKey]
    )
    assert.ok((message?.onRelayAtMs ?? 0) > 0)
  })

  it('is told once: an older one that comes later changes nothing', () => {
    const { alice, bob } = scene(5)
    alice.told(bob, { deliveredUpTo: 5, readUpTo: 3 })
    alice.takeNotices('message-state')
    alice.told(bob, { deliveredUpTo: 2, readUpTo: 1 })
    assert.deepEqual(alice.takeNotices('message-state'), [])
    assert.equal(alice.machine.theirProgress(bob, FIRST).deliveredUpTo, 5)
    assert.equal(alice.machine.theirProgress(bob, FIRST).readUpTo, 3)
  })

  it('of thousands is worked off page by page', () => {
    const { alice, bob } = scene(1_000)
    let rowsMax = 0
    alice.onInput = (input) => {
      if (input.type === 'records') {
        rowsMax = Math.max(rowsMax, input.rows.length, input.values.length)
      }
    }
    alice.told(bob, { deliveredUpTo: 1_000, readUpTo: 1_000 })
    assert.equal(rowsMax, 64)
    assert.deepEqual(waiting(alice), [])
    assert.deepEqual(new Set(states(alice, bob)), new Set(['read']))
  })

  it('that was not worked off at a crash is worked off after it: it does not come again', () => {
    for (let step = 0; step < 12; step++) {
      const { alice, bob } = scene(200)
      alice.isHolding = true
      alice.told(bob, { deliveredUpTo: 200, readUpTo: 150 })
      for (let i = 0; i < step; i++) {
        alice.answerReads()
      }
      const upTo = alice.machine.theirProgress(bob, FIRST).deliveredUpTo
      assert.ok(
        waiting(alice).every((number) => number > upTo),
        'nothing is left behind'
      )
      alice.isHolding = false
      alice.restart()
      assert.deepEqual(waiting(alice), [])
      const isRead = Array.from({ length: 200 }, (_, at) => (at < 150 ? 'read' : 'delivered'))
      assert.deepEqual(states(alice, bob), isRead)
    }
  })

  it('that came before relays could say that they had what a crash hid counts once one of them does', () => {
    const { alice, bob, rita } = scene(2)
    rita.script = ({ request }) => (request.type === 'deposit' ? 'silent' : undefined)
    for (let count = 0; count < 3; count++) {
      alice.send(bob)
    }
    alice.restart(false)
    alice.told(bob, { deliveredUpTo: 5, readUpTo: 1 })
    assert.deepEqual(waiting(alice), [3, 4, 5], 'it looks as if nobody could have them')
    const gone = { type: 'deposited', outcome: 'gone' } as const
    rita.script = ({ request }) => (request.type === 'deposit' ? gone : undefined)
    alice.online()
    assert.deepEqual(waiting(alice), [])
    const delivered = Array<Timeline['state']>(4).fill('delivered')
    assert.deepEqual(states(alice, bob), ['read', ...delivered])
  })

  it('for another device of ours says nothing of this one', () => {
    const { alice, bob } = scene(3)
    alice.told(bob, { device: device(2), deliveredUpTo: 3, readUpTo: 3 })
    assert.deepEqual(waiting(alice), [1, 2, 3])
  })

  it('rides on any content', () => {
    const { alice, bob } = scene(3)
    const progress = [{ ...HONEST, deliveredUpTo: 3 }]
    alice.receive(bob, content(1, undefined, { progress }))
    assert.deepEqual(waiting(alice), [])
  })

  it('that comes before its address goes for the request that it answers', () => {
    const { alice, bob } = scene(2)
    alice.told(bob, { deliveredUpTo: 2 })
    alice.restart()
    assert.ok(!alice.machine.isBusy())
    assert.equal(alice.machine.theirProgress(bob, FIRST).deliveredUpTo, 2)
  })
})

describe('a receipt that lies', () => {
  it('about numbers never sent says it of those that were', () => {
    const { alice, bob } = scene(3)
    alice.told(bob, {
      deliveredUpTo: Number.MAX_SAFE_INTEGER,
      readUpTo: Number.MAX_SAFE_INTEGER,
      deliveredBeyond: []
    })
    assert.deepEqual(waiting(alice), [])
    assert.deepEqual(alice.machine.theirProgress(bob, FIRST), { deliveredUpTo: 3, readUpTo: 3 })
    alice.send(bob)
    assert.deepEqual(waiting(alice), [4])
    assert.equal(states(alice, bob).at(-1), 'on-relay')
  })

  it('about numbers never sent keeps them from being given, up to a million further', () => {
    for (const [last, next] of [
      [7, 8],
      [1_000_003, 1_000_004],
      [1_000_004, 4]
    ] as const) {
      const { alice, bob } = scene(3)
      alice.told(bob, { deliveredBeyond: [{ first: 5, last }] })
      assert.equal(alice.machine.contact(bob)?.nextNumber, next)
      alice.restart()
      assert.equal(alice.machine.contact(bob)?.nextNumber, next)
    }
  })

  it('about ranges never sent changes nothing of what was sent', () => {
    const { alice, bob } = scene(3)
    alice.told(bob, {
      deliveredBeyond: [
        { first: 5, last: 9 },
        { first: 1e9, last: Number.MAX_SAFE_INTEGER }
      ]
    })
    assert.deepEqual(waiting(alice), [1, 2, 3])
    assert.deepEqual(alice.machine.theirProgress(bob, FIRST), { deliveredUpTo: 0, readUpTo: 0 })
  })

  it('about a range that ends beyond the last ends there', () => {
    const { alice, bob } = scene(3)
    alice.told(bob, { deliveredBeyond: [{ first: 3, last: Number.MAX_SAFE_INTEGER }] })
    assert.deepEqual(waiting(alice), [1, 2])
  })

  it('that it read what it does not hold is not believed', () => {
    const { alice, bob } = scene(3)
    alice.told(bob, { deliveredUpTo: 1, readUpTo: 3 })
    assert.deepEqual(alice.machine.theirProgress(bob, FIRST), { deliveredUpTo: 1, readUpTo: 1 })
    assert.deepEqual(states(alice, bob), ['read', 'on-relay', 'on-relay'])
  })

  it('the same way over and over costs no reading of what is on its way', () => {
    const { alice, bob } = scene(500)
    const word = { deliveredBeyond: [{ first: 400, last: 500 }] }
    alice.told(bob, word)
    let reads = 0
    alice.onInput = (input) => {
      reads += input.type === 'records' ? 1 : 0
    }
    for (let i = 0; i < 100; i++) {
      alice.told(bob, word)
    }
    assert.equal(reads, 0)
  })
})

describe('receipts in any order', () => {
  it('leave exactly what none of them told', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 6 }))
    const word = fc.record(
      { upTo: fc.integer({ min: 0, max: 40 }), ranges: fc.array(range, { maxLength: 6 }) },
      { noNullPrototype: true }
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const { alice, bob } = scene(40)
        const told = new Set<number>()
        for (const { upTo, ranges } of words) {
          const beyond: { first: number; last: number }[] = []
          for (const [start, length] of ranges.toSorted((a, b) => a[0] - b[0])) {
            const after = beyond.at(-1)?.last ?? upTo
            if (start > after + 1) {
              beyond.push({ first: start, last: Math.min(40, start + length) })
            }
          }
          for (let number = 1; number <= 40; number++) {
            const isBeyond = beyond.some(({ first, last }) => first <= number && number <= last)
            if (number <= upTo || isBeyond) {
              told.add(number)
            }
          }
          alice.told(bob, { deliveredUpTo: upTo, deliveredBeyond: beyond })
        }
        const expected = Array.from({ length: 40 }, (_, index) => index + 1)
        assert.deepEqual(
          waiting(alice),
          expected.filter((number) => !told.has(number))
        )
        const delivered = states(alice, bob).filter((state) => state === 'delivered').length
        assert.equal(delivered, told.size)
      }),
      { numRuns: 60 }
    )
  })
})

describe('what is told as read', () => {
  it('is told once for each message', () => {
    const { alice, bob } = scene(3)
    alice.told(bob, { deliveredUpTo: 3, readUpTo: 2 })
    alice.takeNotices('message-state')
    alice.told(bob, { deliveredUpTo: 3, readUpTo: 3 })
    assert.deepEqual(
      alice.takeNotices('message-state').map(({ state }) => state),
      ['read']
    )
    assert.deepEqual(states(alice, bob), ['read', 'read', 'read'])
  })

  it('finds messages by their numbers, whatever is not shown between them', () => {
    const { alice, bob } = scene(1)
    alice.submit(bob, content(2, { type: 'link-used' }))
    alice.send(bob)
    alice.told(bob, { deliveredUpTo: 3, readUpTo: 3 })
    assert.deepEqual(states(alice, bob), ['read', 'read'])
    assert.equal(
      alice.rows.get({ table: 'message-index', key: numberIndexKeyOf(bob, 2) }),
      undefined
    )
    alice.advance(MINUTE_MS)
  })
})
