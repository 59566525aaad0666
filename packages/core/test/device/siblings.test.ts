import assert from 'node:assert/strict'
import { ownIndexKey, type ReceivedOwn } from '@sealpost/core'
import {
  bytesToUtf8,
  type Content,
  type ContentBody,
  decodeDeviceList,
  encodeContent,
  encodeDeviceList,
  type SignedDeviceList,
  transferIds
} from '@sealpost/protocol'
import {
  addressRecord,
  bytesOf,
  content,
  DAY_MS,
  device,
  deviceList,
  HOUR_MS,
  identity,
  relayAddress,
  shrunkList,
  START_MS
} from '../peer/cast.ts'
import { answer } from '../address/address-scene.ts'
import { originOf } from '../peer/origin-of.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import {
  blankState,
  copies,
  says,
  saysOf,
  type Siblings,
  siblings,
  tells
} from './siblings-scene.ts'

function brings(scene: Siblings, list: SignedDeviceList, from = 2): void {
  says(scene, from, { type: 'address-update', address: undefined, deviceList: list })
}

function listed({ alice }: Siblings): readonly number[] {
  return decodeDeviceList(alice.machine.account.deviceList.body).devices.map(({ number }) => number)
}

/** What is to be signed, as the client is asked. */
function toSign({ alice }: Siblings): readonly (readonly number[])[] {
  return alice.take('sign-device-list').map(({ body }) => {
    const { devices, version } = decodeDeviceList(body)
    return [version, ...devices.map(({ number }) => number)]
  })
}

function reachable(scene: Siblings, number: number): void {
  const address = addressRecord(`alice ${String(number)}`, [relayAddress('rosa')], {
    device: device(number)
  })
  saysOf(scene, { identityKey: identity('alice'), addresses: [address] })
}

describe('the account’s list, as another own device brings it', () => {
  it('is taken where it is later and says all that ours does', () => {
    const scene = siblings()
    brings(scene, deviceList(3, 1, 2, 3, 4))
    assert.deepEqual(listed(scene), [1, 2, 3, 4])
    assert.deepEqual(toSign(scene), [])
    scene.alice.restart()
    assert.deepEqual(listed(scene), [1, 2, 3, 4])
  })

  it('changes nothing where it is older, or says what ours says', () => {
    const scene = siblings(1, deviceList(5, 1, 2, 3))
    brings(scene, deviceList(4, 1, 2, 3))
    brings(scene, deviceList(5, 1, 2, 3))
    brings(scene, deviceList(4, 1, 2))
    assert.deepEqual(listed(scene), [1, 2, 3])
    assert.deepEqual(toSign(scene), [])
  })

  it('is joined with ours where each says something that the other does not, over a crash', () => {
    const scene = siblings(1, shrunkList(5, [1, 2, 3], [4]))
    brings(scene, shrunkList(5, [1, 2, 5], [3]))
    assert.deepEqual(toSign(scene), [[6, 1, 2, 5]])
    scene.alice.restart()
    assert.deepEqual(toSign(scene), [[6, 1, 2, 5]])
    const joined = shrunkList(6, [1, 2, 5], [3, 4])
    scene.alice.give({ type: 'device-list-signed', deviceList: joined, granted: undefined })
    assert.deepEqual(listed(scene), [1, 2, 5])
    scene.alice.advance(HOUR_MS)
    assert.deepEqual(toSign(scene), [])
  })

  it('says nothing where it is broken, whatever its signature', () => {
    const scene = siblings()
    for (const body of [new Uint8Array(0), bytesOf('no list', 64), new Uint8Array(40_000)]) {
      brings(scene, { body, signature: bytesOf('signature', 64) })
    }
    assert.deepEqual(listed(scene), [1, 2, 3])
    assert.equal(scene.alice.machine.stopped, undefined)
  })

  it('stops this device where it is not in it, and then nothing leaves', () => {
    const scene = siblings(3)
    brings(scene, shrunkList(3, [1, 2], [3]), 1)
    assert.equal(scene.alice.machine.stopped, 'removed')
    assert.equal(scene.alice.takeNotices('device-removed').length, 1)
    scene.alice.restart()
    assert.equal(scene.alice.machine.stopped, 'removed')
    scene.alice.advance(DAY_MS)
    assert.ok(!scene.alice.isConnected(scene.rita))
  })

  it('stops this device as a copy where its number is another’s', () => {
    const scene = siblings(3)
    const { alice } = scene
    assert.equal(alice.machine.account.registrationId, 7)
    brings(scene, otherThird(), 1)
    assert.equal(alice.machine.stopped, 'superseded')
  })
})

