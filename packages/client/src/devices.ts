/** The account's devices, as a person sees and changes them. */
import { type PeerMachine, withoutDevice } from '@sealpost/core'
import { signDeviceList } from '@sealpost/crypto'
import {
  decodeDeviceList,
  type Device as ListedDevice,
  type DeviceNumber,
  encodeDeviceList,
  isName,
  UsageError
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import type { Correspondence, PeerDriver } from './correspondence.ts'
import { checkNotStopped } from './devices-stopped.ts'

/** A device of the account. */
export interface Device {
  readonly device: DeviceNumber
  /** What the person calls it; may be empty. */
  readonly name: string
  readonly addedAtMs: number
  /** Whether it is this one. */
  readonly isThis: boolean
  /** Whether it said how it can be reached: one that was let in and never began did not. */
  readonly isReachable: boolean
  /**
   * Whether no relay takes anything for it where this device knows it to be, as was tried since the client was opened; or it never
   * answered this device, for 30 days. It was switched off for long, or has left for where this one was not told.
   */
  readonly isNowhere: boolean
}

export interface DevicesHome {
  readonly ports: Pick<ClientPorts, 'engine'>
  readonly driver: PeerDriver
  readonly correspondence: Correspondence
  /** @throws where the client is closed or its store is being opened again */
  readonly machine: () => PeerMachine
}

/** All devices, this one among them, in the order of their numbers. */
export function listDevices(machine: PeerMachine): readonly Device[] {
  const { account } = machine
  const selfId = machine.self()?.contactId
  const { deviceNames } = machine.accountState()
  const names = new Map(deviceNames.map(({ device, name }) => [device, name]))
  return decodeDeviceList(account.deviceList.body)
    .devices.toSorted((a, b) => a.number - b.number)
    .map(({ number, addedAtMs }: ListedDevice) => ({
      device: number,
      name: names.get(number) ?? '',
      addedAtMs,
      isThis: number === account.device,
      isReachable:
        number === account.device ||
        (selfId !== undefined && machine.theirAddress(selfId, number) !== undefined),
      isNowhere: selfId !== undefined && machine.isNowhere(selfId, number)
    }))
}

/** @throws UsageError `SEALPOST_UNKNOWN_DEVICE` */
function deviceOf(machine: PeerMachine, number: number): Device {
  const found = listDevices(machine).find(({ device }) => device === number)
  if (found === undefined) {
    throw new UsageError('SEALPOST_UNKNOWN_DEVICE')
  }
  return found
}

/** @throws UsageError `SEALPOST_UNKNOWN_DEVICE`, `SEALPOST_USAGE` for a name that cannot be one */
export async function renameDevice(
  { driver, machine }: DevicesHome,
  number: number,
  name: string
): Promise<void> {
  const { device } = deviceOf(machine(), number)
  checkNotStopped(machine())
  if (!isName(name)) {
    throw new UsageError(
      'SEALPOST_USAGE',
      'A name has at most 64 bytes and no control characters; choose another.'
    )
  }
  await driver.handle({ type: 'rename-device', atMs: driver.now(), device, name })
}

/**
 * Removes a device from the account: contacts and the other devices send it nothing more, and take nothing from it, but that the other
 * devices show still what it says it sent before, for two weeks: copies of that may be at a relay. It keeps what it has. Its number is
 * never given again.
 *
 * @throws UsageError `SEALPOST_UNKNOWN_DEVICE`, `SEALPOST_USAGE` for this device itself
 */
export async function removeDevice(
  { correspondence, machine, ports }: DevicesHome,
  number: number
): Promise<void> {
  const { device, isThis } = deviceOf(machine(), number)
  checkNotStopped(machine())
  if (isThis) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'own-device' })
  }
  const list = decodeDeviceList(machine().account.deviceList.body)
  const body = encodeDeviceList(withoutDevice(list, device))
  const identity = await correspondence.stores().identity()
  const signature = await signDeviceList(ports.engine, { identity, body })
  await correspondence.siblings.changeDevices({ body, signature })
}
