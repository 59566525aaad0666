import type { Contact } from '@sealpost/client'
import { isSealpostError, SealpostError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { readTimeout } from '../flag-values.ts'
import { settle, withinTime } from '../network.ts'
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
  const opened = await client.add(values.text('LINK'), { name: values.optionalText('--name') })
  const { contactId } = opened
  try {
    await withDeadline(context, values.number('--timeout') ?? TIMEOUT_MS, (signal) =>
      client.waitForContact(contactId, 'requested', signal)
    )
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_TIMEOUT') {
      throw new SealpostError('SEALPOST_TIMEOUT', sentences.add.timeout, { cause: error })
    }
    throw error
  }
  await withinTime(context, ACCEPT_MS, async (signal) => {
    await client.waitForContact(contactId, 'accepted', signal)
  })
  await showContact(context, await client.contact(contactId))
  await settle(context, client)
  return 0
}

async function showContact(context: Context, contact: Contact): Promise<void> {
  const { contactId, name, standing } = contact
  const say = standing === 'accepted' ? sentences.add.accepted : sentences.add.requested
  await show(context, { contactId, name, standing }, say(plainLine(name)))
}
