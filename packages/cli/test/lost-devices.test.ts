import assert from 'node:assert/strict'
import { parseDeviceNumber } from '@sealpost/protocol'
import { lostDevicesText } from '../src/lost-devices.ts'
import { sentences } from '../src/sentences.ts'

type Device = Parameters<typeof lostDevicesText>[0][number]

/** This device, and others, of which some cannot be found. */
function devices(...lost: readonly boolean[]): readonly Device[] {
  return [false, ...lost].map((isNowhere, at) => {
    const device = parseDeviceNumber(at + 1)
    assert.ok(device !== undefined)
    return { device, name: '', addedAtMs: 0, isThis: at === 0, isReachable: true, isNowhere }
  })
}

describe('devices that cannot be found', () => {
  it('are told of together with what to do, otherwise where none of them can be', () => {
    assert.equal(lostDevicesText(devices()), undefined)
    assert.equal(lostDevicesText(devices(false, false)), undefined)
    assert.equal(lostDevicesText(devices(true, false)), sentences.devices.someNotFound)
    assert.equal(lostDevicesText(devices(true, true)), sentences.devices.noneFound)
    assert.equal(lostDevicesText(devices(true)), sentences.devices.noneFound)
  })
})
