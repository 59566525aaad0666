import assert from 'node:assert/strict'
import type { AddressRecord, ContactId, RelayAddress } from '@sealpost/protocol'
import {
  addressRecord,
  bytesOf,
  content,
  deviceList,
  EPOCH,
  FIRST,
  MINUTE_MS,
  SECOND_MS
} from '../peer/cast.ts'
import type { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { answering, first, row, scene, stored } from './outbox-scene.ts'

let count = 0

/** Bob's device says where it is from now on. */
function moves(
  alice: TestPeer,
  bob: ContactId,
  relays: readonly RelayAddress[],
  changes: Partial<AddressRecord>
): void {
  const address = addressRecord('bob', relays, changes)
  const body = { type: 'address-update' as const, address, deviceList: deviceList(1, 1) }
  count += 1
  alice.receive(bob, content(count, body), undefined, 1_000 + count)
}

beforeEach(() => {
  count = 0
})

describe('a contact that moves', () => {
  it('is sent what it has not receipted at its new relay, and nothing more at the old one', () => {
    const { alice, bob, relays } = scene(1)
    const rosa = new TestRelay('rosa')
    alice.relays.set(rosa.nodeKey, rosa)
    for (let number = 0; number < 3; number++) {
      alice.send(bob)
    }
    alice.told(bob, { deliveredUpTo: 1 })
    moves(alice, bob, [rosa.address], { version: 2, seed: bytesOf('another seed', 32) })
    alice.advance(SECOND_MS)
    assert.deepEqual(stored(rosa), [2, 3])
    alice.send(bob)
    alice.advance(SECOND_MS)
    assert.deepEqual(stored(rosa), [2, 3, 4])
    assert.deepEqual(stored(first(relays)), [1, 2, 3])
    alice.told(bob, { deliveredUpTo: 4 })
    alice.advance(2 * MINUTE_MS)
    assert.ok(!alice.isConnected(first(relays)) && !alice.isConnected(rosa))
  })

  it('is believed that it has what it took from its old relay, whose answer it left no time for', () => {
    const { alice, bob, relays } = scene(1)
    answering(first(relays), 'silent')
    alice.send(bob)
    const rosa = new TestRelay('rosa')
    moves(alice, bob, [rosa.address], { version: 2, seed: bytesOf('another seed', 32) })
    alice.told(bob, { deliveredUpTo: 1 })
    assert.equal(row(alice, bob, 1), undefined)
    const [message] = messagesOf(alice.rows, bob)
    assert.equal(message?.state, 'delivered')
  })

  it('is sent it under the new seed at a relay that it keeps', () => {
    const { alice, bob, relays } = scene(1)
    const rita = first(relays)
    alice.send(bob)
    const [before] = rita.envelopes
    moves(alice, bob, [rita.address], { version: 2, seed: bytesOf('another seed', 32) })
    alice.advance(SECOND_MS)
    assert.deepEqual(stored(rita), [1, 1])
    assert.notEqual(rita.envelopes[1]?.mailboxId, before?.mailboxId)
  })

  it('and is online only after restarts of the sender is still sent all of it', () => {
    const { alice, bob, relays } = scene(1)
    const rosa = new TestRelay('rosa')
    alice.relays.set(rosa.nodeKey, rosa)
    alice.send(bob)
    rosa.isUp = false
    moves(alice, bob, [rosa.address], { version: 2, seed: bytesOf('another seed', 32) })
    alice.restart()
    rosa.isUp = true
    alice.restart()
    alice.advance(SECOND_MS)
    assert.deepEqual(stored(rosa), [1])
    assert.deepEqual(stored(first(relays)), [1])
  })

  it('is sent nothing again for another bundle alone', () => {
    const { alice, bob, relays } = scene(2)
    alice.send(bob)
    const addresses = relays.map(({ address }) => address)
    const { bundle } = addressRecord('bob', addresses)
    moves(alice, bob, addresses, {
      version: 2,
      seedEpoch: EPOCH - 1,
      bundle: { ...bundle, signedPrekeyId: 2 }
    })
    alice.advance(MINUTE_MS)
    for (const relay of relays) {
      assert.deepEqual(stored(relay), [1])
    }
    assert.equal(alice.machine.theirAddress(bob, FIRST)?.version, 2)
  })

  it('is believed with its highest version, whatever comes last', () => {
    const { alice, bob, relays } = scene(1)
    const [rosa, ruth] = [new TestRelay('rosa'), new TestRelay('ruth')]
    alice.relays.set(rosa.nodeKey, rosa)
    alice.relays.set(ruth.nodeKey, ruth)
    moves(alice, bob, [rosa.address], { version: 3, seed: bytesOf('the third', 32) })
    moves(alice, bob, [ruth.address], { version: 2, seed: bytesOf('the second', 32) })
    moves(alice, bob, [ruth.address], { version: 3, seed: bytesOf('another third', 32) })
    alice.send(bob)
    alice.advance(SECOND_MS)
    assert.deepEqual([stored(first(relays)), stored(rosa), stored(ruth)], [[], [1], []])
  })
})
