import assert from 'node:assert/strict'
import type { ContactId } from '@sealpost/protocol'
import { seenRow } from '@sealpost/core'
import {
  bytesOf,
  content,
  DAY_MS,
  FIRST,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  START_MS
} from '../peer/cast.ts'
import { messagesOf, unreadOf } from '../peer/stored-messages.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { originOf } from '../peer/origin-of.ts'
import { TestRelay } from '../peer/test-relay.ts'

interface Scene {
  readonly alice: TestPeer
  readonly bob: ContactId
  readonly rita: TestRelay
}

function scene(): Scene {
  const rita = new TestRelay('rita')
  const alice = new TestPeer('alice', [rita])
  const bob = alice.knows('bob', [rita])
  alice.online()
  return { alice, bob, rita }
}

function texts({ alice, bob }: Scene): readonly string[] {
  return messagesOf(alice.rows, bob).map(({ text }) => text)
}

function acked(rita: TestRelay): readonly string[] {
  return rita.all('ack').flatMap(({ envelopeIds }) => envelopeIds)
}

/** What alice would tell bob that she holds. */
function word({ alice, bob }: Scene): unknown {
  return alice.machine.progress(bob).words[0]
}

function discard(
  { alice, bob, rita }: Scene,
  reason: 'duplicate' | 'unreadable' | 'foreign',
  number = 1
): void {
  const isForeign = reason === 'foreign'
  alice.give({
    type: 'discarded',
    origin: originOf(rita, number),
    reason,
    contactId: isForeign ? undefined : bob,
    device: isForeign ? undefined : FIRST
  })
}

describe('a message that arrives', () => {
  it('is stored once, unread, and told of with its row', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1))
    const [message] = messagesOf(alice.rows, bob)
    assert.equal(message?.text, 'text 1')
    assert.equal(message?.kind, 'received')
    assert.equal(message?.storedAtMs, START_MS)
    assert.deepEqual(unreadOf(alice.rows, bob), [message?.key])
    const [notice] = alice.takeNotices('message-received')
    assert.equal(notice?.row.key, message?.key)
  })

  it('is shown once, however many relays bring it', () => {
    const all = scene()
    const { alice, bob, rita } = all
    for (let copy = 1; copy <= 3; copy++) {
      alice.receive(bob, content(1), rita, copy)
    }
    assert.deepEqual(texts(all), ['text 1'])
    assert.equal(alice.takeNotices('message-received').length, 1)
  })

  it('late goes before those that followed it, whatever the order they came in', () => {
    for (const order of [
      [3, 1, 2, 5, 4],
      [5, 4, 3, 2, 1],
      [1, 5, 2, 4, 3],
      [2, 3, 5, 4, 1]
    ]) {
      const all = scene()
      for (const number of order) {
        all.alice.receive(all.bob, content(number))
        all.alice.advance(SECOND_MS)
      }
      assert.deepEqual(texts(all), ['text 1', 'text 2', 'text 3', 'text 4', 'text 5'])
    }
  })

  it('late keeps its place over a restart', () => {
    const all = scene()
    all.alice.receive(all.bob, content(3))
    all.alice.advance(HOUR_MS)
    all.alice.restart()
    all.alice.receive(all.bob, content(2))
    all.alice.receive(all.bob, content(1))
    assert.deepEqual(texts(all), ['text 1', 'text 2', 'text 3'])
  })

  it('never goes above what was shown already, though the clock was set back', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(1))
    alice.advance(MINUTE_MS)
    alice.send(bob, 'answer')
    alice.setClock(START_MS - DAY_MS)
    alice.receive(bob, content(2))
    alice.advance(MINUTE_MS)
    alice.send(bob, 'another answer')
    alice.receive(bob, content(3))
    assert.deepEqual(texts(all), ['text 1', 'answer', 'text 2', 'another answer', 'text 3'])
  })

  it('of a later version counts as held, though there is nothing to show', () => {
    const all = scene()
    all.alice.receive(all.bob, content(1, { type: 'unknown' }))
    all.alice.receive(all.bob, content(2))
    assert.deepEqual(texts(all), ['text 2'])
    assert.deepEqual(word(all), {
      device: FIRST,
      deliveredUpTo: 2,
      deliveredBeyond: [],
      readUpTo: 0
    })
  })

  it('with an absurd number is acknowledged and goes nowhere', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(1))
    for (const number of [1_000_002, Number.MAX_SAFE_INTEGER]) {
      alice.receive(bob, content(number), rita, number)
    }
    alice.advance(SECOND_MS)
    assert.deepEqual(texts(all), ['text 1'])
    assert.equal(acked(rita).length, 3)
    assert.deepEqual(alice.machine.gaps(bob, FIRST), [])
  })

  it('leaves a mark by its ciphertext, for as long as any relay may bring it again', () => {
    const { alice, bob, rita } = scene()
    alice.receive(bob, content(1))
    const { ciphertextHash } = originOf(rita, 101)
    assert.ok(ciphertextHash !== undefined)
    assert.ok(alice.rows.get(seenRow(ciphertextHash)) !== undefined)
    alice.advance(59 * DAY_MS)
    assert.ok(alice.rows.get(seenRow(ciphertextHash)) !== undefined)
    alice.advance(16 * DAY_MS)
    assert.equal(alice.rows.get(seenRow(ciphertextHash)), undefined)
    assert.equal(alice.rows.count('seen-week'), 0)
  })

  it('of somebody unknown is acknowledged and goes nowhere', () => {
    const { alice, rita } = scene()
    const nobody = bytesOf('nobody', 16)
    alice.receive(nobody.join('') as ContactId, content(1), rita)
    alice.advance(SECOND_MS)
    assert.equal(acked(rita).length, 1)
    assert.equal(alice.rows.count('message'), 0)
  })
})

