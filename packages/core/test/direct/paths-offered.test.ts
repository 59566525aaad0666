import assert from 'node:assert/strict'
import {
  type ContactId,
  decodeLiveContent,
  type LiveBody,
  OFFERS_ADDRESS,
  offerIds
} from '@sealpost/protocol'
import { ContactState } from '@sealpost/protocol/home'
import { type Scene, scene } from '../delivery/outbox-scene.ts'
import { bytesOf, content, device, FIRST, MINUTE_MS, relayKey, SECOND_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import { ALICES_KEY, BOBS_KEY, connect, open, tell } from './direct-scene.ts'
import { endOf } from './path-play.ts'

const ANYBODY = { origin: undefined } as const

/** Alice in a browser, with bob at one relay, and her transport open. */
function browserScene(): Scene {
  const made = scene(1)
  openBrowser(made.alice)
  return made
}

function openBrowser(alice: TestPeer): void {
  alice.take('open-direct')
  alice.give({ type: 'direct-opened', nodeKey: ALICES_KEY, addresses: [OFFERS_ADDRESS] })
}

function tellBrowser(alice: TestPeer, bob: ContactId): void {
  tell(alice, bob, { addresses: [OFFERS_ADDRESS] })
}

/** What alice said live through relays. */
function said({ relays }: Scene): readonly LiveBody[] {
  return relays.flatMap((relay) =>
    relay
      .all('deposit')
      .filter(({ isLive }) => isLive)
      .map(({ ciphertext }) => decodeLiveContent(ciphertext.bytes).body)
  )
}

/** Bob offers alice a path. */
function offer(
  alice: TestPeer,
  bob: ContactId,
  { name = 'offer', from = FIRST, ageMs = 0, nodeKey = BOBS_KEY } = {}
): void {
  const offerId = offerIds.fromBytes(bytesOf(name, 16))
  const body = { type: 'path-offer', offerId, nodeKey, end: endOf(name) } as const
  const live = { sentAtMs: alice.nowMs - ageMs, body }
  alice.give({ type: 'live-received', contactId: bob, device: from, live, ...ANYBODY })
}

describe('a path between two browsers', () => {
  it('is offered where a device says that it takes offers, and told through a relay', () => {
    const made = browserScene()
    const { alice, bob } = made
    assert.deepEqual(alice.machine.here(bob)?.addresses, [OFFERS_ADDRESS])
    tellBrowser(alice, bob)
    const [offered, ...more] = alice.take('offer-path')
    assert.ok(offered !== undefined && more.length === 0)
    assert.deepEqual(alice.take('dial-direct'), [])
    alice.give({ type: 'path-made', attempt: offered.attempt, end: endOf('alice') })
    const [word] = said(made)
    assert.ok(word?.type === 'path-offer')
    assert.deepEqual([word.nodeKey, word.end], [ALICES_KEY, endOf('alice')])
    const answer = { ...word, type: 'path-answer', nodeKey: BOBS_KEY, end: endOf('bob') } as const
    const live = { sentAtMs: alice.nowMs, body: answer }
    alice.give({ type: 'live-received', contactId: bob, device: FIRST, live, ...ANYBODY })
    assert.deepEqual(
      alice.take('take-answer').map(({ attempt, end }) => [attempt, end]),
      [[offered.attempt, endOf('bob')]]
    )
    alice.give({ type: 'direct-connected', stream: 1, nodeKey: BOBS_KEY, isDialled: true })
    assert.deepEqual(
      alice.takeNotices('direct-changed').map(({ isDirect }) => isDirect),
      [true]
    )
    alice.advance(MINUTE_MS)
    assert.deepEqual(alice.take('drop-path'), [])
    assert.equal(said(made).length, 1, 'it is not said again')
  })

  it('is answered, and belongs to who offered it although that device said nothing yet', () => {
    const made = browserScene()
    const { alice, bob } = made
    offer(alice, bob)
    const [answer] = alice.take('answer-path')
    assert.deepEqual([answer?.nodeKey, answer?.end], [BOBS_KEY, endOf('offer')])
    alice.give({ type: 'path-made', attempt: answer?.attempt ?? 0, end: endOf('alice') })
    assert.deepEqual(
      said(made).map(({ type }) => type),
      ['path-answer']
    )
    alice.give({ type: 'direct-connected', stream: 1, nodeKey: BOBS_KEY, isDialled: false })
    assert.equal(alice.takeNotices('direct-changed')[0]?.isDirect, true)
  })

  it('is not answered to who may have none, nor late, nor where alice makes none', () => {
    const { alice, bob } = browserScene()
    offer(alice, bob, { name: 'late', ageMs: MINUTE_MS + 1 })
    offer(alice, bob, { name: 'no device', from: device(2) })
    offer(alice, bob, { name: 'alice', nodeKey: ALICES_KEY })
    alice.give({ type: 'set-direct', contactId: bob, direct: 'off' })
    alice.give({ type: 'change-settings', settings: { isDirect: false } })
    offer(alice, bob, { name: 'no leave' })
    alice.give({ type: 'set-direct', contactId: bob, direct: 'on' })
    offer(alice, bob, { name: 'closed' })
    open(alice)
    offer(alice, bob, { name: 'no browser' })
    assert.deepEqual(alice.take('answer-path'), [])
    const other = browserScene()
    offer(other.alice, other.bob, { name: 'in time', ageMs: MINUTE_MS })
    assert.equal(other.alice.take('answer-path').length, 1)
  })

  it('is nobody’s who is no contact yet, or is blocked', () => {
    for (const state of [ContactState.REQUESTED, ContactState.BLOCKED]) {
      const relay = new TestRelay('rita')
      const alice = new TestPeer('alice', [relay])
      const bob = alice.knows('bob', [relay], { contact: { state } })
      alice.knows('carol', [relay])
      alice.online()
      openBrowser(alice)
      offer(alice, bob)
      tellBrowser(alice, bob)
      assert.deepEqual([alice.take('answer-path'), alice.take('offer-path')], [[], []])
    }
  })

  it('is dropped with the leave, while it is offered and while it is answered', () => {
    for (const begin of [tellBrowser, offer]) {
      const { alice, bob } = browserScene()
      begin(alice, bob)
      alice.take('offer-path')
      alice.give({ type: 'set-direct', contactId: bob, direct: 'off' })
      assert.equal(alice.take('drop-path').length, 1)
      alice.give({ type: 'path-made', attempt: 1, end: endOf('too late') })
      alice.advance(MINUTE_MS)
      assert.deepEqual(alice.take('drop-path'), [])
    }
  })

  it('that failed is tried again after half a minute, where there is something to send', () => {
    const made = browserScene()
    const { alice, bob } = made
    const write = (): number => {
      alice.submit(bob, content(0, { type: 'receipt' }))
      return alice.take('offer-path').length
    }
    tellBrowser(alice, bob)
    const [offered] = alice.take('offer-path')
    alice.give({ type: 'path-failed', attempt: offered?.attempt ?? 0 })
    assert.equal(write(), 0)
    alice.advance(30 * SECOND_MS)
    assert.equal(write(), 1)
    assert.equal(write(), 0, 'one at a time')
  })

  it('to a device that was started anew ends the path to what it was before', () => {
    const { alice, bob } = browserScene()
    connect(alice, bob)
    const anew = relayKey('bob again')
    offer(alice, bob, { nodeKey: anew })
    assert.equal(alice.take('answer-path').length, 1)
    alice.takeNotices('direct-changed')
    alice.give({ type: 'direct-connected', stream: 2, nodeKey: anew, isDialled: false })
    assert.deepEqual(
      alice.take('cut-direct').map(({ stream }) => stream),
      [1]
    )
    assert.deepEqual(alice.takeNotices('direct-changed'), [], 'there is a path all the time')
  })
})
