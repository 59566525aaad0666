/**
 * Devices that were silent for long: nothing new is encrypted for them, so that a telephone in a drawer fills no outbox. What waits
 * for them stays; when one is heard again it gets what it lacks.
 */
import type { ContactId, DeviceNumber } from '@sealpost/protocol'
import type { ProgressTable } from './progress.ts'

const DORMANT_MS = 30 * 24 * 3_600_000

/**
 * Those of a contact's devices that get what is new: all but the dormant ones; where nobody else was ever heard, the one that was
 * heard last as well. Whoever is only listed may never come.
 *
 * @param devices the contact's devices, ascending.
 */
export function awakeDevices(
  progress: ProgressTable,
  contactId: ContactId,
  devices: readonly DeviceNumber[],
  nowMs: number
): readonly DeviceNumber[] {
  const heardAtMs = (device: DeviceNumber): number =>
    progress.get(contactId, device).repair.heardAtMs
  const awake = devices.filter((device) => !isDormant(heardAtMs(device), nowMs))
  const [first, ...others] = devices.filter((device) => heardAtMs(device) !== 0)
  if (first === undefined || awake.some((device) => heardAtMs(device) !== 0)) {
    return awake
  }
  const last = others.reduce(
    (one, other) => (heardAtMs(other) > heardAtMs(one) ? other : one),
    first
  )
  return devices.filter((device) => device === last || awake.includes(device))
}

/** Whether a device that was last heard then is dormant; one that was never heard is not: it is only about to come. */
export function isDormant(heardAtMs: number, nowMs: number): boolean {
  return heardAtMs !== 0 && nowMs - heardAtMs >= DORMANT_MS
}
