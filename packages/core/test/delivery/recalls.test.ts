import assert from 'node:assert/strict'
import {
  ALL_KEYS,
  messageKey,
  ownIndexKey,
  readMessage,
  receivedIndexKey,
  type StoredMessage
} from '@sealpost/core'
import { bytesToUtf8, type ContactId, type Content, type MessageId } from '@sealpost/protocol'
import {
  content,
  DAY_MS,
  device,
  deviceList,
  FIRST,
  MINUTE_MS,
  SECOND_MS,
  START_MS
} from '../peer/cast.ts'
import type { TestPeer } from '../peer/test-peer.ts'
import { answering, first, row, scene } from './outbox-scene.ts'

/** Alice takes her message back. */
function recall(alice: TestPeer, bob: ContactId, sent: Content): Content {
  const { messageId, number } = sent
  assert.ok(messageId)
  const next = alice.machine.contact(bob)?.nextNumber ?? 0
  const withdrawal = content(next, { type: 'withdrawal', messageId, number })
  alice.submit(bob, withdrawal)
  return withdrawal
}

function stored(alice: TestPeer, messageId: MessageId | undefined): StoredMessage {
  assert.ok(messageId)
  const index = alice.rows.get({ table: 'message-index', key: ownIndexKey(messageId) })
  assert.ok(index)
  const key = bytesToUtf8(index)
  const value = alice.rows.get({ table: 'message', key })
  assert.ok(value)
  return readMessage({ key, value })
}

function recalls(alice: TestPeer): number {
  return alice.rows.range({ table: 'recall', ...ALL_KEYS, limit: 10 }).rows.length
}

describe('an own message that is taken back', () => {
  it('is erased at every relay, and its text here', () => {
    const { alice, bob, relays } = scene(3)
    const sent = alice.send(bob, 'to the wrong person')
    recall(alice, bob, sent)
    for (const relay of relays) {
      assert.deepEqual(
        relay.envelopes.map(({ deposit }) => deposit.ciphertext.bytes[0]),
        [2]
      )
    }
    const { recall: state, text, withdrawnAtMs } = stored(alice, sent.messageId)
    assert.deepEqual([state, text, withdrawnAtMs], ['in-time', '', START_MS])
    assert.equal(row(alice, bob, 1), undefined)
    assert.equal(alice.takeNotices('message-changed').length, 1)
    assert.equal(recalls(alice), 0)
  })

  it('comes too late where one relay had given it out', () => {
    const { alice, bob, relays } = scene(3)
    const sent = alice.send(bob)
    first(relays).isFetched = true
    recall(alice, bob, sent)
    assert.equal(stored(alice, sent.messageId).recall, 'too-late')
  })

  it('comes too late once a device has receipted it', () => {
    const { alice, bob } = scene(3)
    const sent = alice.send(bob)
    alice.told(bob, { deliveredUpTo: 1 })
    recall(alice, bob, sent)
    assert.equal(stored(alice, sent.messageId).recall, 'too-late')
  })

  it('waits for the relay that is not there, over restarts', () => {
    const { alice, bob, relays } = scene(3)
    const sent = alice.send(bob)
    alice.down(first(relays))
    recall(alice, bob, sent)
    assert.equal(stored(alice, sent.messageId).recall, 'pending')
    alice.restart()
    alice.advance(MINUTE_MS)
    assert.equal(stored(alice, sent.messageId).recall, 'pending')
    first(relays).isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(stored(alice, sent.messageId).recall, 'in-time')
    assert.equal(first(relays).envelopes.length, 1)
  })

  it('needs no answer from a relay that must have dropped it', () => {
    const { alice, bob, relays } = scene(3)
    const sent = alice.send(bob)
    alice.down(first(relays))
    recall(alice, bob, sent)
    alice.advance(15 * DAY_MS)
    assert.equal(stored(alice, sent.messageId).recall, 'in-time')
    assert.equal(recalls(alice), 0)
  })

  it('is asked for again where the relay refused', () => {
    const { alice, bob, relays } = scene(1)
    const sent = alice.send(bob)
    let refusals = 2
    first(relays).script = ({ request }) =>
      request.type === 'recall' && refusals-- > 0
        ? { type: 'refused', reason: 'busy', retryAfterMs: 1_000 }
        : undefined
    recall(alice, bob, sent)
    assert.equal(stored(alice, sent.messageId).recall, 'pending')
    alice.advance(3 * MINUTE_MS)
    assert.equal(stored(alice, sent.messageId).recall, 'in-time')
    assert.equal(first(relays).count('recall'), 3)
  })

  it('is never deposited where it was not yet', () => {
    const { alice, bob, relays } = scene(3)
    for (const relay of relays) {
      alice.down(relay)
    }
    const sent = alice.send(bob)
    recall(alice, bob, sent)
    for (const relay of relays) {
      relay.isUp = true
    }
    alice.advance(20 * MINUTE_MS)
    for (const relay of relays) {
      assert.deepEqual(
        relay.envelopes.map(({ deposit }) => deposit.ciphertext.bytes[0]),
        [2]
      )
    }
    assert.equal(stored(alice, sent.messageId).recall, 'in-time')
  })

  it('is found where its deposit got no answer', () => {
    const { alice, bob, relays } = scene(1)
    const relay = first(relays)
    answering(relay, 'silent', (count) => count === 0)
    const sent = alice.send(bob)
    recall(alice, bob, sent)
    const [late] = relay.all('deposit')
    assert.ok(late)
    const { mailboxId, envelopeId } = late
    relay.envelopes.push({ mailboxId, envelopeId, deposit: late })
    alice.advance(11 * SECOND_MS)
    assert.ok(relay.envelopes.every((envelope) => envelope.envelopeId !== envelopeId))
    assert.equal(stored(alice, sent.messageId).recall, 'in-time')
  })

  it('goes on wherever a crash comes', () => {
    const { alice, bob, relays } = scene(2)
    const sent = alice.send(bob)
    alice.isHolding = true
    recall(alice, bob, sent)
    // Before the outbox rows were read.
    alice.restart()
    alice.isHolding = false
    alice.answerReads()
    alice.advance(MINUTE_MS)
    assert.equal(stored(alice, sent.messageId).recall, 'in-time')
    for (const relay of relays) {
      assert.equal(relay.envelopes.length, 1)
    }
  })

  it('is taken back once, however often that is asked', () => {
    const { alice, bob, relays } = scene(1)
    const sent = alice.send(bob)
    first(relays).script = ({ request }) => (request.type === 'recall' ? 'silent' : undefined)
    recall(alice, bob, sent)
    recall(alice, bob, sent)
    assert.equal(recalls(alice), 1)
    assert.equal(first(relays).count('recall'), 1)
  })
})

