import assert from 'node:assert/strict'
import { EPOCH_MS } from '@sealpost/protocol'
import { DAY_MS, EPOCH, HOUR_MS, MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import type { TestRelay } from '../peer/test-relay.ts'
import { answering, depositTimes, first, scene, stored } from './outbox-scene.ts'

describe('a relay that denies', () => {
  /** Takes deposits for one epoch only; gives what was tried, relative to the present. */
  function onlyEpoch(relay: TestRelay, epoch: number | undefined): number[] {
    const tried: number[] = []
    const epochs = new Map<string, number>()
    relay.script = ({ request }) => {
      if (request.type !== 'deposit') {
        return undefined
      }
      const known = epochs.get(request.mailboxId) ?? epochs.size
      epochs.set(request.mailboxId, known)
      tried.push(known)
      return known === epoch ? undefined : { type: 'refused', reason: 'denied' }
    }
    return tried
  }

  it('is asked for one epoch after another with one envelope, and the others follow it', () => {
    const { alice, bob, relays } = scene(1, EPOCH - 10)
    const rita = first(relays)
    // The fifth that is tried: e, e+1, e-1, e-2, e-3.
    const tried = onlyEpoch(rita, 4)
    for (let i = 0; i < 20; i++) {
      alice.send(bob)
    }
    assert.deepEqual(tried.slice(0, 6), [0, 1, 2, 3, 4, 4])
    assert.equal(tried.length, 24)
    assert.deepEqual(
      stored(rita),
      Array.from({ length: 20 }, (_, index) => index + 1)
    )
  })

  it('at every epoch is left alone for a minute, then twice as long, up to six hours', () => {
    const { alice, bob, relays } = scene(1, EPOCH - 2)
    const rita = first(relays)
    const tried = onlyEpoch(rita, undefined)
    alice.send(bob)
    assert.equal(tried.length, 4)
    assert.deepEqual(alice.takeNotices('contact-problem'), [
      { type: 'contact-problem', contactId: bob, problem: 'denied' }
    ])
    assert.ok(!alice.machine.isBusy())
    alice.advance(2 * DAY_MS)
    const rounds = depositTimes(rita).filter((_, index) => index % 4 === 0)
    rounds.slice(1).forEach((atMs, index) => {
      const fullMs = Math.min(6 * HOUR_MS, MINUTE_MS * 2 ** index)
      const waitedMs = atMs - (rounds[index] ?? 0)
      assert.ok(
        waitedMs >= fullMs / 2 && waitedMs <= fullMs,
        `${String(index)}: ${String(waitedMs)}`
      )
    })
    assert.ok(rounds.length > 14, String(rounds.length))
  })

  it('is remembered over a reconnection: the waits go on growing', () => {
    const { alice, bob, relays } = scene(1, EPOCH)
    const rita = first(relays)
    onlyEpoch(rita, undefined)
    alice.send(bob)
    alice.advance(HOUR_MS)
    const before = rita.count('deposit')
    alice.cut(rita.nodeKey)
    alice.advance(MINUTE_MS)
    assert.equal(rita.count('deposit'), before + 2)
    alice.advance(10 * MINUTE_MS)
    assert.equal(rita.count('deposit'), before + 2)
  })

  it('is asked again when the contact shows up, but not more often than twice a minute', () => {
    const { alice, bob, relays } = scene(1, EPOCH)
    const rita = first(relays)
    onlyEpoch(rita, undefined)
    alice.send(bob)
    alice.advance(5 * HOUR_MS)
    rita.script = () => undefined
    assert.deepEqual(stored(rita), [])
    alice.told(bob, {})
    assert.deepEqual(stored(rita), [1])
    onlyEpoch(rita, undefined)
    alice.send(bob)
    const before = rita.count('deposit')
    for (let i = 0; i < 100; i++) {
      alice.told(bob, {})
    }
    assert.equal(rita.count('deposit'), before)
  })

  it('is not the contact’s trouble while another relay takes what is sent', () => {
    const { alice, bob, relays } = scene(2, EPOCH)
    onlyEpoch(first(relays), undefined)
    alice.send(bob)
    assert.deepEqual(alice.takeNotices('contact-problem'), [])
    assert.deepEqual(stored(relays[1] ?? first(relays)), [1])
  })

  it('is searched again from the present epoch when that turns', () => {
    const { alice, bob, relays } = scene(1, EPOCH - 3)
    const rita = first(relays)
    const tried = onlyEpoch(rita, 2)
    alice.send(bob)
    alice.send(bob)
    assert.deepEqual(tried, [0, 1, 2, 2])
    rita.script = () => undefined
    const before = rita.envelopes.at(-1)?.mailboxId
    alice.advance(EPOCH_MS)
    alice.send(bob)
    assert.notEqual(rita.envelopes.at(-1)?.mailboxId, before)
  })
})

describe('a mailbox that is full', () => {
  it('is left alone for a minute, then twice as long, and the others go on', () => {
    const { alice, bob, relays } = scene(2)
    const [rita, rosa] = [first(relays), relays[1] ?? first(relays)]
    answering(rita, { type: 'refused', reason: 'quota-exceeded' })
    for (let i = 0; i < 200; i++) {
      alice.send(bob)
    }
    assert.equal(rosa.envelopes.length, 200)
    const before = rita.count('deposit')
    assert.ok(before <= 16)
    alice.advance(29 * SECOND_MS)
    assert.equal(rita.count('deposit'), before)
    alice.advance(31 * SECOND_MS)
    assert.ok(rita.count('deposit') > before)
    assert.ok(!alice.machine.isBusy())
  })

  it('everywhere is told of', () => {
    const { alice, bob, relays } = scene(2)
    for (const relay of relays) {
      answering(relay, { type: 'refused', reason: 'quota-exceeded' })
    }
    alice.send(bob)
    assert.deepEqual(alice.takeNotices('contact-problem').at(-1), {
      type: 'contact-problem',
      contactId: bob,
      problem: 'mailbox-full'
    })
  })

  it('is filled again as soon as the contact has emptied it', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    rita.script = ({ request }) =>
      request.type === 'deposit' && rita.envelopes.length >= 10
        ? { type: 'refused', reason: 'quota-exceeded' }
        : undefined
    for (let i = 0; i < 25; i++) {
      alice.send(bob)
    }
    alice.advance(4 * HOUR_MS)
    assert.equal(rita.envelopes.length, 10)
    rita.envelopes.length = 0
    alice.told(bob, { deliveredUpTo: 10 })
    assert.deepEqual(
      stored(rita),
      Array.from({ length: 10 }, (_, index) => index + 11)
    )
  })
})

