import assert from 'node:assert/strict'
import type { PeerNotice } from '@sealpost/core'
import {
  addressRecord,
  content,
  DAY_MS,
  device,
  HOUR_MS,
  identity,
  MINUTE_MS
} from '../peer/cast.ts'
import { says, saysOf, type Siblings, siblings } from './siblings-scene.ts'

const PHONE = device(2)

/** Alice’s phone can be reached, and the relay denies all that is for it. */
function denied(): Siblings {
  const scene = siblings()
  const { alice, rita, self } = scene
  const address = addressRecord('alice 2', [rita.address], { device: PHONE })
  saysOf(scene, { identityKey: identity('alice'), addresses: [address] }, 3)
  alice.takeNotices('devices-changed')
  rita.script = ({ request }) =>
    request.type === 'deposit' ? { type: 'refused', reason: 'denied' } : undefined
  const mark = { identityKey: identity('bob'), device: device(1), upTo: 1 }
  alice.submit(self, content(1, { type: 'read-marks', marks: [mark] }), 100, [PHONE])
  return scene
}

describe('another own device for which no relay takes anything', function () {
  this.timeout(60_000)

  it('is told of by itself, and once', () => {
    const scene = denied()
    const { alice, self } = scene
    const isNews = ({ type }: PeerNotice): boolean => {
      return type === 'devices-changed' || type === 'device-not-found' || type === 'contact-problem'
    }
    assert.deepEqual(alice.notices.splice(0).filter(isNews), [
      { type: 'devices-changed' },
      { type: 'device-not-found', device: PHONE }
    ])
    assert.equal(alice.machine.isNowhere(self, PHONE), true)
    assert.equal(alice.machine.isNowhere(self, device(3)), false)
    alice.advance(12 * HOUR_MS)
    assert.deepEqual(alice.notices.splice(0).filter(isNews), [])
  })

  it('is not known to be anywhere, either, where it has never answered for 30 days', () => {
    const scene = denied()
    const { alice, rita, self } = scene
    rita.script = () => undefined
    alice.advance(30 * DAY_MS - MINUTE_MS)
    assert.equal(alice.machine.isNowhere(self, PHONE), false)
    alice.advance(MINUTE_MS)
    assert.equal(alice.machine.isNowhere(self, PHONE), true)
    const mark = { identityKey: identity('bob'), device: device(1), upTo: 1 }
    says(scene, 2, { type: 'read-marks', marks: [mark] })
    assert.equal(alice.machine.isNowhere(self, PHONE), false)
  })

  it('is found again once a relay takes something, and once it says where it is', () => {
    for (const isMoved of [false, true]) {
      const scene = denied()
      const { alice, rita, self } = scene
      alice.takeNotices('devices-changed')
      rita.script = () => undefined
      if (isMoved) {
        const address = addressRecord('alice 2 later', [rita.address], {
          device: PHONE,
          version: 2
        })
        says(scene, 2, { type: 'address-update', address, deviceList: undefined })
      } else {
        alice.advance(10 * MINUTE_MS)
      }
      assert.equal(alice.machine.isNowhere(self, PHONE), false)
      assert.ok(alice.takeNotices('devices-changed').length > 0)
    }
  })
})
