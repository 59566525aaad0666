/**
 * The account's own list of devices, as its devices change it and join what they changed apart (the protocol's README, "Address
 * records and device lists").
 *
 * Joining is union of the devices less union of the removed, whatever the versions: it does not matter in which order lists
 * meet, how often, or in which groups, and a number that was removed never returns.
 */
import {
  type Device,
  type DeviceList,
  type DeviceNumber,
  DEVICES_MAX,
  parseDeviceNumber
} from '@sealpost/protocol'

/** Joins two lists of one account, in the version of the later one. */
export function joinLists(a: DeviceList, b: DeviceList): DeviceList {
  const removed = new Set([...a.removed, ...b.removed])
  const devices = new Map<DeviceNumber, Device>()
  for (const device of [...a.devices, ...b.devices]) {
    const known = devices.get(device.number)
    if (!removed.has(device.number) && (known === undefined || isBefore(device, known))) {
      devices.set(device.number, device)
    }
  }
  return {
    version: Math.max(a.version, b.version),
    devices: [...devices.values()].sort((one, other) => one.number - other.number),
    removed: [...removed].sort((one, other) => one - other)
  }
}

/** Two devices that were given one number at once: the one that was added first has it, on whichever device this is asked. */
function isBefore(a: Device, b: Device): boolean {
  return a.addedAtMs === b.addedAtMs
    ? a.registrationId < b.registrationId
    : a.addedAtMs < b.addedAtMs
}

/** Whether two lists name the same devices, and the same removed ones. */
export function isSameList(a: DeviceList, b: DeviceList): boolean {
  const numbers = (list: DeviceList): string =>
    [...list.devices]
      .sort((one, other) => one.number - other.number)
      .map((device) =>
        Object.values([device.number, device.registrationId, device.addedAtMs]).join()
      )
      .join(' ')
  const removed = (list: DeviceList): string =>
    [...list.removed].sort((one, other) => one - other).join()
  return numbers(a) === numbers(b) && removed(a) === removed(b)
}

/** The list with one device more, in the next version. */
export function withDevice(list: DeviceList, device: Device): DeviceList {
  const version = list.version + 1
  return joinLists(list, { version, devices: [device], removed: [] })
}

/** The list without a device, whose number is never given again, in the next version. */
export function withoutDevice(list: DeviceList, device: DeviceNumber): DeviceList {
  return joinLists(list, { version: list.version + 1, devices: [], removed: [device] })
}

/**
 * A number that no device of the account ever had. Of several devices that add one at the same time each takes another: the first
 * of them the next number, the second the one after that.
 *
 * @returns undefined once all numbers are used up.
 */
export function nextDeviceNumber(list: DeviceList, own: DeviceNumber): DeviceNumber | undefined {
  const numbers = list.devices.map(({ number }) => number).sort((a, b) => a - b)
  const used = new Set<number>([...numbers, ...list.removed])
  const last = Math.max(0, ...used)
  const above = Array.from({ length: DEVICES_MAX - last }, (_, index) => last + 1 + index)
  const below = Array.from({ length: last }, (_, index) => index + 1)
  const free = [...above, ...below].filter((number) => !used.has(number))
  const rank = Math.max(0, numbers.indexOf(own))
  return parseDeviceNumber(free[rank % Math.max(1, free.length)] ?? 0)
}
