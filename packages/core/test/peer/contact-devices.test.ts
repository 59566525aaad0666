import assert from 'node:assert/strict'
import { deviceKey, keysUnder, messageKey, outboxKey } from '@sealpost/core'
import {
  type ContactId,
  type Content,
  type ContentBody,
  type DeviceNumber,
  encodeSignedDeviceList,
  type SignedDeviceList
} from '@sealpost/protocol'
import { ContactState } from '@sealpost/protocol/home'
import {
  contactId,
  contactRow,
  content,
  DAY_MS,
  device,
  deviceList,
  FIRST,
  identity,
  MINUTE_MS,
  SECOND_MS,
  shrunkList,
  START_MS
} from './cast.ts'
import { messagesOf, type Timeline } from './stored-messages.ts'
import { deviceRecord, TestPeer } from './test-peer.ts'
import { originOf } from './origin-of.ts'
import { TestRelay } from './test-relay.ts'

const SECOND: DeviceNumber = device(2)
const THIRD: DeviceNumber = device(3)

interface Scene {
  readonly alice: TestPeer
  readonly bob: ContactId
  /** Where bob's first device is reached, and his second. */
  readonly rita: TestRelay
  readonly rosa: TestRelay
}

/** Alice, and bob with two devices. */
function scene(list: SignedDeviceList = deviceList(1, 1, 2)): Scene {
  const rita = new TestRelay('rita')
  const rosa = new TestRelay('rosa')
  const alice = new TestPeer('alice', [], { own: [] })
  const devices = [
    [FIRST, [rita]],
    [SECOND, [rosa]]
  ] as const
  const bob = alice.knowsDevices('bob', devices, list)
  alice.online()
  return { alice, bob, rita, rosa }
}

/** The numbers that still wait for a device's receipt. */
function waiting({ alice, bob }: Scene, number: DeviceNumber): readonly number[] {
  const { from, to } = keysUnder(deviceKey(bob, number))
  const limit = Number.MAX_SAFE_INTEGER
  const { rows } = alice.rows.range({ table: 'outbox', from, to, limit })
  return rows.map(({ key }) => Number.parseInt(key.slice(36), 16))
}

function states({ alice, bob }: Scene): readonly Timeline['state'][] {
  return messagesOf(alice.rows, bob).map(({ state }) => state)
}

function notices({ alice, bob }: Scene): readonly (readonly [string | undefined, number])[] {
  return messagesOf(alice.rows, bob)
    .filter(({ kind }) => kind === 'notice')
    .map(({ notice, device: about }) => [notice, about])
}

/** A content that brings a list, an address, or both. */
function update(
  number: number,
  list: SignedDeviceList | undefined,
  address?: ReturnType<typeof deviceRecord>
): Content {
  return content(number, { type: 'address-update', address, deviceList: list })
}

