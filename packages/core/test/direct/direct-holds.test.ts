import assert from 'node:assert/strict'
import { first, row, type Scene, stored } from '../delivery/outbox-scene.ts'
import { FIRST, MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { BOBS_KEY, connect, deposits, directScene, frame, tell } from './direct-scene.ts'

function connected(relayCount = 2): Scene {
  const made = directScene(relayCount)
  connect(made.alice, made.bob)
  return made
}

/** How many deposits each relay has. */
function relayCounts({ relays }: Scene): readonly number[] {
  return relays.map((relay) => stored(relay).length)
}

describe('a message while there is a direct path', () => {
  it('goes there, and to no relay for two seconds', () => {
    const made = connected()
    const { alice, bob } = made
    alice.send(bob)
    const [deposit, ...others] = deposits(alice)
    assert.equal(deposit?.ciphertext.bytes[0], 1)
    assert.equal(deposit.isLive, false)
    assert.deepEqual(others, [])
    alice.advance(2 * SECOND_MS - 1)
    assert.deepEqual(relayCounts(made), [0, 0])
    alice.advance(1)
    assert.deepEqual(relayCounts(made), [1, 1])
  })

  for (const [atMs, counts] of [
    [0, [0, 0]],
    [2 * SECOND_MS, [0, 0]],
    [2 * SECOND_MS + 1, [1, 1]]
  ] as const) {
    it(`is ${counts[0] === 0 ? 'spared' : 'not spared'} its relays by a device that answers after ${String(atMs)} ms`, () => {
      const made = connected()
      const { alice, bob } = made
      alice.send(bob)
      const [deposit] = deposits(alice)
      assert.ok(deposit)
      if (atMs <= 2 * SECOND_MS) {
        alice.nowMs += atMs
      } else {
        alice.advance(atMs)
      }
      frame(alice, { type: 'stored', number: deposit.number })
      alice.advance(10 * SECOND_MS)
      assert.deepEqual(relayCounts(made), counts)
      assert.ok((row(alice, bob, 1)?.directAtMs ?? 0) > 0)
    })
  }

  it('has its tick, and says where it is', () => {
    const { alice, bob } = connected()
    alice.send(bob)
    frame(alice, { type: 'stored', number: deposits(alice)[0]?.number ?? 0 })
    assert.equal(alice.takeNotices('message-state')[0]?.state, 'on-relay')
    alice.told(bob, { deliveredUpTo: 1 })
    const [message] = messagesOf(alice.rows, bob)
    assert.ok(message)
    assert.deepEqual(
      message.storedAt.map(({ relay }) => relay),
      ['direct']
    )
  })

  for (const reason of ['busy', 'too-large'] as const) {
    it(`goes to the relays at once where the device says ${reason}`, () => {
      const made = connected()
      const { alice, bob } = made
      alice.send(bob)
      frame(alice, { type: 'refused', number: deposits(alice)[0]?.number ?? 0, reason })
      assert.deepEqual(relayCounts(made), [1, 1])
    })
  }

  it('is tried in the epochs beside the present one, and then goes to the relays', () => {
    const made = connected()
    const { alice, bob } = made
    alice.send(bob)
    const tried: string[] = []
    for (let count = 0; count < 3; count++) {
      const [deposit] = deposits(alice)
      assert.ok(deposit)
      assert.deepEqual(relayCounts(made), [0, 0])
      tried.push(deposit.mailboxId)
      frame(alice, { type: 'refused', number: deposit.number, reason: 'denied' })
    }
    assert.equal(new Set(tried).size, 3)
    assert.deepEqual(deposits(alice), [])
    assert.deepEqual(relayCounts(made), [1, 1])
    alice.send(bob)
    assert.deepEqual(deposits(alice), [], 'nothing more on a stream that denies all')
    assert.deepEqual(relayCounts(made), [2, 2])
  })

  it('remembers the epoch that the device took', () => {
    const { alice, bob } = connected()
    alice.send(bob)
    frame(alice, { type: 'refused', number: deposits(alice)[0]?.number ?? 0, reason: 'denied' })
    const [second] = deposits(alice)
    assert.ok(second)
    frame(alice, { type: 'stored', number: second.number })
    alice.send(bob)
    assert.equal(deposits(alice)[0]?.mailboxId, second.mailboxId)
  })

  it('goes to the relays at once where the path is lost before the answer', () => {
    const made = connected()
    const { alice, bob } = made
    alice.send(bob)
    alice.give({ type: 'direct-closed', stream: 1 })
    assert.deepEqual(relayCounts(made), [1, 1])
  })

  it('goes to the relays where the path is lost before the receipt', () => {
    const made = connected()
    const { alice, bob } = made
    alice.send(bob)
    frame(alice, { type: 'stored', number: deposits(alice)[0]?.number ?? 0 })
    alice.advance(MINUTE_MS)
    assert.deepEqual(relayCounts(made), [0, 0])
    alice.give({ type: 'direct-closed', stream: 1 })
    assert.deepEqual(relayCounts(made), [1, 1])
  })

  it('goes to no relay where the path is lost after the receipt', () => {
    const made = connected()
    const { alice, bob } = made
    alice.send(bob)
    frame(alice, { type: 'stored', number: deposits(alice)[0]?.number ?? 0 })
    alice.told(bob, { deliveredUpTo: 1 })
    alice.give({ type: 'direct-closed', stream: 1 })
    alice.advance(MINUTE_MS)
    assert.deepEqual(relayCounts(made), [0, 0])
  })

  it('goes to the relays after ten minutes without a receipt, and not before', () => {
    const made = connected()
    const { alice, bob } = made
    alice.send(bob)
    frame(alice, { type: 'stored', number: deposits(alice)[0]?.number ?? 0 })
    for (let minute = 0; minute < 10; minute++) {
      assert.deepEqual(relayCounts(made), [0, 0])
      frame(alice, { type: 'pong', number: 1 })
      alice.advance(MINUTE_MS)
    }
    assert.deepEqual(relayCounts(made), [1, 1])
  })

  it('goes to the relays after a restart, since nobody knows of the path any more', () => {
    const made = connected()
    const { alice, bob } = made
    alice.send(bob)
    frame(alice, { type: 'stored', number: deposits(alice)[0]?.number ?? 0 })
    alice.restart()
    assert.deepEqual(relayCounts(made), [1, 1])
  })

  it('is deposited again on the other of two streams of which one was ended', () => {
    const made = connected()
    const { alice, bob } = made
    alice.send(bob)
    const [before] = deposits(alice)
    assert.ok(before)
    alice.give({ type: 'direct-connected', stream: 2, nodeKey: BOBS_KEY, isDialled: false })
    const again = deposits(alice)
    const cut = alice.take('cut-direct').map(({ stream }) => stream)
    assert.equal(cut.length, 1)
    assert.equal(again.length, cut[0] === 1 ? 1 : 0)
    assert.equal(again[0]?.envelopeId ?? before.envelopeId, before.envelopeId)
    assert.deepEqual(relayCounts(made), [0, 0])
  })

  it('is what waited before, as far as no relay is known to have it', () => {
    const made = directScene()
    const { alice, bob, relays } = made
    for (const relay of relays) {
      alice.down(relay)
    }
    alice.send(bob)
    alice.send(bob)
    connect(alice, bob)
    const sent = deposits(alice).map(({ ciphertext }) => ciphertext.bytes[0])
    assert.deepEqual(sent, [1, 2])
  })

  it('is not held for a path with no room left', () => {
    const made = connected(1)
    const { alice, bob } = made
    for (let count = 0; count < 70; count++) {
      alice.send(bob)
    }
    assert.equal(deposits(alice).length, 16, 'as many as wait for their answer')
    assert.equal(relayCounts(made)[0], 70 - 64)
  })
})

describe('a receipt while there is a direct path', () => {
  it('goes there, and to no relay once the device stored it', () => {
    const made = connected()
    const { alice, bob } = made
    alice.receive(bob, { ...alice.send(bob), number: 1 })
    deposits(alice)
    alice.advance(SECOND_MS)
    assert.equal(alice.composeReceipts(), 1)
    const receipt = deposits(alice).at(-1)
    assert.ok(receipt)
    frame(alice, { type: 'stored', number: receipt.number })
    const before = relayCounts(made)
    alice.give({ type: 'direct-closed', stream: 1 })
    alice.restart()
    const receiptsAtRelay = first(made.relays).envelopes.filter(
      ({ deposit }) => deposit.ciphertext.bytes[0] === 0
    )
    assert.deepEqual(receiptsAtRelay, [])
    assert.ok(before.length > 0)
  })

  it('goes to the relays after two seconds without an answer', () => {
    const made = connected()
    const { alice, bob } = made
    tell(alice, bob)
    alice.receive(bob, { ...alice.send(bob), number: 1 })
    alice.advance(SECOND_MS)
    assert.equal(alice.composeReceipts(), 1)
    alice.advance(2 * SECOND_MS)
    const receipts = first(made.relays).envelopes.filter(
      ({ deposit }) => deposit.ciphertext.bytes[0] === 0
    )
    assert.equal(receipts.length, 1)
    assert.equal(alice.machine.hasPath(bob, FIRST), true)
  })
})
