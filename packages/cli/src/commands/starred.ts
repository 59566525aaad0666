import type { ContactId } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { readLimit } from '../inbox-page.ts'
import { messageJson, messageText } from '../message-lines.ts'
import { findContact } from '../network.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

/** Lists the messages that have a star. */
export const starred: Command = {
  name: 'starred',
  sentence: 'lists the messages that have a star',
  arguments: [],
  flags: [
    { name: '--contact', value: 'WHO', sentence: 'only in the conversation with one contact' },
    {
      name: '--limit',
      value: 'COUNT',
      sentence: 'at most so many, the newest: 50 if not given',
      read: readLimit
    },
    { name: '--before', value: 'ID', sentence: 'only what is older than this message' }
  ],
  notes: ['The newest stands last. Nothing is marked as read.'],
  run
}

async function run(context: Context): Promise<number> {
  const { values, clock } = context
  const client = await context.client()
  const who = values.optionalText('--contact')
  const contactId =
    who === undefined ? undefined : (await findContact(context, client, who)).contactId
  const id = values.optionalText('--before')
  const before = id === undefined ? undefined : (await client.messageOf(id)).key
  const limit = values.number('--limit')
  const page = await client.starred({ contactId, limit, before })
  const names = new Map<ContactId, string>(
    (await client.contacts()).map((contact) => [contact.contactId, contact.name])
  )
  for (const message of page.messages.toReversed()) {
    const name = names.get(message.contactId) ?? message.contactId
    const isOwn = message.kind === 'sent'
    const said = isOwn ? sentences.search.toThem(name) : name
    const { messageId = '' } = message
    // Its id, with which it is unstarred, answered or looked up.
    const text = `${messageText({ ...message, isStarred: false }, said, clock.wallMs())}\n    ${messageId}`
    await show(context, { isOwn, ...messageJson(message, name) }, text)
  }
  const oldest = page.messages.at(-1)?.messageId
  if (page.messages.length === 0) {
    await remark(context, sentences.words.noneStarred)
  } else if (page.before !== undefined && oldest !== undefined) {
    await remark(context, sentences.words.olderStarred(oldest))
  }
  return 0
}
