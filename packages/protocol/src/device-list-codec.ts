/** Lists of devices, and the signature that binds one to an account. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import {
  content,
  copyOf,
  deviceNumber,
  readPart,
  registrationId,
  safeInteger,
  SIGNATURE_BYTES,
  uint32,
  unique,
  writePart
} from './content-bounds.ts'
import type { DeviceList, SignedDeviceList } from './address-record.ts'
import type { SignedDeviceList as WireSignedDeviceList } from './gen/sealpost/content/v1/content_pb.ts'
import { DeviceListSchema, SignedDeviceListSchema } from './gen/sealpost/content/v1/content_pb.ts'
import { CONTENT_BYTES_MAX, DEVICE_LIST_BYTES_MAX, DEVICES_MAX } from './limits.ts'

function checkDeviceList(list: DeviceList): void {
  const { devices, removed } = list
  uint32(list.version, 'a version')
  content.count(0, DEVICES_MAX, devices, 'devices')
  content.count(0, DEVICES_MAX, removed, 'removed devices')
  unique([...devices.map(({ number }) => number), ...removed].map(deviceNumber), 'a device')
  for (const device of devices) {
    registrationId(device.registrationId)
    safeInteger(device.addedAtMs, 'a time')
  }
}

/**
 * Writes a device list: the bytes that are signed.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for a list that breaks its bounds.
 */
export function encodeDeviceList(list: DeviceList): Uint8Array {
  checkDeviceList(list)
  const devices = list.devices.map((device) => ({
    ...device,
    addedAtMs: content.toUint64(device.addedAtMs, 'a time')
  }))
  const message = { version: list.version, devices, removed: [...list.removed] }
  return writePart(DeviceListSchema, message, DEVICE_LIST_BYTES_MAX)
}

/**
 * Reads a device list. Check its signature over these same bytes first.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeDeviceList(bytes: Uint8Array): DeviceList {
  const wire = readPart(DeviceListSchema, bytes, DEVICE_LIST_BYTES_MAX)
  const list = {
    version: wire.version,
    devices: wire.devices.map((device) => ({
      number: deviceNumber(device.number),
      registrationId: device.registrationId,
      addedAtMs: content.fromUint64(device.addedAtMs, 'a time')
    })),
    removed: wire.removed.map(deviceNumber)
  }
  checkDeviceList(list)
  return list
}

export function checkSignedDeviceList(list: SignedDeviceList): void {
  content.upTo(DEVICE_LIST_BYTES_MAX, list.body, 'a device list')
  content.exactly(SIGNATURE_BYTES, list.signature, 'a signature')
}

export function signedDeviceListFrom(wire: WireSignedDeviceList): SignedDeviceList {
  return { body: copyOf(wire.body), signature: copyOf(wire.signature) }
}

export function signedDeviceListTo(
  list: SignedDeviceList
): MessageInitShape<typeof SignedDeviceListSchema> {
  return { body: list.body, signature: list.signature }
}

/**
 * Writes a signed device list, as clients store it.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for one that breaks its bounds.
 */
export function encodeSignedDeviceList(list: SignedDeviceList): Uint8Array {
  checkSignedDeviceList(list)
  return writePart(SignedDeviceListSchema, signedDeviceListTo(list), CONTENT_BYTES_MAX)
}

/**
 * Reads a signed device list, but neither the list within it nor its signature. It owns its bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeSignedDeviceList(bytes: Uint8Array): SignedDeviceList {
  const list = signedDeviceListFrom(readPart(SignedDeviceListSchema, bytes, CONTENT_BYTES_MAX))
  checkSignedDeviceList(list)
  return list
}