/** A list in which the third device is somebody else, and came first. */
function otherThird(): SignedDeviceList {
  const known = decodeDeviceList(deviceList(3, 1, 2, 3).body)
  const devices = known.devices.map((one) =>
    one.number === 3 ? { ...one, registrationId: 8, addedAtMs: START_MS - 1 } : one
  )
  return { body: encodeDeviceList({ ...known, devices }), signature: bytesOf('signature', 64) }
}

describe('a device that leaves the account', () => {
  it('is told so for two weeks, over restarts, and forgotten then', () => {
    const scene = siblings()
    reachable(scene, 3)
    const { alice, self } = scene
    const key = `${self}.03`
    assert.ok(alice.rows.get({ table: 'their-address', key }) !== undefined)
    brings(scene, shrunkList(3, [1, 2], [3]))
    alice.restart()
    assert.ok(alice.rows.get({ table: 'their-address', key }) !== undefined)
    alice.advance(14 * DAY_MS)
    assert.equal(alice.rows.get({ table: 'their-address', key }), undefined)
  })
})

describe('what a removed device sent before', () => {
  const BOB = identity('bob')

  /** The third device was removed at `START_MS`, and its copy of what it sent to bob, or what else it says, comes after that. */
  function late(sentAtMs: number, body: Partial<ContentBody> = {}, to = BOB): Siblings {
    const scene = siblings()
    saysOf(scene, {})
    brings(scene, shrunkList(3, [1, 2], [3]))
    const text = content(1, { type: 'text', text: 'just before' })
    const copy = { type: 'sent-copy', identityKey: to, content: encodeContent(text) } as const
    const said = content(1, { ...copy, ...body } as ContentBody, { sentAtMs })
    give(scene, said, { type: 'copy', identityKey: to, content: text, message: undefined })
    return scene
  }

  function give({ alice, rita, self }: Siblings, said: Content, own: ReceivedOwn): void {
    const origin = originOf(rita, 1, 'late')
    alice.give({ type: 'received', origin, contactId: self, device: device(3), content: said, own })
  }

  function textsOf({ alice }: Siblings): readonly string[] {
    return messagesOf(alice.rows, alice.contactOf(BOB)).map(({ text }) => text)
  }

  it('is shown, as far as clocks agree, and stays so', () => {
    for (const [agoMs, texts] of [
      [HOUR_MS, ['just before']],
      [-60_000, ['just before']],
      [-60_001, []]
    ] as const) {
      const scene = late(START_MS - agoMs)
      scene.alice.restart()
      assert.deepEqual(textsOf(scene), texts)
    }
  })

  it('makes no contact, and is all that counts of it', () => {
    const { alice } = late(START_MS, {}, identity('mallory'))
    assert.equal(alice.machine.contactOf(identity('mallory')), undefined)
    const contact = blankState({ name: 'robert', changedAtMs: START_MS + HOUR_MS })
    const other = late(START_MS, { type: 'contact-state', contact })
    assert.equal(other.alice.machine.contactOf(BOB)?.name, 'bob')
    assert.deepEqual(textsOf(other), [])
  })

  it('takes back what it wrote itself, and nothing else', () => {
    for (const [author, texts] of [
      [3, ['']],
      [2, ['kept']]
    ] as const) {
      const scene = siblings()
      saysOf(scene, {})
      const text = content(1, { type: 'text', text: 'kept' })
      const { messageId } = text
      assert.ok(messageId)
      copies(scene, author, text)
      brings(scene, shrunkList(3, [1, 2], [3]))
      const back = content(2, { type: 'withdrawal', messageId, number: 1 })
      const index = scene.alice.rows.get({ table: 'message-index', key: ownIndexKey(messageId) })
      const key = bytesToUtf8(index ?? new Uint8Array(0))
      const value = scene.alice.rows.get({ table: 'message', key })
      assert.ok(value)
      const body = { type: 'sent-copy', identityKey: BOB, content: encodeContent(back) } as const
      const own = {
        type: 'copy',
        identityKey: BOB,
        content: back,
        message: { key, value }
      } as const
      give(scene, content(2, body), own)
      assert.deepEqual(textsOf(scene), texts)
    }
  })

  it('decides how long messages stay, since the contact was told', () => {
    const scene = siblings()
    saysOf(scene, {})
    brings(scene, shrunkList(3, [1, 2], [3]))
    const said = content(1, { type: 'timer', seconds: 60, changedAtMs: START_MS })
    const body = { type: 'sent-copy', identityKey: BOB, content: encodeContent(said) } as const
    const own = { type: 'copy', identityKey: BOB, content: said, message: undefined } as const
    give(scene, content(1, body), own)
    assert.equal(scene.alice.machine.contactOf(BOB)?.timer.seconds, 60)
  })

  it('does not change what messages say, or what is put at them', () => {
    const scene = siblings()
    saysOf(scene, {})
    const text = content(1, { type: 'text', text: 'kept' })
    const { messageId } = text
    assert.ok(messageId)
    copies(scene, 3, text)
    brings(scene, shrunkList(3, [1, 2], [3]))
    for (const [number, word] of [
      [2, { type: 'edit', messageId, text: 'changed' }],
      [3, { type: 'reaction', messageId, isOfSender: true, emoji: '👍' }]
    ] as const) {
      const said = content(number, word)
      const body = { type: 'sent-copy', identityKey: BOB, content: encodeContent(said) } as const
      const own = { type: 'copy', identityKey: BOB, content: said, message: undefined } as const
      give(scene, content(number, body), own)
    }
    const [message] = messagesOf(scene.alice.rows, scene.alice.contactOf(BOB))
    assert.equal(message?.text, 'kept')
    assert.deepEqual(message.words, {})
  })

  it('is not taken any more once relays hold nothing of that time', () => {
    for (const [waitMs, count] of [
      [14 * DAY_MS - 1, 1],
      [14 * DAY_MS, 0]
    ] as const) {
      const scene = late(START_MS + HOUR_MS)
      scene.alice.advance(waitMs)
      const text = content(2, { type: 'text', text: 'just before' })
      const body = { type: 'sent-copy', identityKey: BOB, content: encodeContent(text) } as const
      const own = { type: 'copy', identityKey: BOB, content: text, message: undefined } as const
      give(scene, content(2, body), own)
      assert.equal(textsOf(scene).length, count)
    }
  })
})

