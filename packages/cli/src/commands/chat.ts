import { UsageError } from '@sealpost/protocol'
import { runFullChat } from '../chat/full-chat.ts'
import { runLineChat } from '../chat/line-chat.ts'
import type { Command, Context } from '../command.ts'
import { findContact } from '../network.ts'
import { sentences } from '../sentences.ts'

/** Conversations, in the whole terminal or line by line. */
export const chat: Command = {
  name: 'chat',
  sentence: 'conversations: what you write, and what they do',
  arguments: [
    {
      name: 'WHO',
      sentence: 'a contact, by name or id; in a terminal, whoever wrote last if left out',
      isOptional: true
    }
  ],
  flags: [],
  notes: [
    'In a terminal it takes the whole screen: /help lists its keys, Ctrl-C ends it. Elsewhere it goes',
    'line by line, and /quit ends it. A line that begins with two slashes is sent with one.'
  ],
  stays: () => true,
  run
}

async function run(context: Context): Promise<number> {
  if (context.values.has('--json')) {
    throw new UsageError('SEALPOST_USAGE', sentences.chat.needsPerson)
  }
  const who = context.values.optionalText('WHO')
  const { terminal } = context.screen
  if (terminal === undefined && who === undefined) {
    throw new UsageError('SEALPOST_USAGE', sentences.chat.needsWho)
  }
  const client = await context.client()
  const contact = who === undefined ? undefined : await findContact(context, client, who)
  if (terminal !== undefined) {
    await runFullChat(context, terminal, contact?.contactId)
  } else if (contact !== undefined) {
    await runLineChat(context, client, contact)
  }
  return 0
}
