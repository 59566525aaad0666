import assert from 'node:assert/strict'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { AccountWriter, contactOfKey, deviceKey } from '@sealpost/core'
import { seededRandom } from '@sealpost/host/testing'
import {
  type ContactState,
  type Content,
  type DeviceNumber,
  type HistoryMessage,
  messageIds
} from '@sealpost/protocol'
import {
  ContactRowSchema,
  MessageRowSchema,
  NumberRangeRowSchema,
  ProgressRowSchema,
  RefillSchema
} from '@sealpost/protocol/home'
import { OwnAddress } from '../../src/address/own-address.ts'
import { siblingRow } from '../../src/delivery/progress.ts'
import { bytesOf, content, device, deviceList, FIRST, identity, START_MS } from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { deviceRecord, TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import { compose, progressOf, request, type Scene, textsWaiting } from './repair-scene.ts'

const [SECOND, THIRD]: readonly [DeviceNumber, DeviceNumber] = [device(2), device(3)]

/** Alice knows bob's first device; the second takes its place. */
function scene(): Scene {
  const rita = new TestRelay('rita')
  const alice = new TestPeer('alice', [rita])
  const bob = alice.knowsDevices('bob', [[FIRST, [rita]]], deviceList(1, 1))
  alice.online()
  return { alice, bob, rita }
}

function replaced({ alice, bob, rita }: Scene): void {
  const address = deviceRecord('bob', SECOND, [rita])
  const update = { type: 'address-update', address, deviceList: deviceList(2, 2) } as const
  alice.receive(bob, content(9, update), undefined, 1, SECOND)
}

/** What the second device sends on, under that number of its own. */
function sentOn(number: number, was: number, from: DeviceNumber = FIRST): Content {
  const body = { type: 'text', text: `text ${String(was)}` } as const
  const messageId = messageIds.fromBytes(bytesOf(`id ${String(was)}`, 16))
  return content(number, body, { messageId, was: { device: from, number: was } })
}

function texts({ alice, bob }: Scene): readonly string[] {
  return messagesOf(alice.rows, bob)
    .filter(({ kind }) => kind === 'received')
    .map(({ text }) => text)
}

describe('a message that a device sends on for one that is lost', () => {
  it('fills the gap that this one left, in its place', () => {
    const all = scene()
    const { alice, bob } = all
    for (const number of [1, 3, 5]) {
      alice.receive(bob, content(number))
    }
    assert.equal(alice.machine.missingCount(bob), 2)
    replaced(all)
    alice.restart()
    // And what the new device said itself: its first eight numbers are still to come.
    assert.equal(alice.machine.missingCount(bob), 2 + 8)
    alice.receive(bob, sentOn(1, 2), undefined, 1, SECOND)
    assert.deepEqual(texts(all), ['text 1', 'text 2', 'text 3', 'text 5'])
    alice.receive(bob, sentOn(2, 4), undefined, 1, SECOND)
    assert.deepEqual(texts(all), ['text 1', 'text 2', 'text 3', 'text 4', 'text 5'])
    assert.equal(alice.machine.missingCount(bob), 6)
    assert.equal(alice.rows.get({ table: 'progress', key: deviceKey(bob, FIRST) }), undefined)
  })

  it('is held and receipted, and not shown again, where it is here', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(1))
    replaced(all)
    alice.receive(bob, sentOn(1, 1), undefined, 1, SECOND, true)
    assert.deepEqual(texts(all), ['text 1'])
    assert.equal(progressOf(all, SECOND).deliveredUpTo, 1)
    assert.ok(alice.machine.receiptDevices(bob).includes(SECOND))
  })

  it('is shown below all else where nothing follows it', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(1))
    replaced(all)
    alice.receive(bob, sentOn(10, 2), undefined, 1, SECOND)
    assert.deepEqual(texts(all), ['text 1', 'text 2'])
  })

  it('says nothing of a device that is there', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(1))
    alice.receive(bob, content(3))
    const address = deviceRecord('bob', THIRD, [rita])
    const update = { type: 'address-update', address, deviceList: deviceList(2, 1, 3) } as const
    alice.receive(bob, content(1, update), undefined, 1, THIRD)
    alice.receive(bob, sentOn(2, 2), undefined, 1, THIRD)
    assert.deepEqual(alice.machine.gaps(bob, FIRST), [{ first: 2, last: 2 }])
    alice.receive(bob, content(2))
    assert.deepEqual(alice.machine.gaps(bob, FIRST), [])
  })
})