describe('gaps', () => {
  it('are known, and told in receipts up to 64 ranges beyond', () => {
    const all = scene()
    for (let number = 2; number <= 200; number += 2) {
      all.alice.receive(all.bob, content(number))
    }
    const gaps = all.alice.machine.gaps(all.bob, FIRST)
    assert.equal(gaps.length, 100)
    assert.deepEqual(gaps[0], { first: 1, last: 1 })
    const told = all.alice.machine.progress(all.bob).words[0]
    assert.equal(told?.deliveredBeyond.length, 64)
    assert.deepEqual(told?.deliveredBeyond[0], { first: 2, last: 2 })
  })
})

describe('acks', () => {
  it('gather for two milliseconds, one request for each mailbox', () => {
    const { alice, bob, rita } = scene()
    for (let number = 1; number <= 5; number++) {
      alice.receive(bob, content(number))
    }
    assert.equal(rita.all('ack').length, 0)
    assert.ok(alice.machine.isBusy())
    alice.advance(2)
    assert.equal(rita.all('ack').length, 1)
    assert.equal(acked(rita).length, 5)
  })

  it('of 32 are sent at once', () => {
    const { alice, bob, rita } = scene()
    for (let number = 1; number <= 40; number++) {
      alice.receive(bob, content(number))
    }
    assert.equal(acked(rita).length, 32)
    alice.advance(2)
    assert.equal(acked(rita).length, 40)
  })

  it('follow the writes of the message they are about', () => {
    const { alice, bob, rita } = scene()
    for (let number = 1; number <= 31; number++) {
      alice.receive(bob, content(number))
    }
    const effects = alice.machine.handle({
      type: 'received',
      atMs: alice.nowMs,
      origin: originOf(rita, 3_201),
      contactId: bob,
      device: FIRST,
      content: content(32)
    })
    const types = effects.map(({ type }) => type)
    assert.ok(types.includes('request'))
    assert.ok(effects.some((effect) => effect.type === 'write' && effect.table === 'message'))
  })

  it('are for whatever came, read or not', () => {
    const all = scene()
    discard(all, 'foreign', 1)
    discard(all, 'unreadable', 2)
    discard(all, 'duplicate', 3)
    all.alice.advance(2)
    assert.equal(acked(all.rita).length, 3)
  })

  it('are dropped with the connection, since the relay delivers again', () => {
    const all = scene()
    const { alice, rita } = all
    discard(all, 'foreign')
    assert.ok(alice.machine.isBusy())
    alice.cut(rita.nodeKey)
    assert.ok(!alice.machine.isBusy())
    alice.advance(MINUTE_MS)
    assert.equal(rita.all('ack').length, 0)
    discard(all, 'foreign')
    alice.advance(2)
    assert.equal(acked(rita).length, 1)
  })
})

