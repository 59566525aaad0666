/**
 * Which devices an account has, as its signed lists say (the protocol's README, "Address records and device lists").
 *
 * The higher version counts. Two devices of an account may publish lists of one version at once: until one of them has joined
 * the two in a later one, what counts are the devices that either names and neither removes.
 */
import {
  decodeDeviceList,
  type DeviceList,
  type DeviceNumber,
  equalBytes,
  isSealpostError,
  parseDeviceNumber,
  type SignedDeviceList
} from '@sealpost/protocol'

/** What a home knows of an account's devices. */
export interface KnownDevices {
  /** The list of the highest version, as it came first; undefined before any came. */
  readonly deviceList: SignedDeviceList | undefined
  /** Another list of that version. */
  readonly twinList: SignedDeviceList | undefined
  /** The one device that is known before a list is. */
  readonly linkDevice: DeviceNumber
}

/** Lists are kept as they were signed and asked for with every message: each is decoded once. */
const decoded = new WeakMap<SignedDeviceList, { readonly list: DeviceList | undefined }>()

/** What a list says; undefined where whoever signed it signed something else. */
export function readDeviceList(signed: SignedDeviceList): DeviceList | undefined {
  let known = decoded.get(signed)
  if (known === undefined) {
    known = { list: decode(signed) }
    decoded.set(signed, known)
  }
  return known.list
}

function decode({ body }: SignedDeviceList): DeviceList | undefined {
  try {
    return decodeDeviceList(body)
  } catch (error) {
    if (isSealpostError(error)) {
      return undefined
    }
    throw error
  }
}

/** The numbers of the devices, ascending. */
export function devicesOf(known: KnownDevices): readonly DeviceNumber[] {
  const { deviceList, twinList, linkDevice } = known
  if (deviceList === undefined) {
    return [linkDevice]
  }
  const lists = [deviceList, twinList].flatMap((signed) => {
    const list = signed === undefined ? undefined : readDeviceList(signed)
    return list === undefined ? [] : [list]
  })
  const numbers = new Set(lists.flatMap(({ devices }) => devices.map(({ number }) => number)))
  for (const number of lists.flatMap(({ removed }) => removed)) {
    numbers.delete(number)
  }
  return [...numbers].sort((a, b) => a - b)
}

/** The registration of a device, as the latest list has it; undefined where that does not name it. */
export function registrationOf(
  { deviceList }: KnownDevices,
  device: DeviceNumber
): number | undefined {
  const list = deviceList === undefined ? undefined : readDeviceList(deviceList)
  return list?.devices.find(({ number }) => number === device)?.registrationId
}

/** What is known once `given` came as well, whose signature was checked: `known` itself where it says nothing new. */
export function withList<Known extends KnownDevices>(known: Known, given: SignedDeviceList): Known {
  const list = readDeviceList(given)
  const { deviceList, twinList } = known
  const version = deviceList === undefined ? -1 : (readDeviceList(deviceList)?.version ?? -1)
  if (list === undefined || list.version < version) {
    return known
  }
  if (list.version > version || deviceList === undefined) {
    return { ...known, deviceList: given, twinList: undefined }
  }
  const isSame = equalBytes(given.body, deviceList.body)
  return isSame || twinList !== undefined ? known : { ...known, twinList: given }
}

/** A device number of a row, in which 0 stands for the first device. */
export function linkDeviceOf(number: number): DeviceNumber {
  return parseDeviceNumber(number === 0 ? 1 : number) ?? (1 as DeviceNumber)
}

/** What is known of devices before there is a list: one, that a link names or that asks. */
export function listless(device: DeviceNumber): KnownDevices {
  return { deviceList: undefined, twinList: undefined, linkDevice: device }
}
