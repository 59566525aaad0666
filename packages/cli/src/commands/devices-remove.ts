import type { Command, Context } from '../command.ts'
import { readDeviceNumber } from '../flag-values.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

/** Takes a device off the account. */
export const devicesRemove: Command = {
  name: 'devices remove',
  sentence: 'takes one of your devices off the account: nothing reaches it any more',
  arguments: [{ name: 'N', sentence: 'the device’s number, as devices shows it' }],
  flags: [],
  notes: [
    'It keeps what it has. Whoever has it unlocked also has your identity: where it was stolen so, only a',
    'new account takes its voice away, and your contacts should hear that from you.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const device = readDeviceNumber(context.values.text('N'))
  const client = await context.client()
  await client.removeDevice(device)
  await show(context, { device }, sentences.devices.removed(device))
  await remark(context, sentences.devices.stolen)
  await carryOut(context, client)
  return 0
}