describe('receipts', () => {
  it('are composed 40 ms after the first message, for all that came by then', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1))
    alice.advance(20)
    alice.receive(bob, content(2))
    assert.deepEqual(alice.take('compose-receipt'), [])
    alice.advance(20)
    assert.deepEqual(alice.take('compose-receipt'), [{ type: 'compose-receipt', contactId: bob }])
    alice.advance(10 * SECOND_MS)
    assert.deepEqual(alice.take('compose-receipt'), [])
  })

  it('are told by any message that goes the other way', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1))
    alice.send(bob)
    alice.advance(MINUTE_MS)
    assert.deepEqual(alice.take('compose-receipt'), [])
  })

  it('are owed again for what came while one was composed', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1))
    const submission = alice.submission(bob, content(0, { type: 'receipt' }))
    alice.receive(bob, content(2))
    alice.give({ type: 'submit', submissions: [submission] })
    alice.advance(SECOND_MS)
    assert.equal(alice.take('compose-receipt').length, 1)
  })

  it('that could not be composed are asked for every half minute, and do not count as under way', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1))
    alice.advance(40)
    assert.ok(alice.machine.isBusy())
    alice.advance(30 * SECOND_MS)
    assert.equal(alice.take('compose-receipt').length, 2)
    assert.ok(!alice.machine.isBusy())
    alice.advance(60 * SECOND_MS)
    assert.equal(alice.take('compose-receipt').length, 2)
    alice.receive(bob, content(2))
    alice.send(bob)
    alice.receive(bob, content(3))
    assert.ok(alice.machine.isBusy())
  })

  it('that were owed at a crash are composed at the start', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1))
    alice.restart()
    assert.equal(alice.take('compose-receipt').length, 1)
  })

  it('replace one another on their way', () => {
    const { alice, bob, rita } = scene()
    rita.isUp = false
    alice.cut(rita.nodeKey)
    for (let number = 1; number <= 5; number++) {
      alice.receive(bob, content(number))
      alice.advance(SECOND_MS)
      assert.equal(alice.composeReceipts(), 1)
    }
    assert.equal(alice.rows.count('receipt'), 1)
    rita.isUp = true
    alice.advance(5 * MINUTE_MS)
    assert.equal(rita.envelopes.length, 1)
    assert.equal(alice.rows.count('receipt'), 1)
    alice.restart()
    alice.advance(MINUTE_MS)
    assert.equal(rita.envelopes.length, 1)
    assert.ok(!alice.machine.isBusy())
  })

  it('go again to a relay that lost them', () => {
    const { alice, bob, rita } = scene()
    alice.receive(bob, content(1))
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    rita.wipe()
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    assert.equal(rita.envelopes.length, 1)
  })

  it('are owed again when a number comes that is held', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1))
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    alice.receive(bob, content(1))
    alice.advance(SECOND_MS)
    assert.equal(alice.composeReceipts(), 1)
  })

  it('are owed again when a ciphertext comes that was decrypted, but not for the copies of other relays', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(1))
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    discard(all, 'duplicate', 1)
    alice.advance(30 * SECOND_MS)
    assert.equal(alice.composeReceipts(), 0)
    alice.advance(MINUTE_MS)
    discard(all, 'duplicate', 1)
    discard(all, 'duplicate', 2)
    alice.advance(SECOND_MS)
    assert.equal(alice.composeReceipts(), 1)
    alice.advance(MINUTE_MS)
    assert.equal(alice.composeReceipts(), 0)
  })

  it('are not owed for what holds nothing', () => {
    const all = scene()
    discard(all, 'duplicate', 1)
    discard(all, 'foreign', 1)
    all.alice.advance(MINUTE_MS)
    assert.deepEqual(all.alice.take('compose-receipt'), [])
  })

  it('are not owed for receipts', () => {
    const { alice, bob } = scene()
    alice.told(bob, { deliveredUpTo: 0 })
    alice.advance(MINUTE_MS)
    assert.deepEqual(alice.take('compose-receipt'), [])
  })
})

describe('what was shown', () => {
  function show({ alice, bob }: Scene, ...numbers: readonly number[]): void {
    const messages = messagesOf(alice.rows, bob)
      .filter(({ number, kind }) => kind !== 'sent' && numbers.includes(number))
      .map(({ key, number }) => ({ contactId: bob, device: FIRST, number, messageKey: key }))
    alice.give({ type: 'shown', messages })
  }

  it('is unread no more, and its sender is told', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(1))
    alice.receive(bob, content(2))
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    show(all, 1)
    assert.equal(unreadOf(alice.rows, bob).length, 1)
    assert.equal(alice.machine.readUpTo(bob, FIRST), 1)
    alice.advance(SECOND_MS)
    assert.equal(alice.composeReceipts(), 1)
    show(all, 2)
    assert.deepEqual(unreadOf(alice.rows, bob), [])
    assert.equal(alice.machine.readUpTo(bob, FIRST), 2)
  })

  it('twice is told once', () => {
    const all = scene()
    all.alice.receive(all.bob, content(1))
    show(all, 1)
    all.alice.advance(SECOND_MS)
    all.alice.composeReceipts()
    show(all, 1)
    all.alice.advance(MINUTE_MS)
    assert.deepEqual(all.alice.take('compose-receipt'), [])
  })

  it('beyond a gap is not told before the gap is filled', () => {
    const all = scene()
    all.alice.receive(all.bob, content(1))
    all.alice.receive(all.bob, content(3))
    show(all, 1, 3)
    assert.equal(all.alice.machine.readUpTo(all.bob, FIRST), 1)
    assert.deepEqual(unreadOf(all.alice.rows, all.bob), [])
  })

  it('may be something unreadable', () => {
    const all = scene()
    discard(all, 'unreadable')
    assert.equal(unreadOf(all.alice.rows, all.bob).length, 1)
    show(all, 0)
    assert.deepEqual(unreadOf(all.alice.rows, all.bob), [])
    assert.equal(all.alice.machine.readUpTo(all.bob, FIRST), 0)
  })
})

describe('something unreadable', () => {
  it('is shown in its place, marked by its ciphertext', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(1))
    alice.advance(SECOND_MS)
    discard(all, 'unreadable', 7)
    alice.advance(SECOND_MS)
    alice.receive(bob, content(3))
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ kind }) => kind),
      ['received', 'unreadable', 'received']
    )
    const { ciphertextHash } = originOf(rita, 7)
    assert.ok(alice.rows.get(seenRow(ciphertextHash ?? '')) !== undefined)
  })
})
