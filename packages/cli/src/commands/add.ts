import type { Contact, SealpostClient } from '@sealpost/client'
import { isSealpostError, SealpostError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { readTimeout } from '../flag-values.ts'
import { findContact, settle, withinTime } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

const TIMEOUT_MS = 15_000
/** The other side answers at once where it is online. */
const ACCEPT_MS = 2_000

/** Opens the link of somebody. */
export const add: Command = {
  name: 'add',
  sentence: 'opens a link that somebody gave you',
  arguments: [
    { name: 'LINK', sentence: 'the whole link, in quotes if your shell minds its letters' }
  ],
  flags: [
    { name: '--name', value: 'NAME', sentence: 'what you call them; their own name if not given' },
    { name: '--text', value: 'TEXT', sentence: 'goes with your request, so that they know you' },
    {
      name: '--replaces',
      value: 'WHO',
      sentence: 'a contact who made a new account: that conversation goes on with the new one'
    },
    {
      name: '--timeout',
      value: 'SECONDS',
      sentence: 'how long to wait for a relay to take your request; 15 if not given',
      read: readTimeout
    }
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const other = values.optionalText('--replaces')
  const opened = await client.add(values.text('LINK'), {
    name: values.optionalText('--name'),
    text: values.optionalText('--text'),
    replaces:
      other === undefined ? undefined : (await findContact(context, client, other)).contactId
  })
  await showContact(context, await followed(context, client, opened))
  await settle(context, client)
  return 0
}

/** The contact that the link leads to, once a relay has the request, and an answer where one comes at once. */
async function followed(
  context: Context,
  client: SealpostClient,
  { contactId }: Contact
): Promise<Contact> {
  let contact: Contact
  try {
    contact = await withDeadline(
      context,
      context.values.number('--timeout') ?? TIMEOUT_MS,
      (signal) => client.waitForContact(contactId, 'requested', signal)
    )
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_TIMEOUT') {
      throw new SealpostError('SEALPOST_TIMEOUT', sentences.add.timeout, { cause: error })
    }
    throw error
  }
  await withinTime(context, ACCEPT_MS, async (signal) => {
    contact = await client.waitForContact(contactId, 'accepted', signal)
  })
  return client.contact(contact.contactId)
}

async function showContact(context: Context, contact: Contact): Promise<void> {
  const { contactId, name, standing, isHeld } = contact
  const words = sentences.add
  const say = isHeld ? words.held : standing === 'accepted' ? words.accepted : words.requested
  await show(context, { contactId, name, standing }, say(plainLine(name)))
}