describe('messages that a restored device sends on', () => {
  /** Alice is restored, with so many messages that a lost device wrote. */
  function restored(count: number): Scene {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knowsDevices('bob', [[FIRST, [rita]]], deviceList(1, 1))
    const all = { alice, bob, rita }
    const contact = alice.rows.get({ table: 'contact', key: bob })
    assert.ok(contact)
    const row = fromBinary(ContactRowSchema, contact)
    row.nextNumber = count + 1
    alice.rows.apply({
      type: 'write',
      table: 'contact',
      key: bob,
      value: toBinary(ContactRowSchema, row)
    })
    const blank = new OwnAddress(bob).encode()
    alice.rows.apply({ type: 'write', table: 'own-address', key: bob, value: blank })
    const ranges = [create(NumberRangeRowSchema, { first: 1, last: count })]
    const refill = create(RefillSchema, { ranges, isFilling: true, waitsForAddress: true })
    const progress = create(ProgressRowSchema, { refill, revision: 1, receiptedRevision: 1 })
    alice.rows.apply({
      type: 'write',
      table: 'progress',
      key: deviceKey(bob, FIRST),
      value: toBinary(ProgressRowSchema, progress)
    })
    const writer = new AccountWriter({
      random: seededRandom(1),
      device: SECOND,
      isOnly: true,
      devices: [SECOND, device(4)],
      nowMs: START_MS,
      isLost: (one) => one === THIRD
    })
    writer.contact(contactState({}))
    for (let number = 1; number <= count; number++) {
      for (const mutation of writer.message(message({ number })) ?? []) {
        if (mutation.type === 'write') {
          // The writer draws ids of its own for contacts.
          const own = mutation.key.replace(/[0-9a-f]{32}(?=\.)/, bob)
          const isIndex = mutation.table === 'message-index'
          const text = Buffer.from(mutation.value)
            .toString()
            .replace(/^[0-9a-f]{32}/, bob)
          const value = isIndex ? Buffer.from(text) : mutation.value
          alice.rows.apply({ ...mutation, key: own, value })
        }
      }
    }
    alice.restart()
    return all
  }

  it('wait until a relay has what tells the contact of the device', () => {
    const all = restored(3)
    const { alice, bob, rita } = all
    assert.deepEqual(compose(all), [])
    assert.equal(alice.take('compose-address').length, 1)
    const address = alice.machine.ownAddress(bob)
    assert.ok(address)
    const made = content(4, { type: 'address-update', address, deviceList: deviceList(1, 2) })
    rita.isUp = false
    alice.down(rita)
    alice.submit(bob, made)
    alice.restart()
    assert.deepEqual(compose(all), [])
    rita.isUp = true
    let batches = compose(all)
    for (let seconds = 0; seconds < 600 && batches.length === 0; seconds++) {
      alice.advance(1_000)
      batches = compose(all)
    }
    assert.deepEqual(batches, [[1, 2, 3]])
    assert.deepEqual(textsWaiting(all), ['text 1', 'text 2', 'text 3', 'address-update'])
  })

  it('go at once where the contact asks', () => {
    const all = restored(3)
    request(all)
    assert.deepEqual(compose(all), [[1, 2, 3]])
  })

  it('go 32 at a time, a thousand of them', () => {
    const all = restored(1_000)
    const { alice, bob } = all
    alice.told(bob, { device: alice.machine.account.device, deliveredUpTo: 0 })
    const batches = compose(all)
    assert.equal(batches.length, 32)
    assert.ok(batches.every((numbers) => numbers.length <= 32))
    assert.deepEqual(
      batches.flat(),
      Array.from({ length: 1_000 }, (_, at) => at + 1)
    )
  })
})

