import type { ContactId } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { readLimit } from '../inbox-page.ts'
import { messageJson, messageText } from '../message-lines.ts'
import { findContact } from '../network.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

/** Finds messages by what was said in them. */
export const search: Command = {
  name: 'search',
  sentence: 'finds messages in which something was said',
  arguments: [{ name: 'TEXT', sentence: 'a part of a text, or several; each has to be in it' }],
  flags: [
    { name: '--contact', value: 'WHO', sentence: 'only in the conversation with one contact' },
    {
      name: '--limit',
      value: 'COUNT',
      sentence: 'at most so many, the newest: 50 if not given',
      read: readLimit
    }
  ],
  notes: [
    'It looks at what is on this device, in any script and within words, and marks nothing as read.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values, clock } = context
  const client = await context.client()
  const who = values.optionalText('--contact')
  const contactId =
    who === undefined ? undefined : (await findContact(context, client, who)).contactId
  const limit = values.number('--limit')
  const { messages, count } = await client.search(values.text('TEXT'), { contactId, limit })
  const names = new Map<ContactId, string>(
    (await client.contacts()).map((contact) => [contact.contactId, contact.name])
  )
  for (const message of messages.toReversed()) {
    const name = names.get(message.contactId) ?? message.contactId
    const isOwn = message.kind === 'sent'
    const said = isOwn ? sentences.search.toThem(name) : name
    await show(
      context,
      { isOwn, ...messageJson(message, name) },
      messageText(message, said, clock.wallMs())
    )
  }
  if (count === 0) {
    await remark(context, sentences.search.none)
  } else if (count > messages.length) {
    await remark(context, sentences.search.more(messages.length, count))
  }
  return 0
}
