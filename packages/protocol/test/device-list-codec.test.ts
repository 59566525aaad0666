import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeDeviceList,
  decodeSignedDeviceList,
  DEVICE_LIST_BYTES_MAX,
  DEVICES_MAX,
  encodeDeviceList,
  encodeSignedDeviceList
} from '@sealpost/protocol'
import type { Device, DeviceList, DeviceNumber } from '@sealpost/protocol'
import { deviceList, signedDeviceList } from './arbitrary-content.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some } from './mallory-frames.ts'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_CONTENT_MALFORMED' }

function device(number: number, fields: Partial<Device> = {}): Device {
  return { number: number as DeviceNumber, registrationId: 1, addedAtMs: 0, ...fields }
}

function takes(list: DeviceList): void {
  assert.deepEqual(decodeDeviceList(encodeDeviceList(list)), list)
}

function refuses(list: DeviceList): void {
  assert.throws(() => encodeDeviceList(list), MALFORMED)
}

describe('a device list', () => {
  it('comes back as it was written', () => {
    fc.assert(fc.property(deviceList, takes))
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      { decode: decodeDeviceList, encode: encodeDeviceList, code: 'SEALPOST_CONTENT_MALFORMED' },
      deviceList
    )
  })

  it('holds every number there is, used or used up, and none twice', () => {
    const all = Array.from({ length: DEVICES_MAX }, (_, i) => device(i + 1))
    takes({ version: 1, devices: all, removed: [] })
    takes({ version: 1, devices: [], removed: all.map(({ number }) => number) })
    refuses({ version: 1, devices: [...all, device(128)], removed: [] })
    refuses({ version: 1, devices: [device(1), device(1)], removed: [] })
    refuses({ version: 1, devices: [device(1)], removed: [device(1).number] })
    refuses({ version: 1, devices: [], removed: [device(2).number, device(2).number] })
    refuses({ version: 1, devices: [device(0)], removed: [] })
    refuses({ version: 1, devices: [], removed: [device(128).number] })
  })

  it('says of each device what a device can have', () => {
    const of = (fields: Partial<Device>): DeviceList => ({
      version: 0xffff_ffff,
      devices: [device(127, fields)],
      removed: []
    })
    takes(of({ registrationId: 16_380, addedAtMs: Number.MAX_SAFE_INTEGER }))
    refuses(of({ registrationId: 0 }))
    refuses(of({ registrationId: 16_381 }))
    refuses(of({ addedAtMs: -1 }))
    refuses({ ...of({}), version: 2 ** 32 })
  })

  it('has at most 8,192 bytes', () => {
    // A field of a later version fills the rest: tag 2, length 3.
    const padded = (length: number) =>
      Uint8Array.from([
        0xa2,
        0x06,
        0x80 | ((length - 5) & 0x7f),
        0x80 | (((length - 5) >> 7) & 0x7f),
        0,
        ...some(length - 5)
      ])
    assert.deepEqual(decodeDeviceList(padded(DEVICE_LIST_BYTES_MAX)).devices, [])
    assert.throws(() => decodeDeviceList(padded(DEVICE_LIST_BYTES_MAX + 1)), MALFORMED)
  })
})

describe('a signed device list', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(signedDeviceList, (list) => {
        assert.deepEqual(decodeSignedDeviceList(encodeSignedDeviceList(list)), list)
      })
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeSignedDeviceList,
        encode: encodeSignedDeviceList,
        code: 'SEALPOST_CONTENT_MALFORMED'
      },
      signedDeviceList
    )
  })

  it('has a body of at most 8,192 bytes and a signature of 64', () => {
    const list = { body: some(DEVICE_LIST_BYTES_MAX), signature: some(64) }
    assert.deepEqual(decodeSignedDeviceList(encodeSignedDeviceList(list)), list)
    for (const wrong of [
      { ...list, body: some(DEVICE_LIST_BYTES_MAX + 1) },
      { ...list, signature: some(63) },
      { ...list, signature: some(65) }
    ]) {
      assert.throws(() => encodeSignedDeviceList(wrong), MALFORMED)
    }
  })
})
