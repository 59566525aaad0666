import type { Command, Context } from '../command.ts'
import { readDeviceNumber } from '../flag-values.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

/** Names a device, for the person who has it. */
export const devicesRename: Command = {
  name: 'devices rename',
  sentence: 'names one of your devices; only your own devices see the name',
  arguments: [
    { name: 'N', sentence: 'the device’s number, as devices shows it' },
    { name: 'NAME', sentence: 'what you call it, such as laptop' }
  ],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const device = readDeviceNumber(values.text('N'))
  const name = values.text('NAME')
  const client = await context.client()
  await client.renameDevice(device, name)
  await show(context, { device, name }, sentences.devices.renamed(device, plainLine(name)))
  await carryOut(context, client)
  return 0
}
