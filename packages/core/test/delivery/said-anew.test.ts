import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import { outboxKey } from '@sealpost/core'
import { type Content, decodeContent, type MessageId, type Progress } from '@sealpost/protocol'
import { OutboxRowSchema } from '@sealpost/protocol/home'
import { recordOf, scene as met, tell } from '../address/address-scene.ts'
import { content, DAY_MS, FIRST, MINUTE_MS } from '../peer/cast.ts'
import { originOf } from '../peer/origin-of.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { TestRelay } from '../peer/test-relay.ts'
import {
  compose,
  progressOf,
  request,
  requestsAt,
  scene,
  type Scene,
  tellUnavailable,
  waiting
} from './repair-scene.ts'

/** Alice has forgotten that she had said two more; then she says so many. */
function older(count: number): Scene & { readonly ids: readonly (MessageId | undefined)[] } {
  const all = scene()
  const ids = Array.from({ length: count }, () => all.alice.send(all.bob).messageId)
  return { ...all, ids }
}

/** Bob says what he holds. */
function told({ alice, bob, rita }: Scene, deliveredUpTo: number, unheard?: number[]): void {
  const word: Progress = { device: FIRST, deliveredUpTo, deliveredBeyond: [], readUpTo: 0 }
  const receipt = content(0, { type: 'receipt' }, { progress: [word] })
  const origin = originOf(rita, 700_000 + deliveredUpTo)
  alice.give({ type: 'received', origin, contactId: bob, device: FIRST, content: receipt, unheard })
}

/** What waits for bob's receipt. */
function contents({ alice, bob }: Scene): readonly Content[] {
  return waiting({ alice, bob, rita: new TestRelay('rita') }).map((number) => {
    const value = alice.rows.get({ table: 'outbox', key: outboxKey(bob, FIRST, number) })
    return decodeContent(fromBinary(OutboxRowSchema, value ?? new Uint8Array(0)).content)
  })
}

function states({ alice, bob }: Scene): readonly (readonly [string, string])[] {
  return messagesOf(alice.rows, bob).map(({ text, state }) => [text, state])
}

