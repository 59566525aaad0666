import assert from 'node:assert/strict'
import { decodeDeviceList, encodeDeviceList } from '@sealpost/protocol'
import { bytesOf, START_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'

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
})