describe('a mailbox that is full and is being emptied', () => {
  it('is filled again within a second of a receipt, and not more often', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    let room = 10
    rita.script = ({ request }) => {
      return request.type === 'deposit' && room-- <= 0
        ? { type: 'refused', reason: 'quota-exceeded' }
        : undefined
    }
    for (let i = 0; i < 60; i++) {
      alice.send(bob)
    }
    assert.equal(rita.envelopes.length, 10)
    room = 5
    alice.told(bob, { deliveredUpTo: 5 })
    assert.equal(rita.envelopes.length, 10)
    alice.advance(SECOND_MS)
    assert.equal(rita.envelopes.length, 15)
    const asked = rita.count('deposit')
    for (let upTo = 6; upTo <= 15; upTo++) {
      alice.told(bob, { deliveredUpTo: upTo })
    }
    assert.equal(rita.count('deposit'), asked)
    alice.advance(SECOND_MS)
    assert.ok(rita.count('deposit') > asked)
  })
})

describe('a relay that asks for peace', () => {
  for (const reason of ['slow-down', 'busy'] as const) {
    it(`with ${reason} gets it for as long as it says`, () => {
      const { alice, bob, relays } = scene(1)
      const rita = first(relays)
      answering(rita, { type: 'refused', reason, retryAfterMs: 40_000 }, (count) => count === 0)
      alice.send(bob)
      assert.equal(rita.count('deposit'), 1)
      assert.ok(!alice.machine.isBusy())
      alice.advance(39_999)
      assert.equal(rita.count('deposit'), 1)
      alice.advance(1)
      assert.equal(rita.count('deposit'), 2)
      assert.deepEqual(stored(rita), [1])
    })

    it(`with ${reason} keeps nothing from the other relays`, () => {
      const { alice, bob, relays } = scene(2)
      const [rita, other] = relays
      assert.ok(rita !== undefined && other !== undefined)
      answering(rita, { type: 'refused', reason, retryAfterMs: 40_000 }, () => true)
      alice.send(bob)
      alice.send(bob)
      assert.deepEqual(stored(other), [1, 2])
      assert.deepEqual(stored(rita), [])
    })

    it(`with ${reason} for ever gets five minutes, and for no time a quarter of a second`, () => {
      for (const [asked, got] of [
        [Number.MAX_SAFE_INTEGER, 300_000],
        [0, 250]
      ] as const) {
        const { alice, bob, relays } = scene(1)
        const rita = first(relays)
        answering(rita, { type: 'refused', reason, retryAfterMs: asked }, (count) => count === 0)
        alice.send(bob)
        alice.advance(got - 1)
        assert.equal(rita.count('deposit'), 1)
        alice.advance(1)
        assert.equal(rita.count('deposit'), 2)
      }
    })

    it(`with ${reason} does not make single messages wait longer and longer`, () => {
      const { alice, bob, relays } = scene(1)
      const rita = first(relays)
      answering(rita, { type: 'refused', reason, retryAfterMs: 1_000 }, (count) => count < 20)
      alice.send(bob)
      alice.advance(21_000)
      assert.deepEqual(stored(rita), [1])
    })
  }

  it('with busy is tried with one deposit alone, and gets the others once it takes that', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    answering(
      rita,
      { type: 'refused', reason: 'busy', retryAfterMs: 10_000 },
      (count) => count < 12
    )
    for (let i = 0; i < 10; i++) {
      alice.send(bob)
    }
    const asked = rita.count('deposit')
    alice.advance(10_000)
    assert.equal(rita.count('deposit'), asked + 1)
    alice.advance(10_000)
    assert.equal(rita.count('deposit'), asked + 2)
    alice.advance(120_000)
    assert.equal(stored(rita).length, 10)
    assert.equal(rita.count('deposit'), 12 + 10)
  })

  it('because it is full gets what waits at once when it says that there is room', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    let isFull = true
    answering(rita, { type: 'refused', reason: 'busy', retryAfterMs: 300_000 }, () => isFull)
    for (let i = 0; i < 10; i++) {
      alice.send(bob)
    }
    rita.change({ capacity: 'busy' })
    alice.advance(MINUTE_MS)
    assert.deepEqual(stored(rita), [])
    alice.push(rita, { type: 'going-away', retryAfterMs: 0 })
    assert.deepEqual(stored(rita), [])
    isFull = false
    rita.change({ capacity: 'no-new-mailboxes' })
    alice.push(rita, { type: 'going-away', retryAfterMs: 0 })
    assert.deepEqual(stored(rita), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('because of one mailbox holds up nobody else', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    const carol = alice.knows('carol', relays)
    alice.online()
    const bobs = new Set<string>()
    rita.script = ({ request }) => {
      if (request.type === 'deposit' && (bobs.size === 0 || bobs.has(request.mailboxId))) {
        bobs.add(request.mailboxId)
        return { type: 'refused', reason: 'slow-down', retryAfterMs: 60_000 }
      }
      return undefined
    }
    alice.send(bob)
    alice.send(carol)
    assert.equal(rita.envelopes.length, 1)
  })
})

