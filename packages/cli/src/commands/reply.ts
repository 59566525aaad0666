import type { Command, Context } from '../command.ts'
import { SENT_FLAGS, showSent } from '../show-sent.ts'

/** Answers a message. */
export const reply: Command = {
  name: 'reply',
  sentence: 'answers a message, which is quoted above the text',
  arguments: [
    { name: 'ID', sentence: 'the messageId that send or inbox gave' },
    { name: 'TEXT', sentence: 'the text, in quotes if it has spaces' }
  ],
  flags: SENT_FLAGS,
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const { contactId, messageId: replyTo } = await client.messageOf(values.text('ID'))
  return showSent(context, client, await client.send(contactId, values.text('TEXT'), { replyTo }))
}
