import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { readTimeout } from '../flag-values.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

const TIMEOUT_MS = 30_000

/** Makes a relay one of this account's. */
export const relaysAdd: Command = {
  name: 'relays add',
  sentence: 'makes a relay one of yours, after a test',
  arguments: [{ name: 'ADDRESS', sentence: 'the relay’s address, from who runs it' }],
  flags: [
    {
      name: '--timeout',
      value: 'SECONDS',
      sentence: 'how long the test may take; 30 if not given',
      read: readTimeout
    }
  ],
  notes: ['Contacts are told by themselves, each the next time they are online.'],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const { address } = await withDeadline(
    context,
    values.number('--timeout') ?? TIMEOUT_MS,
    (signal) => client.addRelay(values.text('ADDRESS'), signal)
  )
  await show(context, { address }, sentences.relays.added(address))
  await carryOut(context, client)
  return 0
}
