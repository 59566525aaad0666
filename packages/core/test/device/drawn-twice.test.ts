import assert from 'node:assert/strict'
import { decodeDeviceList, decodeResendRequest, encodeDeviceList } from '@sealpost/protocol'
import { addressRecord, bytesOf, content, device, deviceList, START_MS } from '../peer/cast.ts'
import { originOf } from '../peer/origin-of.ts'
import { deviceRecord, TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import { says, type Siblings, siblings } from './siblings-scene.ts'

/** The lists that were told to whoever is reached at a relay. */
function listsAt(relay: TestRelay): readonly unknown[] {
  return relay.envelopes
    .filter(({ deposit }) => deposit.ciphertext.type === 8)
    .map(({ deposit }) => decodeResendRequest(deposit.ciphertext.bytes).deviceList)
}

describe('two devices of an account that drew one number', () => {
  /** Alice's own list says so of her number, and knows another device too. */
  function met(registrationId: number, addedAtMs: number): TestPeer {
    const alice = new TestPeer('alice', [])
    const known = decodeDeviceList(alice.machine.account.deviceList.body)
    const [own] = known.devices
    assert.ok(own)
    const list = {
      version: known.version + 1,
      devices: [{ number: own.number, registrationId, addedAtMs }],
      removed: known.removed
    }
    const body = encodeDeviceList(list)
    const deviceList = { body, signature: bytesOf('signature', 64) }
    alice.give({ type: 'device-list-signed', deviceList, granted: undefined })
    return alice
  }

  it('are one of them and one that stops, and is told so, over restarts', () => {
    const alice = met(1, 0)
    assert.equal(alice.machine.stopped, 'superseded')
    assert.equal(alice.takeNotices('superseded').length, 1)
    assert.equal(alice.takeNotices('device-removed').length, 0)
    alice.restart()
    assert.equal(alice.machine.stopped, 'superseded')
  })

  it('leave it to the one that was added first', () => {
    const alice = met(16_000, START_MS * 2)
    assert.equal(alice.machine.stopped, undefined)
    assert.equal(alice.takeNotices('superseded').length, 0)
  })

  /** Another own device, which has the number 2 by the list or does not, tells an address at rosa. */
  function heard(registrationId: number): Siblings & { readonly rosa: TestRelay } {
    const scene = siblings()
    const { alice, self } = scene
    const rosa = new TestRelay('rosa')
    alice.relays.set(rosa.nodeKey, rosa)
    const changes = { device: device(2), registrationId }
    const address = addressRecord('alice 2', [rosa.address], changes)
    says(scene, 2, { type: 'address-update', address, deviceList: undefined })
    const [version] = listsAt(rosa).length === 0 ? [address.version] : [undefined]
    assert.equal(alice.machine.theirAddress(self, device(2))?.version, version)
    return { ...scene, rosa }
  }

  it('are told so by whoever hears the one that the list does not name', () => {
    const { alice, rosa } = heard(8)
    assert.deepEqual(listsAt(rosa), [alice.machine.account.deviceList])
    alice.restart()
    alice.online()
    assert.equal(listsAt(heard(7).rosa).length, 0)
  })

  it('learn it from a request that brings the list', () => {
    const { alice, rita, self } = siblings()
    const known = decodeDeviceList(alice.machine.account.deviceList.body)
    const devices = known.devices.map((one) => {
      return one.number === 1 ? { ...one, registrationId: 8, addedAtMs: one.addedAtMs - 1 } : one
    })
    const body = encodeDeviceList({ ...known, version: known.version + 1, devices })
    const deviceList = { body, signature: bytesOf('signature', 64) }
    const request = {
      sentAtMs: START_MS,
      ciphertextHash: new Uint8Array(0),
      progress: [],
      isSessionBroken: false,
      furtherHashes: [],
      deviceList
    }
    const from = { contactId: self, device: device(2), request, unheard: undefined }
    alice.give({ type: 'resend-requested', origin: originOf(rita, 1), ...from })
    assert.equal(alice.machine.stopped, 'superseded')
    assert.equal(alice.take('compose-again').length, 0)
  })

  it('believe nobody else who says so', () => {
    const { alice, rita } = siblings()
    const bob = alice.knows('bob', [rita])
    alice.restart()
    alice.online()
    const list = deviceList(9, 2)
    const request = {
      sentAtMs: START_MS,
      ciphertextHash: new Uint8Array(0),
      progress: [],
      isSessionBroken: false,
      furtherHashes: [],
      deviceList: list
    }
    const from = { contactId: bob, device: device(1), request, unheard: undefined }
    alice.give({ type: 'resend-requested', origin: originOf(rita, 1), ...from })
    assert.equal(alice.machine.stopped, undefined)
    assert.notDeepEqual(alice.machine.contact(bob)?.deviceList, list)
  })

  it('are reached by a contact where the list says, whatever the other one told before', () => {
    const [rita, alice] = [new TestRelay('rita'), new TestPeer('alice', [])]
    const bob = alice.knowsDevices('bob', [[device(1), [rita]]], deviceList(1, 1, 2))
    alice.online()
    const told = (number: number, version: number, registrationId: number): unknown => {
      const address = { ...deviceRecord('bob', device(2), [rita], version), registrationId }
      const update = { type: 'address-update', address, deviceList: undefined } as const
      alice.receive(bob, content(number, update), undefined, 1, device(2))
      return alice.machine.theirAddress(bob, device(2))?.version
    }
    assert.equal(told(1, 5, 8), 5)
    assert.equal(told(2, 4, 8), 5)
    assert.equal(told(3, 2, 7), 2)
    assert.equal(told(4, 1, 7), 2)
  })
})