describe('a message to a contact with two devices', () => {
  it('is one message with one number, and a ciphertext for each device at its own relays', () => {
    const all = scene()
    const { alice, bob, rita, rosa } = all
    alice.send(bob, 'hello')
    assert.equal(messagesOf(alice.rows, bob).length, 1)
    assert.deepEqual(waiting(all, FIRST), [1])
    assert.deepEqual(waiting(all, SECOND), [1])
    assert.equal(rita.envelopes.length, 1)
    assert.equal(rosa.envelopes.length, 1)
    assert.notEqual(rita.envelopes[0]?.envelopeId, rosa.envelopes[0]?.envelopeId)
    assert.equal(alice.machine.contact(bob)?.nextNumber, 2)
    const rows = [FIRST, SECOND].map((number) => {
      const value = alice.rows.get({ table: 'outbox', key: outboxKey(bob, number, 1) })
      return value?.length
    })
    assert.ok(rows[0] !== undefined && rows[0] === rows[1])
  })

  it('leaves out a device that cannot be written to, and goes on with the next number for both', () => {
    const all = scene()
    const { alice, bob } = all
    alice.submit(bob, content(1), 100, [FIRST])
    alice.submit(bob, content(2))
    assert.deepEqual(waiting(all, FIRST), [1, 2])
    assert.deepEqual(waiting(all, SECOND), [2])
  })

  it('goes to nobody that left while it was encrypted', () => {
    const all = scene()
    const { alice, bob } = all
    const submission = alice.submission(bob, content(1))
    alice.receive(bob, update(1, shrunkList(2, [1], [2])))
    alice.give({ type: 'submit', submissions: [submission] })
    assert.deepEqual(waiting(all, FIRST), [1])
    assert.deepEqual(waiting(all, SECOND), [])
  })

  it('is durable together with another of the same input', () => {
    const { alice, bob } = scene()
    const carol = alice.knows('carol', [new TestRelay('ruth')])
    alice.online()
    const before = alice.machine.handle({
      type: 'submit',
      atMs: alice.nowMs,
      submissions: [alice.submission(bob, content(1)), alice.submission(carol, content(1))]
    })
    const written = before.flatMap((effect) =>
      effect.type === 'write' && effect.table === 'outbox' ? [effect.key] : []
    )
    assert.deepEqual(written, [
      outboxKey(bob, FIRST, 1),
      outboxKey(bob, SECOND, 1),
      outboxKey(carol, FIRST, 1)
    ])
  })

  it('has a tick once the relays of one device have it, told once', () => {
    const all = scene()
    const { alice, bob, rita, rosa } = all
    alice.down(rita)
    alice.send(bob)
    assert.deepEqual(states(all), ['on-relay'])
    assert.deepEqual(
      messagesOf(alice.rows, bob)[0]?.storedAt.map(({ relay }) => relay),
      [rosa.nodeKey]
    )
    assert.equal(alice.takeNotices('message-state').length, 1)
    rita.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(rita.envelopes.length, 1)
    assert.deepEqual(alice.takeNotices('message-state'), [])
    assert.deepEqual(
      messagesOf(alice.rows, bob)[0]?.storedAt.map(({ relay }) => relay),
      [rosa.nodeKey],
      'the relays of the device that made the tick'
    )
  })

  it('is told of one tick where both have it in the same moment', () => {
    const { alice, bob } = scene()
    alice.isHolding = true
    alice.send(bob)
    alice.isHolding = false
    alice.answerReads()
    assert.deepEqual(
      alice.takeNotices('message-state').map(({ state }) => state),
      ['on-relay']
    )
  })

  it('is delivered at the first receipt, and waits for the other device', () => {
    const all = scene()
    const { alice, bob } = all
    alice.send(bob)
    alice.takeNotices('message-state')
    alice.told(bob, { deliveredUpTo: 1 }, SECOND)
    assert.deepEqual(states(all), ['delivered'])
    assert.deepEqual(waiting(all, FIRST), [1])
    assert.deepEqual(waiting(all, SECOND), [])
    alice.told(bob, { deliveredUpTo: 1 }, FIRST)
    assert.deepEqual(waiting(all, FIRST), [])
    assert.deepEqual(
      alice.takeNotices('message-state').map(({ state }) => state),
      ['delivered']
    )
  })

  it('has no tick any more to tell of once it is delivered', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.down(rita)
    alice.send(bob)
    alice.told(bob, { deliveredUpTo: 1 }, SECOND)
    alice.takeNotices('message-state')
    rita.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(rita.envelopes.length, 1)
    assert.deepEqual(alice.takeNotices('message-state'), [])
    assert.deepEqual(states(all), ['delivered'])
  })

  it('keeps the relays that made the tick, whichever device receipts first', () => {
    for (const order of [
      [FIRST, SECOND],
      [SECOND, FIRST]
    ]) {
      const { alice, bob, rita, rosa } = scene()
      alice.down(rita)
      alice.send(bob)
      alice.advance(SECOND_MS)
      rita.isUp = true
      alice.advance(10 * MINUTE_MS)
      assert.equal(rita.envelopes.length, 1)
      for (const number of order) {
        alice.told(bob, { deliveredUpTo: 1 }, number)
      }
      assert.deepEqual(
        messagesOf(alice.rows, bob)[0]?.storedAt.map(({ relay }) => relay),
        [rosa.nodeKey]
      )
    }
  })

  it('is read once it was read on one of them', () => {
    const all = scene()
    const { alice, bob } = all
    alice.send(bob)
    alice.takeNotices('message-state')
    alice.told(bob, { deliveredUpTo: 1, readUpTo: 1 }, SECOND)
    alice.told(bob, { deliveredUpTo: 1, readUpTo: 1 }, FIRST)
    assert.deepEqual(states(all), ['read'])
    assert.deepEqual(
      alice.takeNotices('message-state').map(({ state }) => state),
      ['delivered', 'read']
    )
  })

  it('is a problem only where neither device can be reached', () => {
    const { alice, bob, rita, rosa } = scene()
    rita.script = ({ request }) =>
      request.type === 'deposit' ? { type: 'refused', reason: 'denied' } : undefined
    alice.send(bob)
    assert.deepEqual(alice.takeNotices('contact-problem'), [])
    rosa.script = rita.script
    alice.send(bob)
    assert.deepEqual(alice.takeNotices('contact-problem'), [
      { type: 'contact-problem', contactId: bob, problem: 'denied' }
    ])
  })
})

