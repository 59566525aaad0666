import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { askYes } from '../screen/ask-yes.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { contactNamed, WHO } from '../who.ts'

/** Deletes what was said with somebody, for this account alone. */
export const clear: Command = {
  name: 'clear',
  sentence: 'deletes all messages of a conversation from your own devices',
  arguments: [WHO],
  flags: [{ name: '--yes', sentence: 'does not ask' }],
  notes: [
    'Whoever else has them keeps them, and what is on its way arrives. The contact stays, and what is',
    'said from now on comes as before. Backups that were made before still have the messages.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const { contactId, name } = await contactNamed(context, client)
  const question = sentences.clear.ask(plainLine(name))
  if (!values.has('--yes') && !(await askYes(context, question))) {
    throw new UsageError('SEALPOST_USAGE', sentences.clear.notDone)
  }
  const deletedCount = await client.clearConversation(contactId)
  await show(context, { contactId, name, deletedCount }, sentences.clear.done(deletedCount))
  await carryOut(context, client)
  return 0
}
