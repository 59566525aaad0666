/** What a person is told of devices of theirs for which no relay takes anything where this one knows them to be. */
import type { Device, SealpostClient } from '@sealpost/client'
import { plainLine } from './plain-text.ts'
import { sentences } from './sentences.ts'

/** What it means, and what to do; undefined where all can be found. */
export function lostDevicesText(devices: readonly Device[]): string | undefined {
  const others = devices.filter(({ isThis }) => !isThis)
  const lostCount = others.filter(({ isNowhere }) => isNowhere).length
  if (lostCount === 0) {
    return undefined
  }
  return lostCount === others.length ? sentences.devices.noneFound : sentences.devices.someNotFound
}

/** What is said when that turns out. */
export function lostDeviceText(client: SealpostClient, device: number): string {
  const { name = '' } = client.devices().find((other) => other.device === device) ?? {}
  return sentences.devices.nowNotFound(
    name === '' ? sentences.devices.numbered(device) : plainLine(name)
  )
}
