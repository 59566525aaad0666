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
import { type Random, randomBelow } from '../random.ts'

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

/** Two devices that were given one number: the one that was added first has it, wherever this is asked. */
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
 * A number for a device that joins: any of those that no device of the account is known to have had. It is drawn, since a backup
 * that is restored twice, two devices that let others in at the same time, and a copy of a home know nothing of each other: what
 * contacts hold under the number of one would be taken for the other's.
 *
 * @param own the device at hand, or that made the backup: a list need not name it.
 * @returns undefined once all numbers are used up.
 */
export function drawDeviceNumber(
  list: Pick<DeviceList, 'devices' | 'removed'>,
  own: DeviceNumber,
  random: Random
): DeviceNumber | undefined {
  const used = new Set<number>([own, ...list.removed, ...list.devices.map(({ number }) => number)])
  const free = Array.from({ length: DEVICES_MAX }, (_, index) => index + 1).filter(
    (number) => !used.has(number)
  )
  return free.length === 0
    ? undefined
    : parseDeviceNumber(free[randomBelow(random, free.length)] ?? 0)
}
