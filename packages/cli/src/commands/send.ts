import type { Command, Context } from '../command.ts'
import { SENT_FLAGS, showSent } from '../show-sent.ts'
import { contactNamed, WHO } from '../who.ts'

/** Sends a text. */
export const send: Command = {
  name: 'send',
  sentence: 'sends a text to a contact',
  arguments: [WHO, { name: 'TEXT', sentence: 'the text, in quotes if it has spaces' }],
  flags: SENT_FLAGS,
  notes: [
    'queued: it is on this disk. on-relay: two relays, or all there are, said that they store it',
    'durably. delivered, read: the other side said so, encrypted. A message that did not get so far',
    'in time goes on by itself whenever sealpost runs.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const { contactId } = await contactNamed(context, client)
  return showSent(context, client, await client.send(contactId, values.text('TEXT')))
}
