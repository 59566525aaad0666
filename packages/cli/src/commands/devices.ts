import type { Device, SealpostClient } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { lostDevicesText } from '../lost-devices.ts'
import { catchUp } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { timeText } from '../time-text.ts'
import { historyText } from '../watch-history.ts'

/** Lists the devices of the account. */
export const devices: Command = {
  name: 'devices',
  sentence: 'lists the devices of your account; all of them are equal',
  arguments: [],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  await catchUp(context, client)
  for (const device of client.devices()) {
    await show(context, deviceJson(device), deviceText(device, context.clock.wallMs()))
  }
  const lost = lostDevicesText(client.devices())
  if (lost !== undefined) {
    await remark(context, lost)
  }
  await remarkHistory(context, client)
  return 0
}

async function remarkHistory(context: Context, client: SealpostClient): Promise<void> {
  for (const transfer of client.transfers()) {
    if (!transfer.isDone) {
      await remark(context, historyText(transfer))
    }
  }
}

function deviceJson(found: Device): object {
  const { device, name, addedAtMs, isThis, isReachable, isNowhere } = found
  return { device, name, addedAtMs, isThis, isReachable, isNowhere }
}

function deviceText(found: Device, nowMs: number): string {
  const words = sentences.devices
  const { device, name, addedAtMs, isThis, isReachable, isNowhere } = found
  const state = isThis ? words.isThis : isNowhere ? words.notFound : words.notBegun
  return [
    String(device).padStart(3),
    name === '' ? words.unnamed : plainLine(name),
    words.added(timeText(addedAtMs, nowMs)),
    ...(isThis || isNowhere || !isReachable ? [state] : [])
  ].join('  ')
}