describe('a home that was put back to what it was before', () => {
  it('says anew what a contact holds other messages of, under numbers that are free', () => {
    const all = older(2)
    const { alice, bob, ids } = all
    told(all, 5, [1, 2])
    assert.deepEqual(compose(all), [[6, 7]])
    assert.deepEqual(
      contents(all).map(({ number, messageId, was }) => ({ number, messageId, was })),
      [1, 2].map((number) => ({
        number: 5 + number,
        messageId: ids[number - 1],
        was: { device: FIRST, number }
      }))
    )
    assert.ok(states(all).every(([, state]) => state === 'queued'))
    assert.equal(alice.machine.contact(bob)?.nextNumber, 8)
    told(all, 7)
    assert.deepEqual(waiting(all), [])
    assert.deepEqual(states(all), [
      ['text 1', 'delivered'],
      ['text 2', 'delivered']
    ])
  })

  it('says once more what it said anew, however long ago that was: it may be known by its former number', () => {
    const all = older(2)
    all.alice.advance(31 * DAY_MS)
    told(all, 5, [1, 2])
    compose(all)
    told(all, 7)
    assert.deepEqual(waiting(all), [])
    request(all, { deliveredUpTo: 5 })
    assert.deepEqual(compose(all), [[6, 7]])
    assert.deepEqual(tellUnavailable(all), [])
    told(all, 7)
    all.alice.advance(31 * DAY_MS)
    all.alice.wanted.length = 0
    request(all, { deliveredUpTo: 5 })
    assert.deepEqual(compose(all), [[6, 7]])
    assert.deepEqual(tellUnavailable(all), [])
  })

  it('gives no number twice, even where nothing is on its way', () => {
    const all = older(0)
    told(all, 5)
    const { number } = all.alice.send(all.bob)
    assert.equal(number, 6)
  })

  it('begins a session, and asks for what it does not know to be lacking', () => {
    const all = older(1)
    const { alice, bob, rita } = all
    assert.equal(alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs), false)
    told(all, 5, [1])
    assert.ok(alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs))
    assert.equal(requestsAt(rita).length, 1)
    assert.deepEqual(requestsAt(rita)[0]?.ciphertextHash, new Uint8Array(0))
    alice.advance(30 * MINUTE_MS)
    assert.equal(requestsAt(rita).length, 1)
  })

  it('is reached by an address beyond all that it may have told before, and tells that once', () => {
    const { alice, bob, relays } = met()
    const all = { alice, bob, rita: relays.rita }
    const version = (): number => recordOf(alice, bob).version
    assert.equal(version(), 1)
    told(all, 5)
    const after = version()
    assert.ok(after > 1_000)
    assert.deepEqual(tell(alice), [after])
    told(all, 6)
    assert.equal(version(), after)
    request(all, { deliveredUpTo: 6 }, {}, FIRST, [6])
    assert.ok(version() > after)
  })

  it('takes back that something was delivered which the contact could not read', () => {
    const all = older(3)
    told(all, 2)
    assert.deepEqual(
      states(all).map(([, state]) => state),
      ['delivered', 'delivered', 'on-relay']
    )
    request(all, { deliveredUpTo: 2 }, {}, FIRST, [2])
    assert.deepEqual(
      states(all).map(([, state]) => state),
      ['delivered', 'queued', 'on-relay']
    )
    // What the device does not say it holds is encrypted anew, too, under the number that it has.
    assert.deepEqual(compose(all).flat().toSorted(), [3, 4])
    assert.deepEqual(waiting(all), [3, 4])
    told(all, 4)
    assert.ok(states(all).every(([, state]) => state === 'delivered'))
  })

  it('says anew what it said about messages, its own and those of others', () => {
    const all = older(1)
    const { alice, bob, ids } = all
    const [messageId] = ids
    alice.receive(bob, content(1))
    const theirs = content(1).messageId
    assert.ok(messageId !== undefined && theirs !== undefined)
    alice.submit(bob, content(2, { type: 'edit', messageId, text: 'edited' }))
    const reaction = { type: 'reaction', isOfSender: false, emoji: '👍' } as const
    alice.submit(bob, content(3, { ...reaction, messageId: theirs }))
    told(all, 5, [1, 2, 3])
    compose(all)
    assert.deepEqual(
      contents(all).map(({ number, body }) => [number, body.type, body.type === 'reaction']),
      [
        [6, 'text', false],
        [7, 'edit', false],
        [8, 'reaction', true]
      ]
    )
    assert.deepEqual(tellUnavailable(all), [])
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ text, words }) => [text, words.reactions?.[0]?.emoji]),
      [
        ['edited', undefined],
        ['text 1', '👍']
      ]
    )
  })

  it('believes no request that names nothing of this home', () => {
    const all = older(1)
    request(all, { deliveredUpTo: 5 }, {}, FIRST, [])
    assert.equal(all.alice.machine.contact(all.bob)?.nextNumber, 2)
    assert.deepEqual(compose(all), [])
  })

  it('says nothing anew that it took back, and takes back under a number that is free', () => {
    const all = older(1)
    const { alice, bob, ids } = all
    const [messageId] = ids
    assert.ok(messageId !== undefined)
    alice.submit(bob, content(2, { type: 'withdrawal', messageId, number: 1 }))
    told(all, 5, [1, 2])
    assert.deepEqual(compose(all), [[7]])
    assert.deepEqual(tellUnavailable(all), [{ shown: [], silent: [{ first: 6, last: 6 }] }])
    assert.deepEqual(
      contents(all).map(({ number, body }) => [number, body.type]),
      [
        [7, 'withdrawal'],
        [8, 'unavailable']
      ]
    )
  })

  it('goes on after a crash at any point', () => {
    for (let inInputs = 1; ; inInputs++) {
      for (const isCommitted of [true, false]) {
        const all = older(2)
        all.alice.crash = { inInputs, isCommitted }
        told(all, 5, [1, 2])
        const isCrashed = all.alice.crashCount > 0
        told(all, 5, isCrashed && all.alice.machine.isOlder(all.bob, wordsOf(5)) ? [1, 2] : [])
        compose(all)
        assert.deepEqual(waiting(all), [6, 7], `${String(inInputs)} ${String(isCommitted)}`)
        told(all, 7)
        assert.ok(states(all).every(([, state]) => state === 'delivered'))
        if (!isCrashed) {
          assert.ok(inInputs > 4)
          return
        }
      }
    }
  })
})

function wordsOf(deliveredUpTo: number): readonly Progress[] {
  return [{ device: FIRST, deliveredUpTo, deliveredBeyond: [], readUpTo: 0 }]
}

describe('a text under a number that is held', () => {
  it('is asked for where nothing of its id is here, and its sender gives it another number', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(1))
    alice.advance(1)
    alice.receive(bob, content(1, { type: 'text', text: 'another' }), undefined, 2, FIRST, false)
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ kind }) => kind),
      ['received', 'unreadable']
    )
    assert.equal(requestsAt(rita).length, 1)
    assert.equal(requestsAt(rita)[0]?.ciphertextHash.length, 16)
    assert.equal(progressOf(all).deliveredUpTo, 1)
    alice.receive(bob, content(2, { type: 'text', text: 'another' }), undefined, 3)
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ text }) => text),
      ['text 1', 'another']
    )
  })

  it('is the same once more where its id is here', () => {
    const { alice, bob, rita } = scene()
    alice.receive(bob, content(1))
    alice.receive(bob, content(1), undefined, 2, FIRST, true)
    assert.equal(messagesOf(alice.rows, bob).length, 1)
    assert.deepEqual(requestsAt(rita), [])
  })
})
