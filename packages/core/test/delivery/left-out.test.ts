import assert from 'node:assert/strict'
import { deviceKey } from '@sealpost/core'
import type { DeviceNumber } from '@sealpost/protocol'
import { content, DAY_MS, device, deviceList, FIRST, SECOND_MS } from '../peer/cast.ts'
import { deviceRecord, TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import {
  compose,
  outboxOf,
  progressOf,
  request,
  type Scene,
  tellUnavailable,
  textsWaiting,
  waiting
} from './repair-scene.ts'

const SECOND: DeviceNumber = device(2)

describe('a device that was left out', () => {
  function two(): Scene & { readonly rosa: TestRelay } {
    const [rita, rosa] = [new TestRelay('rita'), new TestRelay('rosa')]
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knowsDevices(
      'bob',
      [
        [FIRST, [rita]],
        [SECOND, [rosa]]
      ],
      deviceList(1, 1, 2)
    )
    alice.online()
    return { alice, bob, rita, rosa }
  }

  it('after 30 days of silence gets nothing new, unless all are', () => {
    const { alice, bob } = two()
    alice.receive(bob, content(1), undefined, 1, SECOND)
    alice.receive(bob, content(1))
    const both = [FIRST, SECOND]
    alice.advance(30 * DAY_MS - 1)
    assert.deepEqual(alice.machine.recipientDevices(bob, alice.nowMs), both)
    alice.receive(bob, content(2))
    alice.advance(1)
    assert.deepEqual(alice.machine.recipientDevices(bob, alice.nowMs), [FIRST])
    alice.restart()
    assert.deepEqual(alice.machine.recipientDevices(bob, alice.nowMs), [FIRST])
    alice.advance(40 * DAY_MS)
    assert.deepEqual(alice.machine.recipientDevices(bob, alice.nowMs), [FIRST])
    assert.deepEqual(alice.machine.devices(bob), both)
  })

  it('gets what is new all the same where no other was ever heard', () => {
    const { alice, bob } = two()
    alice.receive(bob, content(1))
    alice.advance(40 * DAY_MS)
    assert.deepEqual(alice.machine.recipientDevices(bob, alice.nowMs), [FIRST, SECOND])
    alice.receive(bob, content(1), undefined, 1, SECOND)
    assert.deepEqual(alice.machine.recipientDevices(bob, alice.nowMs), [SECOND])
  })

  it('after 30 days of silence is told once what is held of it, so that it speaks if it is there', () => {
    const { alice, bob } = two()
    for (const number of [FIRST, SECOND]) {
      alice.receive(bob, content(1), undefined, 1, number)
    }
    alice.composeReceipts()
    alice.advance(30 * DAY_MS)
    alice.receive(bob, content(2))
    alice.composeReceipts()
    const owed = (): readonly DeviceNumber[] => alice.machine.receiptDevices(bob)
    assert.deepEqual(owed(), [])
    alice.submit(bob, content(1), 100, [FIRST])
    assert.deepEqual(owed(), [SECOND])
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    assert.deepEqual(owed(), [])
    alice.submit(bob, content(2), 100, [FIRST])
    assert.deepEqual(owed(), [])
  })

  it('gets what it lacks when it is heard, and keeps what waited for it', () => {
    const all = two()
    const { alice, bob } = all
    alice.submit(bob, content(1))
    const [waited] = [outboxOf(all, 1, SECOND)?.seed]
    for (const number of [2, 3]) {
      alice.submit(bob, content(number), 100, [FIRST])
    }
    alice.told(bob, { deliveredUpTo: 2 })
    alice.receive(bob, content(0, { type: 'receipt' }), undefined, 1, SECOND)
    assert.deepEqual(compose(all, SECOND), [[2, 3]])
    assert.deepEqual(waiting(all, SECOND), [1, 2, 3])
    assert.equal(outboxOf(all, 1, SECOND)?.seed, waited)
    assert.deepEqual(textsWaiting(all, SECOND), ['text 1', 'text 2', 'text 3'])
    assert.deepEqual(tellUnavailable(all), [])
  })

  it('is told what cannot be made again once it is heard, and not when it only asks', () => {
    const all = two()
    const { alice, bob } = all
    alice.receive(bob, content(1), undefined, 1, SECOND)
    alice.submit(bob, content(1, { type: 'link-used' }))
    for (const number of [FIRST, SECOND]) {
      alice.told(bob, { deliveredUpTo: 1 }, number)
    }
    alice.advance(30 * DAY_MS)
    alice.receive(bob, content(1))
    alice.restart()
    request(all, {}, {}, SECOND)
    assert.deepEqual(compose(all, SECOND), [])
    assert.deepEqual(tellUnavailable(all), [], 'it would not get it')
    alice.receive(bob, content(2), undefined, 1, SECOND)
    assert.deepEqual(tellUnavailable(all), [{ shown: [], silent: [{ first: 1, last: 1 }] }])
    assert.deepEqual(waiting(all, SECOND), [2])
  })

  it('gets nothing that it says it holds', () => {
    const all = two()
    const { alice, bob } = all
    for (const number of [1, 2, 3, 4]) {
      alice.submit(bob, content(number), 100, [FIRST])
    }
    const word = { deliveredUpTo: 1, deliveredBeyond: [{ first: 3, last: 3 }] }
    alice.told(bob, word, SECOND)
    assert.deepEqual(compose(all, SECOND), [[2, 4]])
  })

  it('and is new gets the last 30 days once it says who it is', () => {
    const rita = new TestRelay('rita')
    const rosa = new TestRelay('rosa')
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knowsDevices('bob', [[FIRST, [rita]]], deviceList(1, 1))
    alice.relays.set(rosa.nodeKey, rosa)
    const all = { alice, bob, rita }
    alice.online()
    alice.send(bob, 'too old')
    alice.advance(31 * DAY_MS)
    alice.send(bob, 'one')
    alice.told(bob, { deliveredUpTo: 2 })
    alice.send(bob, 'two')
    const list = deviceList(2, 1, 2)
    alice.receive(bob, content(9, { type: 'address-update', address: undefined, deviceList: list }))
    assert.deepEqual(alice.machine.devices(bob), [FIRST, SECOND])
    assert.equal(progressOf(all, SECOND).isUnfilled, true)
    alice.restart()
    assert.deepEqual(compose(all, SECOND), [])
    const address = deviceRecord('bob', SECOND, [rosa])
    alice.receive(
      bob,
      content(1, { type: 'address-update', address, deviceList: list }),
      undefined,
      1,
      SECOND
    )
    assert.deepEqual(compose(all, SECOND), [[2, 3]])
    assert.deepEqual(textsWaiting(all, SECOND), ['one', 'two'])
    assert.equal(rosa.envelopes.length, 2)
    assert.equal(progressOf(all, SECOND).isUnfilled, false)
    assert.ok(alice.rows.get({ table: 'progress', key: deviceKey(bob, SECOND) }))
  })

  describe('and takes the place of one that was lost', () => {
    /** What it gets of a message of that age. */
    function lateNumbers(ageMs: number, isReceipted: boolean, isWithdrawn: boolean): string {
      const rita = new TestRelay('rita')
      const alice = new TestPeer('alice', [rita])
      const bob = alice.knowsDevices('bob', [[FIRST, [rita]]], deviceList(1, 1))
      const all = { alice, bob, rita }
      alice.online()
      const { messageId, number } = alice.send(bob, 'once')
      if (isReceipted) {
        alice.told(bob, { deliveredUpTo: 1 })
      }
      if (isWithdrawn && messageId !== undefined) {
        alice.submit(bob, content(2, { type: 'withdrawal', messageId, number }))
      }
      alice.advance(ageMs)
      const list = deviceList(2, 2)
      const address = deviceRecord('bob', SECOND, [rita])
      alice.receive(
        bob,
        content(1, { type: 'address-update', address, deviceList: list }),
        undefined,
        1,
        SECOND
      )
      assert.deepEqual(alice.machine.devices(bob), [SECOND])
      compose(all, SECOND)
      return textsWaiting(all, SECOND).includes('once') ? 'gets it' : 'does not'
    }

    it('hears how long messages stay, however long ago that was chosen', () => {
      const rita = new TestRelay('rita')
      const alice = new TestPeer('alice', [rita])
      const bob = alice.knowsDevices('bob', [[FIRST, [rita]]], deviceList(1, 1))
      const all = { alice, bob, rita }
      alice.online()
      alice.submit(bob, content(1, { type: 'timer', seconds: 60, changedAtMs: 1_000 }))
      alice.told(bob, { deliveredUpTo: 1 })
      alice.advance(60 * DAY_MS)
      const list = deviceList(2, 2)
      const address = deviceRecord('bob', SECOND, [rita])
      const update = { type: 'address-update', address, deviceList: list } as const
      alice.receive(bob, content(1, update), undefined, 1, SECOND)
      assert.deepEqual(compose(all, SECOND), [[1]])
      assert.deepEqual(textsWaiting(all, SECOND), ['timer'])
    })

    it('hears of what was taken back, although all of it was receipted, however long ago', () => {
      const rita = new TestRelay('rita')
      const alice = new TestPeer('alice', [rita])
      const bob = alice.knowsDevices('bob', [[FIRST, [rita]]], deviceList(1, 1))
      const all = { alice, bob, rita }
      alice.online()
      const { messageId, number } = alice.send(bob, 'to the wrong person')
      alice.told(bob, { deliveredUpTo: 1 })
      assert.ok(messageId)
      const body = { type: 'withdrawal', messageId, number } as const
      alice.submit(bob, content(2, body))
      alice.told(bob, { deliveredUpTo: 2 })
      alice.advance(60 * DAY_MS)
      alice.restart()
      const list = deviceList(2, 2)
      const address = deviceRecord('bob', SECOND, [rita])
      const update = { type: 'address-update', address, deviceList: list } as const
      alice.receive(bob, content(1, update), undefined, 1, SECOND)
      assert.deepEqual(compose(all, SECOND), [[2]])
      assert.deepEqual(textsWaiting(all, SECOND), ['withdrawal'])
      alice.told(bob, { deliveredUpTo: 2 }, SECOND)
      assert.deepEqual(waiting(all, SECOND), [])
    })

    const young = 30 * DAY_MS
    for (const [isReceipted, ageMs, isWithdrawn, outcome] of [
      [false, young, false, 'gets it'],
      [false, young + 1, false, 'gets it'],
      [false, 60 * DAY_MS, false, 'gets it'],
      [true, young, false, 'gets it'],
      [true, young + 1, false, 'does not'],
      [false, young, true, 'does not'],
      [false, young + 1, true, 'does not'],
      [true, young, true, 'does not'],
      [true, young + 1, true, 'does not']
    ] as const) {
      const what = [
        isReceipted ? 'was receipted' : 'nobody receipted',
        isWithdrawn ? 'was taken back' : 'stands',
        `is ${String(ageMs)} ms old`
      ]
      it(`${outcome} of what ${what.join(', ')}`, () => {
        assert.equal(lateNumbers(ageMs, isReceipted, isWithdrawn), outcome)
      })
    }
  })
})