describe('a contact with two devices who is unblocked', () => {
  it('is written to on both, whichever was heard last: none could be heard', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1), undefined, 1, FIRST)
    alice.nowMs += DAY_MS
    alice.receive(bob, content(1), undefined, 1, SECOND)
    alice.give({ type: 'block', contactId: bob })
    alice.nowMs += 35 * DAY_MS
    alice.give({ type: 'unblock', contactId: bob })
    assert.deepEqual(alice.machine.recipientDevices(bob, alice.nowMs), [FIRST, SECOND])
  })
})

describe('receipts for two devices', () => {
  it('are one content, with a word for each, for those that are owed one', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1), undefined, 1, FIRST)
    alice.receive(bob, content(1), undefined, 1, SECOND)
    alice.receive(bob, content(2), undefined, 1, SECOND)
    alice.advance(SECOND_MS)
    assert.deepEqual(
      alice.machine.progress(bob).words.map((word) => [word.device, word.deliveredUpTo]),
      [
        [FIRST, 1],
        [SECOND, 2]
      ]
    )
    assert.deepEqual(alice.machine.receiptDevices(bob), [FIRST, SECOND])
    assert.equal(alice.composeReceipts(), 1)
    assert.equal(alice.rows.count('receipt'), 2)
    assert.deepEqual(alice.machine.receiptDevices(bob), [])
    alice.receive(bob, content(3), undefined, 1, SECOND)
    assert.deepEqual(alice.machine.receiptDevices(bob), [SECOND])
    alice.advance(SECOND_MS)
    assert.equal(alice.composeReceipts(), 1)
    alice.advance(MINUTE_MS)
    assert.deepEqual(alice.take('compose-receipt'), [])
  })

  it('are owed still to the one that a message did not go to', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1), undefined, 1, FIRST)
    alice.receive(bob, content(1), undefined, 1, SECOND)
    alice.submit(bob, content(1), 100, [FIRST])
    assert.deepEqual(alice.machine.receiptDevices(bob), [SECOND])
    alice.advance(SECOND_MS)
    assert.equal(alice.take('compose-receipt').length, 1)
  })

  it('are owed after a restart to those that were owed one', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1), undefined, 1, FIRST)
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    alice.receive(bob, content(1), undefined, 1, SECOND)
    alice.restart()
    assert.deepEqual(alice.machine.receiptDevices(bob), [SECOND])
    assert.deepEqual(alice.take('compose-receipt'), [{ type: 'compose-receipt', contactId: bob }])
  })
})

