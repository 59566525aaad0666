import { type MessageId, SealpostError } from '@sealpost/protocol'
import type { Timeline } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

/** Gives an own message another text. */
export const edit: Command = {
  name: 'edit',
  sentence: 'gives one of your messages another text',
  arguments: [
    { name: 'ID', sentence: 'the messageId that send gave' },
    { name: 'TEXT', sentence: 'the text, in quotes if it has spaces' }
  ],
  flags: [],
  notes: ['It is shown as edited, and whoever has what it said before can still read that.'],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const messageId = idOf(await client.messageOf(values.text('ID')))
  const { text, editedAtMs } = await client.edit(messageId, values.text('TEXT'))
  await show(context, { messageId, text, editedAtMs }, sentences.words.edited)
  await carryOut(context, client)
  return 0
}

/** The id of a message that was found by it. */
export function idOf({ messageId }: Timeline): MessageId {
  if (messageId === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'a message that was found by its id has none')
  }
  return messageId
}