describe('an answer that does not come', () => {
  it('is asked for again after 5 seconds, then twice as long, up to six hours', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    answering(rita, 'silent')
    alice.send(bob)
    alice.advance(2 * DAY_MS)
    const times = depositTimes(rita)
    times.slice(1).forEach((atMs, index) => {
      const fullMs = Math.min(6 * HOUR_MS, 5 * SECOND_MS * 2 ** index)
      const waitedMs = atMs - (times[index] ?? 0) - 20 * SECOND_MS
      assert.ok(
        waitedMs >= fullMs / 2 && waitedMs <= fullMs,
        `${String(index)}: ${String(waitedMs)}`
      )
    })
    assert.ok(times.length > 15)
    assert.ok(!alice.machine.isBusy())
  })

  it('for one message does not hold up the others', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    alice.send(bob)
    rita.script = ({ request }) =>
      request.type === 'deposit' && request.ciphertext.bytes[0] === 2 ? 'silent' : undefined
    for (let i = 0; i < 100; i++) {
      alice.send(bob)
    }
    assert.equal(rita.envelopes.length, 100)
    alice.advance(30 * SECOND_MS)
    rita.script = () => undefined
    alice.advance(MINUTE_MS)
    assert.equal(rita.envelopes.length, 101)
  })

  it('is asked for at once when the relay is back', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    answering(rita, { type: 'refused', reason: 'internal' })
    alice.send(bob)
    alice.advance(DAY_MS)
    rita.script = () => undefined
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    assert.deepEqual(stored(rita), [1])
  })

  it('for a receipt is asked for at once when the relay is back, too', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    answering(rita, { type: 'refused', reason: 'internal' })
    alice.receive(bob, { ...alice.send(bob), number: 1, progress: [] })
    alice.advance(SECOND_MS)
    assert.equal(alice.composeReceipts(), 1)
    alice.advance(DAY_MS)
    rita.script = () => undefined
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    assert.equal(rita.envelopes.length, 2)
  })
})

describe('a relay that takes nothing so large', () => {
  it('gets the smaller ones, and the others get all', () => {
    const { alice, bob, relays } = scene(2)
    const [rita, rosa] = [first(relays), relays[1] ?? first(relays)]
    rita.script = ({ request }) =>
      request.type === 'deposit' && (request.ciphertext.bytes[0] ?? 0) % 2 === 0
        ? { type: 'refused', reason: 'too-large' }
        : undefined
    for (let i = 0; i < 200; i++) {
      alice.send(bob)
    }
    assert.equal(rita.envelopes.length, 100)
    assert.equal(rosa.envelopes.length, 200)
    assert.ok(!alice.machine.isBusy())
  })
})
