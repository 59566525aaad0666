import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { errorDetails } from '../error-details.ts'
import { askYes } from '../screen/ask-yes.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

/** Makes a copy of a home a device of its own. */
export const devicesRenew: Command = {
  name: 'devices renew',
  sentence: 'makes this home a device of its own, where another copy of it is online',
  arguments: [],
  flags: [{ name: '--yes', sentence: 'does not ask' }],
  notes: [
    'Two copies of one home would each get only some of the messages: the one that was seen last goes on,',
    'and this one stops until you delete it or make it a device of its own. Its history stays.'
  ],
  place: 'own',
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  if (client.stopped !== 'superseded') {
    throw new UsageError('SEALPOST_USAGE', errorDetails['no-other-copy'])
  }
  if (!values.has('--yes') && !(await askYes(context, sentences.devices.askRenew))) {
    throw new UsageError('SEALPOST_USAGE', sentences.devices.notRenewed)
  }
  const isAlone = client.devices().length === 1
  const device = await client.becomeNewDevice()
  await show(context, { device }, sentences.devices.renewed(device))
  if (isAlone) {
    await remark(context, sentences.devices.copyUntold)
  }
  return 0
}