describe('messages of two devices', () => {
  it('are told apart by device and number, and stand in the order in which they came', () => {
    const { alice, bob } = scene()
    const say = (text: string): ContentBody => ({ type: 'text', text })
    alice.receive(bob, content(1, say('from the second')), undefined, 1, SECOND)
    alice.receive(bob, content(1, say('from the first')), undefined, 1, FIRST)
    alice.send(bob, 'an answer')
    alice.receive(bob, content(2, say('again from the first')), undefined, 1, FIRST)
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ text }) => text),
      ['from the second', 'from the first', 'an answer', 'again from the first']
    )
  })

  it('stand below those of the other device also after the clock was set back', () => {
    const { alice, bob } = scene()
    alice.receive(bob, content(1), undefined, 1, SECOND)
    alice.setClock(START_MS - 60 * MINUTE_MS)
    alice.receive(bob, content(1), undefined, 1, FIRST)
    alice.send(bob)
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ kind, device: sender }) => [kind, sender]),
      [
        ['received', SECOND],
        ['received', FIRST],
        ['sent', FIRST]
      ]
    )
  })
})

describe('a device that leaves', () => {
  it('takes what was on its way to it along, and the chat says so', () => {
    const all = scene()
    const { alice, bob, rosa } = all
    for (let i = 0; i < 200; i++) {
      alice.send(bob)
    }
    alice.receive(bob, content(1), undefined, 1, SECOND)
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    assert.ok(alice.isConnected(rosa))
    alice.receive(bob, update(1, shrunkList(2, [1], [2])))
    assert.deepEqual(alice.machine.devices(bob), [FIRST])
    assert.deepEqual(waiting(all, SECOND), [])
    assert.equal(waiting(all, FIRST).length, 200)
    const key = deviceKey(bob, SECOND)
    for (const table of ['progress', 'their-address', 'receipt'] as const) {
      assert.equal(alice.rows.get({ table, key }), undefined, table)
    }
    assert.deepEqual(notices(all), [['device-removed', SECOND]])
    alice.advance(5 * MINUTE_MS)
    assert.ok(!alice.isConnected(rosa), 'nobody needs its relay any more')
  })

  it('leaves what its relays had answered in the messages, and no more than that', () => {
    const all = scene()
    const { alice, bob, rita, rosa } = all
    alice.down(rita)
    alice.send(bob)
    alice.receive(bob, update(1, shrunkList(2, [1], [2])), rosa)
    const [message] = messagesOf(alice.rows, bob)
    assert.equal(message?.state, 'on-relay')
    assert.deepEqual(
      message.storedAt.map(({ relay }) => relay),
      [rosa.nodeKey]
    )
  })

  it('is forgotten whole, whenever a crash comes', () => {
    for (let step = 0; step < 10; step++) {
      const all = scene()
      const { alice, bob } = all
      for (let i = 0; i < 150; i++) {
        alice.send(bob)
      }
      alice.isHolding = true
      alice.receive(bob, update(1, shrunkList(2, [1], [2])))
      for (let i = 0; i < step; i++) {
        alice.answerReads()
      }
      alice.isHolding = false
      alice.restart()
      assert.deepEqual(waiting(all, SECOND), [])
      assert.equal(
        alice.rows.get({ table: 'their-address', key: deviceKey(bob, SECOND) }),
        undefined
      )
      assert.equal(waiting(all, FIRST).length, 150)
    }
  })

  it("says nothing any more in its account's name", () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, update(1, shrunkList(2, [1], [2])))
    assert.ok(!alice.machine.isSenderAllowed(bob, SECOND, content(1)))
    alice.receive(bob, content(1), undefined, 1, SECOND)
    assert.equal(messagesOf(alice.rows, bob).length, 1, 'the notice alone')
  })
})

