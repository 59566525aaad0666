import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { idOf } from './edit.ts'

/** Deletes a message for this account alone. */
export const deleteMessage: Command = {
  name: 'delete',
  sentence: 'deletes a message from your own devices',
  arguments: [{ name: 'ID', sentence: 'the messageId that send or inbox gave' }],
  flags: [],
  notes: [
    'Whoever else has it keeps it, and what is on its way arrives: recall takes back what you wrote.',
    'Backups that were made before still have it.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const messageId = idOf(await client.messageOf(context.values.text('ID')))
  await client.deleteForMe(messageId)
  await show(context, { messageId }, sentences.words.deleted)
  await carryOut(context, client)
  return 0
}