/** What a copy says that became another device. */
const ASKS: ContentBody = {
  type: 'history-request',
  transferId: transferIds.fromBytes(bytesOf('asked', 16)),
  sinceMs: 0
}

describe('the account’s own devices', () => {
  it('are reached as they say themselves, and as one that knows them says', () => {
    const scene = siblings()
    const { alice, self } = scene
    reachable(scene, 3)
    assert.equal(alice.machine.theirAddress(self, device(3))?.device, 3)
    const address = addressRecord('alice 2', [relayAddress('rosa')], { device: device(2) })
    says(scene, 2, { type: 'address-update', address, deviceList: undefined })
    assert.equal(alice.machine.theirAddress(self, device(2))?.device, 2)
    const foreign = addressRecord('alice 3', [relayAddress('rosa')], {
      device: device(3),
      version: 9
    })
    says(scene, 2, { type: 'address-update', address: foreign, deviceList: undefined })
    assert.equal(alice.machine.theirAddress(self, device(3))?.version, 1, 'each of itself only')
  })

  it('are told to a backup with this one, which a device out of it is to reach', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    assert.deepEqual(alice.machine.ownDeviceAddresses(), [])
    alice.give({ type: 'expect-device', isGiven: false })
    const [first] = alice.machine.ownDeviceAddresses()
    assert.equal(first?.device, 1)
    alice.give({ type: 'expect-device', isGiven: false })
    alice.restart()
    const [again] = alice.machine.ownDeviceAddresses()
    assert.deepEqual(again?.seed, first.seed)
    const selfId = alice.machine.self()?.contactId
    assert.ok(selfId !== undefined)
    assert.ok(alice.machine.isReachableBy(selfId))
    const scene: Siblings = { alice, rita, self: selfId }
    brings(scene, deviceList(2, 1, 4), 4)
    assert.deepEqual(listed(scene), [1, 4])
  })

  it('are expected by a device that is alone, which tells nobody, and works for nobody', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rita])
    alice.give({ type: 'expect-device', isGiven: false })
    alice.online()
    alice.advance(HOUR_MS)
    alice.give({ type: 'rename', contactId: bob, name: 'robert' })
    alice.advance(HOUR_MS)
    const selfId = alice.machine.self()?.contactId
    assert.ok(selfId !== undefined && alice.machine.isReachableBy(selfId))
    const told = alice.take('compose-address').map(({ contactId }) => contactId)
    assert.ok(!told.includes(selfId))
    assert.deepEqual(alice.take('compose-own'), [])
    assert.equal(alice.machine.isBusy(), false)
  })

  it('give back what a device has forgotten that was put back to what it was, and are given what it has', () => {
    const scene = siblings()
    const { alice, rita, self } = scene
    tells(scene)
    assert.deepEqual(alice.machine.dueTransfers(), [])
    const held = (alice.machine.contact(self)?.nextNumber ?? 0) + 2
    alice.give({
      type: 'received',
      origin: originOf(rita, 77_000),
      contactId: self,
      device: device(2),
      content: content(
        0,
        { type: 'receipt' },
        {
          progress: [{ device: device(1), deliveredUpTo: held, deliveredBeyond: [], readUpTo: 0 }]
        }
      )
    })
    assert.deepEqual(
      alice.machine.dueTransfers().map((transfer) => [transfer.device, transfer.sinceMs]),
      [
        [2, 0],
        [3, 0]
      ]
    )
    assert.equal(alice.machine.contact(self)?.nextNumber, held + 1)
    assert.deepEqual(
      tells(scene).map(({ type }) => type),
      ['history-request']
    )
  })

  it('outrun, with the versions of all addresses, what a copy that became another device may have told', () => {
    const scene = siblings()
    const { alice, rita, self } = scene
    const mailboxes = [...rita.mailboxes]
    reachable(scene, 3)
    says(scene, 3, { type: 'read-marks', marks: [] })
    const bob = alice.meet('bob')
    answer(alice, bob)
    alice.take('compose-address')
    const version = (): number => {
      const versions = [bob, self].map((who) => alice.machine.ownAddress(who)?.version ?? 0)
      return Math.min(...versions)
    }
    const mustReplace = (): readonly boolean[] => [
      alice.machine.mustReplaceSession(bob, device(1), alice.nowMs),
      alice.machine.mustReplaceSession(self, device(3), alice.nowMs)
    ]
    const before = version()
    assert.ok(before > 0)
    assert.deepEqual(mustReplace(), [false, false])
    says(scene, 2, ASKS, undefined, 5_000)
    assert.ok(version() >= before + 1_000)
    const isThere = mailboxes.every((id) => rita.mailboxes.has(id))
    assert.ok(mailboxes.length > 0 && isThere, 'the copy knows where this one was')
    const after = version()
    says(scene, 2, ASKS, undefined, 5_000)
    assert.equal(version(), after, 'once')
    assert.deepEqual(mustReplace(), [true, true], 'the copy may have gone on in its sessions')
    alice.advance(HOUR_MS)
    const told = new Set(alice.take('compose-address').map(({ contactId }) => contactId))
    assert.deepEqual(told, new Set([self, bob]))
  })

  it('outrun it also for those that were silent here, and may have heard the copy', () => {
    const scene = siblings()
    const { alice, self } = scene
    says(scene, 3, { type: 'read-marks', marks: [] })
    const heardMs = alice.nowMs
    alice.advance(31 * DAY_MS)
    says(scene, 2, { type: 'read-marks', marks: [] })
    assert.deepEqual(alice.machine.recipientDevices(self, alice.nowMs), [2])
    says(scene, 2, ASKS, undefined, 5_000)
    assert.deepEqual(alice.machine.recipientDevices(self, alice.nowMs), [2, 3])
    const due = alice.machine.dueTransfers().map(({ device: to, sinceMs }) => [to, sinceMs])
    assert.deepEqual(due.toSorted(), [
      [2, 0],
      [3, heardMs - HOUR_MS]
    ])
  })

  it('outrun also a copy that had outrun this one', () => {
    const versions = [0, HOUR_MS].map((passedMs) => {
      const scene = siblings()
      scene.alice.advance(passedMs)
      says(scene, 2, ASKS, undefined, 5_000)
      return scene.alice.machine.ownAddress(scene.self)?.version ?? 0
    })
    const [earlier, later] = versions
    assert.ok(earlier !== undefined && later !== undefined && later > earlier + 1_000)
  })

  it('are told where a device is that had expected them', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.give({ type: 'expect-device', isGiven: false })
    alice.online()
    const self = alice.machine.self()?.contactId
    assert.ok(self !== undefined)
    assert.deepEqual(alice.take('open-direct'), [])
    brings({ alice, rita, self }, deviceList(2, 1, 4), 4)
    const told = alice.take('compose-address').map(({ contactId }) => contactId)
    assert.deepEqual(told, [self])
    assert.equal(alice.take('open-direct').length, 1)
  })

  it('are handed what was on its way to others when they joined, once they can be reached, as long as relays keep it', () => {
    const addedAtMs = START_MS + 40 * DAY_MS
    const { body } = deviceList(3, 1, 2, 3, 4)
    const known = decodeDeviceList(body)
    const devices = known.devices.map((one) => (one.number === 4 ? { ...one, addedAtMs } : one))
    const list = { body: encodeDeviceList({ ...known, devices }), signature: bytesOf('signed', 64) }
    const scene = siblings()
    brings(scene, list)
    assert.deepEqual(scene.alice.machine.dueTransfers(), [])
    reachable(scene, 4)
    assert.deepEqual(
      scene.alice.machine.dueTransfers().map((transfer) => [transfer.device, transfer.sinceMs]),
      [[4, addedAtMs - 30 * DAY_MS]]
    )
  })

  it('are handed what they missed once they are heard after a month in which they were left out', () => {
    const scene = siblings()
    const { alice, self } = scene
    const hears = (number: number): void => {
      const mark = { identityKey: identity('bob'), device: device(1), upTo: 1 }
      says(scene, number, { type: 'read-marks', marks: [mark] })
    }
    hears(3)
    const lastHeardMs = alice.nowMs
    for (let day = 0; day < 30; day++) {
      hears(2)
      assert.deepEqual(alice.machine.recipientDevices(self, alice.nowMs), [2, 3])
      alice.advance(DAY_MS)
    }
    assert.deepEqual(alice.machine.recipientDevices(self, alice.nowMs), [2])
    const number = alice.machine.contact(self)?.nextNumber ?? 0
    const body = { type: 'address-update', address: undefined, deviceList: deviceList(2, 1, 2, 3) }
    alice.submit(self, content(number, body as never), 100, [device(2)])
    alice.restart()
    assert.deepEqual(alice.machine.dueTransfers(), [])
    hears(3)
    assert.deepEqual(alice.machine.recipientDevices(self, alice.nowMs), [2, 3])
    assert.deepEqual(
      alice.machine.dueTransfers().map((transfer) => [transfer.device, transfer.sinceMs]),
      [[3, lastHeardMs - HOUR_MS]]
    )
    hears(3)
    assert.equal(alice.machine.dueTransfers().length, 1)
  })

  it('are handed nothing where they were left out for another reason, or for less than a month', () => {
    const scene = siblings()
    const { alice, self } = scene
    const mark = { identityKey: identity('bob'), device: device(1), upTo: 1 }
    says(scene, 3, { type: 'read-marks', marks: [mark] })
    alice.advance(29 * DAY_MS)
    const number = alice.machine.contact(self)?.nextNumber ?? 0
    alice.submit(self, content(number), 100, [device(2)])
    alice.wanted.length = 0
    says(scene, 3, { type: 'read-marks', marks: [mark] })
    assert.deepEqual(alice.machine.dueTransfers(), [])
    assert.deepEqual(alice.take('compose-again'), [], 'nor what was for another')
  })
})