describe('a device that comes', () => {
  it('is heard with the list that names it, and written to once it gave its address', () => {
    const all = scene(deviceList(1, 1))
    const { alice, bob } = all
    alice.send(bob)
    const ruth = new TestRelay('ruth')
    alice.relays.set(ruth.nodeKey, ruth)
    const first = update(1, deviceList(2, 1, 3), deviceRecord('bob', THIRD, [ruth]))
    assert.ok(alice.machine.isSenderAllowed(bob, THIRD, first))
    alice.receive(bob, first, undefined, 1, THIRD)
    assert.deepEqual(alice.machine.devices(bob), [FIRST, THIRD])
    assert.deepEqual(notices(all), [['device-added', THIRD]])
    assert.equal(alice.machine.theirAddress(bob, THIRD)?.version, 1)
    alice.send(bob)
    assert.equal(ruth.envelopes.length, 1)
    assert.deepEqual(waiting(all, THIRD), [2], 'nothing of what was said before')
    alice.told(bob, { deliveredBeyond: [{ first: 2, last: 2 }] }, THIRD)
    assert.deepEqual(waiting(all, THIRD), [])
    alice.restart()
    assert.equal(alice.machine.theirAddress(bob, THIRD)?.version, 1)
    assert.deepEqual(alice.machine.devices(bob), [FIRST, THIRD])
  })

  it('may be announced by another one, and gives its address later', () => {
    const all = scene(deviceList(1, 1))
    const { alice, bob } = all
    alice.receive(bob, update(1, deviceList(2, 1, 3)))
    assert.deepEqual(alice.machine.devices(bob), [FIRST, THIRD])
    assert.ok(!alice.machine.isBusy() || alice.machine.receiptDevices(bob).length > 0)
    alice.send(bob)
    assert.deepEqual(waiting(all, THIRD), [1])
    const ruth = new TestRelay('ruth')
    alice.relays.set(ruth.nodeKey, ruth)
    const address = deviceRecord('bob', THIRD, [ruth])
    alice.receive(bob, update(1, undefined, address), undefined, 1, THIRD)
    assert.equal(ruth.envelopes.length, 1, 'what had waited for an address')
  })

  it('is refused without a list that names it', () => {
    const { alice, bob } = scene(deviceList(5, 1, 2))
    const cases: readonly (readonly [string, Content])[] = [
      ['no list', content(1)],
      ['an older one', update(1, deviceList(4, 1, 2, 3))],
      ['one without it', update(1, deviceList(6, 1, 2))],
      ['one that removed it', update(1, shrunkList(6, [1, 2], [3]))],
      ['no list at all', update(1, { body: Uint8Array.of(1, 2, 3), signature: new Uint8Array(64) })]
    ]
    for (const [name, given] of cases) {
      assert.ok(!alice.machine.isSenderAllowed(bob, THIRD, given), name)
      alice.receive(bob, given, undefined, 1, THIRD)
      assert.deepEqual(alice.machine.devices(bob), [FIRST, SECOND], name)
      assert.equal(messagesOf(alice.rows, bob).length, 0, name)
    }
    assert.ok(!alice.machine.isSenderAllowed(contactId('nobody'), FIRST, content(1)))
  })

  it('does not make something unreadable of what it cannot say', () => {
    const { alice, bob, rita } = scene()
    alice.give({
      type: 'discarded',
      origin: originOf(rita, 1),
      reason: 'unreadable',
      contactId: bob,
      device: THIRD
    })
    assert.equal(messagesOf(alice.rows, bob).length, 0)
  })

  it('changes its address with a higher version, and only its own', () => {
    const { alice, bob } = scene()
    const [ruth, rhea] = [new TestRelay('ruth'), new TestRelay('rhea')]
    alice.relays.set(ruth.nodeKey, ruth)
    alice.relays.set(rhea.nodeKey, rhea)
    alice.send(bob)
    const moved = deviceRecord('bob', SECOND, [ruth], 2)
    alice.receive(bob, update(1, undefined, moved), undefined, 1, FIRST)
    assert.equal(alice.machine.theirAddress(bob, SECOND)?.version, 1)
    alice.receive(bob, update(1, undefined, moved), undefined, 1, SECOND)
    assert.equal(alice.machine.theirAddress(bob, SECOND)?.version, 2)
    assert.equal(ruth.envelopes.length, 1, 'what was not receipted goes to the new address')
    const older = deviceRecord('bob', SECOND, [rhea], 2)
    alice.receive(bob, update(2, undefined, older), undefined, 1, SECOND)
    assert.equal(rhea.envelopes.length, 0)
    alice.restart()
    assert.equal(alice.machine.theirAddress(bob, SECOND)?.version, 2)
  })

  it('changes its address also under a number that a copy of it gave to something else', () => {
    const { alice, bob, rosa } = scene()
    alice.receive(bob, content(1), undefined, 1, SECOND)
    const moved = deviceRecord('bob', SECOND, [rosa], 2)
    alice.receive(bob, update(1, undefined, moved), undefined, 2, SECOND)
    assert.equal(alice.machine.theirAddress(bob, SECOND)?.version, 2)
  })
})

