/** The number of a device that joins an account: restored, linked, or a copy that goes on. */
import { drawDeviceNumber, type Random } from '@sealpost/core'
import { type DeviceList, type DeviceNumber, UsageError } from '@sealpost/protocol'

/**
 * A number that no device of the account is known to have had.
 *
 * @param own the device at hand, or that made the backup.
 * @throws UsageError `SEALPOST_USAGE` for an account that had all the devices that can be
 */
export function newDeviceNumber(list: DeviceList, own: DeviceNumber, random: Random): DeviceNumber {
  const device = drawDeviceNumber(list, own, random)
  if (device === undefined) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'too-many-devices' })
  }
  return device
}