describe('a message that its sender takes back', () => {
  const text = (number: number): Content => content(number, { type: 'text', text: 'a secret' })
  const withdrawal = (number: number, of: Content): Content => {
    assert.ok(of.messageId)
    return content(number, { type: 'withdrawal', messageId: of.messageId, number: of.number })
  }
  const received = (alice: TestPeer, bob: ContactId): readonly StoredMessage[] =>
    alice.rows
      .range({ table: 'message', ...ALL_KEYS, limit: 10 })
      .rows.map((found) => readMessage(found))
      .filter(({ key }) => key.startsWith(bob))

  it('loses its text and is unread no more', () => {
    const { alice, bob } = scene(1)
    const sent = text(1)
    alice.receive(bob, sent)
    alice.receive(bob, withdrawal(2, sent))
    const [message, ...others] = received(alice, bob)
    assert.deepEqual([message?.text, message?.withdrawnAtMs, others], ['', START_MS, []])
    assert.equal(alice.rows.range({ table: 'unread', ...ALL_KEYS, limit: 1 }).rows.length, 0)
    assert.equal(alice.takeNotices('message-changed').length, 1)
  })

  it('is never shown where the word of it came first, and leaves no gap', () => {
    const { alice, bob } = scene(1)
    const sent = text(1)
    alice.receive(bob, withdrawal(2, sent))
    assert.deepEqual(alice.machine.gaps(bob, FIRST), [])
    alice.receive(bob, sent)
    assert.deepEqual(received(alice, bob), [])
    assert.ok(sent.messageId)
    // Another device that sends it on meets what was remembered of it.
    const index = { table: 'message-index', key: receivedIndexKey(sent.messageId) } as const
    assert.equal(alice.rows.get(index)?.length, 0)
  })

  it('loses its text also where the device that took the place of its own asks for it', () => {
    const { alice, bob } = scene(1)
    const sent = text(1)
    alice.receive(bob, sent)
    alice.receive(
      bob,
      content(2, { type: 'address-update', address: undefined, deviceList: deviceList(2, 2) }),
      undefined,
      1,
      device(2)
    )
    alice.receive(bob, withdrawal(3, { ...sent, number: 1 }), undefined, 1, device(2))
    assert.deepEqual(
      received(alice, bob).map(({ text }) => text),
      ['']
    )
  })

  it('stays where its device names another number, or another contact asks for it', () => {
    const { alice, bob, relays } = scene(1)
    const carol = alice.knows('carol', relays)
    const sent = text(1)
    alice.receive(bob, sent)
    alice.receive(carol, withdrawal(2, sent))
    alice.receive(bob, withdrawal(2, { ...sent, number: 7 }))
    const key = messageKey(bob, START_MS, { device: FIRST, isOwn: false }, 1)
    assert.equal(received(alice, bob).find((message) => message.key === key)?.text, 'a secret')
  })

  it('loses its text also when a crash comes between', () => {
    const { alice, bob } = scene(1)
    const sent = text(1)
    alice.receive(bob, sent)
    alice.isHolding = true
    alice.receive(bob, withdrawal(2, sent))
    assert.equal(received(alice, bob)[0]?.text, 'a secret')
    alice.restart()
    alice.isHolding = false
    alice.answerReads()
    assert.equal(received(alice, bob)[0]?.text, '')
    assert.equal(alice.rows.range({ table: 'withdrawal', ...ALL_KEYS, limit: 1 }).rows.length, 0)
  })
})
