import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { contactNamed, WHO } from '../who.ts'

/** Takes somebody from the contacts whose link led nowhere. */
export const forget: Command = {
  name: 'forget',
  sentence: 'removes a contact whose link led nowhere',
  arguments: [WHO],
  flags: [],
  notes: [
    'What you wrote to them goes too. Anybody else can be blocked, and a conversation cleared.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const { contactId, name } = await contactNamed(context, client)
  await client.forgetFailed(contactId)
  await show(context, { contactId, name }, sentences.clear.forgotten(plainLine(name)))
  await carryOut(context, client)
  return 0
}
