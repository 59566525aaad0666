import assert from 'node:assert/strict'
import { type ContactId, decodeLiveContent, type LiveBody } from '@sealpost/protocol'
import { type Scene, scene } from '../delivery/outbox-scene.ts'
import { content, FIRST, MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import type { TestPeer } from '../peer/test-peer.ts'
import { connect, deposits, directScene } from './direct-scene.ts'

/** What alice said live through relays since the last look. */
function viaRelays({ relays }: Scene): readonly LiveBody[] {
  return relays.flatMap((relay) =>
    relay
      .all('deposit')
      .filter(({ isLive }) => isLive)
      .map(({ ciphertext }) => decodeLiveContent(ciphertext.bytes).body)
  )
}

function live(alice: TestPeer, bob: ContactId, body: LiveBody, sentAtMs = alice.nowMs): void {
  alice.give({
    type: 'live-received',
    contactId: bob,
    device: FIRST,
    live: { sentAtMs, body },
    origin: undefined
  })
}

function type(alice: TestPeer, bob: ContactId, isTyping: boolean): void {
  alice.give({ type: 'typing', contactId: bob, isTyping })
}

describe('the word that somebody writes', () => {
  it('is said only where its switch is on, at one relay of each device', () => {
    const made = scene(3)
    const { alice, bob } = made
    type(alice, bob, true)
    assert.deepEqual(viaRelays(made), [])
    alice.give({ type: 'change-settings', settings: { isTypingShown: true } })
    type(alice, bob, true)
    alice.advance(SECOND_MS)
    assert.deepEqual(viaRelays(made), [{ type: 'typing', isTyping: true }])
  })

  it('is said directly where there is a path', () => {
    const made = directScene()
    const { alice, bob } = made
    alice.give({ type: 'change-settings', settings: { isTypingShown: true } })
    connect(alice, bob)
    type(alice, bob, true)
    const [deposit] = deposits(alice)
    assert.equal(deposit?.isLive, true)
    assert.equal(deposit.ciphertext.type, 9)
    assert.deepEqual(viaRelays(made), [])
  })

  it('is said once in five seconds, and the last of it is always said', () => {
    const made = directScene()
    const { alice, bob } = made
    alice.give({ type: 'change-settings', settings: { isTypingShown: true } })
    connect(alice, bob)
    const told = (): readonly unknown[] =>
      deposits(alice).map(({ ciphertext }) => decodeLiveContent(ciphertext.bytes).body)
    type(alice, bob, true)
    assert.deepEqual(told(), [{ type: 'typing', isTyping: true }])
    type(alice, bob, true)
    type(alice, bob, false)
    alice.advance(5 * SECOND_MS - 1)
    assert.deepEqual(told(), [])
    alice.advance(1)
    assert.deepEqual(told(), [{ type: 'typing', isTyping: false }])
    alice.advance(MINUTE_MS)
    type(alice, bob, false)
    assert.deepEqual(told(), [], 'who did not write need not say that they stopped')
  })

  for (const [ageMs, count] of [
    [60 * SECOND_MS, 1],
    [60 * SECOND_MS + 1, 0],
    [-60 * SECOND_MS, 1],
    [-60 * SECOND_MS - 1, 0]
  ] as const) {
    it(`counts ${String(count)} times when it is ${String(ageMs)} ms old`, () => {
      const { alice, bob } = scene(1)
      live(alice, bob, { type: 'typing', isTyping: true }, alice.nowMs - ageMs)
      assert.equal(alice.takeNotices('typing').length, count)
    })
  }

  it('ends by itself after fifteen seconds, with a message at once', () => {
    const { alice, bob } = scene(1)
    live(alice, bob, { type: 'typing', isTyping: true })
    alice.takeNotices('typing')
    alice.advance(15 * SECOND_MS - 1)
    assert.deepEqual(alice.takeNotices('typing'), [])
    alice.advance(1)
    assert.equal(alice.takeNotices('typing')[0]?.isTyping, false)
    live(alice, bob, { type: 'typing', isTyping: true })
    alice.takeNotices('typing')
    alice.receive(bob, content(1))
    assert.equal(alice.takeNotices('typing')[0]?.isTyping, false)
  })

  it('is not heard out of order', () => {
    const { alice, bob } = scene(1)
    live(alice, bob, { type: 'typing', isTyping: true })
    live(alice, bob, { type: 'typing', isTyping: false }, alice.nowMs - 1)
    assert.deepEqual(
      alice.takeNotices('typing').map(({ isTyping }) => isTyping),
      [true]
    )
  })
})

describe('the word that somebody is there', () => {
  it('is said when it is switched on, every four minutes, and taken back', () => {
    const made = directScene()
    const { alice, bob } = made
    connect(alice, bob)
    const told = (): readonly LiveBody[] =>
      deposits(alice).map(({ ciphertext }) => decodeLiveContent(ciphertext.bytes).body)
    alice.give({ type: 'change-settings', settings: { isPresenceShown: true } })
    assert.deepEqual(told(), [{ type: 'presence', isOnline: true }])
    alice.give({ type: 'change-settings', settings: { isPresenceShown: false } })
    assert.deepEqual(told(), [{ type: 'presence', isOnline: false }])
    alice.advance(SECOND_MS)
    assert.deepEqual(told(), [])
  })

  it('is answered, but not over and over', () => {
    const { alice, bob } = directScene()
    connect(alice, bob)
    alice.give({ type: 'change-settings', settings: { isPresenceShown: true } })
    deposits(alice)
    live(alice, bob, { type: 'presence', isOnline: true })
    assert.deepEqual(deposits(alice), [])
    alice.advance(MINUTE_MS)
    live(alice, bob, { type: 'presence', isOnline: true })
    assert.equal(deposits(alice).length, 1)
  })

  it('holds for ten minutes', () => {
    const { alice, bob } = scene(1)
    live(alice, bob, { type: 'presence', isOnline: true })
    assert.equal(alice.machine.isPresent(bob), true)
    alice.advance(10 * MINUTE_MS - 1)
    assert.equal(alice.machine.isPresent(bob), true)
    alice.advance(1)
    assert.equal(alice.machine.isPresent(bob), false)
  })
})

describe('the lifetime of envelopes', () => {
  it('is two weeks, or thirty days for all where that was chosen', () => {
    const made = scene(1)
    const { alice, bob, relays } = made
    alice.send(bob)
    alice.give({ type: 'change-settings', settings: { lifetime: 3 } })
    alice.send(bob)
    const lifetimes = relays.flatMap((relay) =>
      relay.all('deposit').map(({ lifetime }) => lifetime)
    )
    assert.deepEqual(lifetimes, [2, 3])
  })
})