function contactState(changes: Partial<ContactState>): ContactState {
  return {
    identityKey: identity('bob'),
    name: 'bob',
    profileName: 'bob',
    standing: 'accepted',
    verifiedAtMs: 0,
    direct: 'default',
    deviceList: deviceList(1, 1),
    addresses: [],
    held: [],
    changedAtMs: START_MS,
    createdAtMs: START_MS,
    requestText: '',
    replaces: undefined,
    isIdentityChanged: false,
    standingBefore: undefined,
    request: undefined,
    ...changes
  }
}

/** One that device 3 wrote. */
function message(changes: Partial<HistoryMessage>): HistoryMessage {
  const { number = 1 } = changes
  return {
    identityKey: identity('bob'),
    device: THIRD,
    isOwn: true,
    number,
    lastNumber: 0,
    messageId: messageIds.fromBytes(bytesOf(`id ${String(number)}`, 16)),
    kind: 'text',
    text: `text ${String(number)}`,
    sentAtMs: START_MS,
    storedAtMs: START_MS,
    orderMs: START_MS,
    onRelayAtMs: START_MS,
    deliveredAtMs: 0,
    readAtMs: 0,
    withdrawnAtMs: 0,
    isUnread: false,
    ...changes
  }
}

describe('a restored device', () => {
  for (const [what, given, isSentOn] of [
    ['sends on what a lost device wrote', {}, true],
    ['does not send what was receipted', { deliveredAtMs: START_MS }, false],
    ['does not send what was taken back', { withdrawnAtMs: START_MS, text: '' }, false],
    ['does not send what a device wrote that is there', { device: device(4) }, false],
    ['does not send what the contact wrote', { isOwn: false }, false],
    ['does not send a notice', { kind: 'notice', messageId: undefined, number: 0 }, false]
  ] as const) {
    it(what, () => {
      assert.equal(sentAs({}, given), isSentOn ? 1 : 0)
    })
  }

  it('does not send what was said to somebody who was blocked', () => {
    assert.equal(sentAs({ standing: 'blocked' }, {}), 0)
  })

  it('numbers what it sends on from 1, and itself goes on after that', () => {
    const writer = new AccountWriter({
      random: seededRandom(1),
      device: SECOND,
      isOnly: true,
      devices: [SECOND, device(4)],
      nowMs: START_MS,
      isLost: (one) => one === THIRD
    })
    writer.contact(contactState({}))
    const numbers = [3, 4, 5, 6].map((number) => {
      const deliveredAtMs = number === 4 ? START_MS : 0
      const [row] = writer.message(message({ number, deliveredAtMs })) ?? []
      return row?.type === 'write' ? fromBinary(MessageRowSchema, row.value).sentAs : undefined
    })
    assert.deepEqual(numbers, [1, 0, 2, 3])
    const rows = writer.end()
    const contact = rows.find(({ table }) => table === 'contact')
    assert.ok(contact?.type === 'write')
    assert.equal(fromBinary(ContactRowSchema, contact.value).nextNumber, 4)
    const progress = rows.find(({ table }) => table === 'progress')
    assert.ok(progress?.type === 'write')
    const { refill } = fromBinary(ProgressRowSchema, progress.value)
    assert.deepEqual(
      [refill?.ranges.map(({ first, last }) => [first, last]), refill?.waitsForAddress],
      [[[1, 3]], true]
    )
    const copies = rows.findLast(({ table }) => table === 'progress')
    assert.ok(copies?.type === 'write')
    assert.equal(copies.key, deviceKey(contactOfKey(copies.key), siblingRow(THIRD)))
    assert.equal(
      fromBinary(ProgressRowSchema, copies.value).lastCopyNumber,
      4,
      'of the lost device'
    )
  })

  function sentAs(contact: Partial<ContactState>, given: Partial<HistoryMessage>): number {
    const writer = new AccountWriter({
      random: seededRandom(1),
      device: SECOND,
      isOnly: false,
      devices: [SECOND, device(4)],
      nowMs: START_MS,
      isLost: (one) => one === THIRD
    })
    writer.contact(contactState(contact))
    const [row] = writer.message(message(given)) ?? []
    return row?.type === 'write' ? fromBinary(MessageRowSchema, row.value).sentAs : 0
  }
})