describe('two lists of one version', () => {
  it('count together until a later one comes', () => {
    const all = scene(deviceList(2, 1, 2))
    const { alice, bob } = all
    const other = shrunkList(2, [1, 3], [2])
    alice.receive(bob, update(1, other), undefined, 1, THIRD)
    assert.deepEqual(alice.machine.devices(bob), [FIRST, THIRD], 'who is removed in one is removed')
    assert.deepEqual(notices(all), [
      ['device-removed', SECOND],
      ['device-added', THIRD]
    ])
    alice.restart()
    assert.deepEqual(alice.machine.devices(bob), [FIRST, THIRD])
    alice.receive(bob, update(1, deviceList(2, 1, 2)))
    assert.deepEqual(alice.machine.devices(bob), [FIRST, THIRD], 'nothing new')
    alice.receive(bob, update(2, shrunkList(3, [1, 3], [2])))
    assert.deepEqual(alice.machine.devices(bob), [FIRST, THIRD])
    assert.equal(notices(all).length, 2, 'joining the two changes nothing')
  })
})

describe('the notice of a change', () => {
  it('is told as a message is, is not unread, and stands below what was said', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(1))
    alice.takeNotices('message-received')
    alice.receive(bob, update(2, shrunkList(2, [1], [2])))
    const told = alice.takeNotices('message-received')
    assert.equal(told.length, 1)
    assert.equal(alice.rows.count('unread'), 1)
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ kind }) => kind),
      ['received', 'notice']
    )
    assert.ok((told[0]?.row.key ?? '') > messageKey(bob, alice.nowMs, OURS, 9))
  })

  it('is not written of the list that comes first', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rita])
    alice.online()
    alice.receive(bob, update(1, deviceList(1, 1, 2)))
    assert.deepEqual(alice.machine.devices(bob), [FIRST, SECOND])
    assert.equal(messagesOf(alice.rows, bob).length, 0)
  })
})

const OURS = { device: FIRST, isOwn: true }

describe("the account's own other devices", () => {
  it('are a contact that is not shown, without this one', () => {
    const alice = new TestPeer('alice', [])
    const row = contactRow('alice', {
      state: ContactState.SELF,
      deviceList: encodeSignedDeviceList(deviceList(1, 1, 2))
    })
    alice.rows.apply({ type: 'write', table: 'contact', ...row })
    assert.equal(alice.machine.self(), undefined)
    alice.restart()
    const self = alice.machine.self()
    assert.equal(self?.identityKey, identity('alice'))
    assert.deepEqual(alice.machine.devices(self.contactId), [SECOND])
    assert.deepEqual(alice.machine.contacts(), [])
    assert.ok(!alice.machine.isSenderAllowed(self.contactId, FIRST, content(1)))
    assert.ok(alice.machine.isSenderAllowed(self.contactId, SECOND, content(1)))
  })
})
