import type { Command, Context } from '../command.ts'
import { carryOut, findContact } from '../network.ts'
import { findRequest } from '../find-request.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

/** Lets somebody talk who asked to. */
export const accept: Command = {
  name: 'accept',
  sentence: 'lets somebody talk to you who asked to',
  arguments: [{ name: 'WHO', sentence: 'one of requests, by name or id' }],
  flags: [
    { name: '--name', value: 'NAME', sentence: 'what you call them; their own name if not given' },
    {
      name: '--replaces',
      value: 'OTHER',
      sentence: 'a contact who says this is them now: that conversation goes on with WHO'
    }
  ],
  notes: [
    '--replaces is for who lost their account and made another. Be sure that it is them, by a call or in',
    'person. If you had verified the other, nothing is sent before you compared numbers anew (verify).'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const { contactId } = await findRequest(context, client, values.text('WHO'))
  const other = values.optionalText('--replaces')
  const replaces =
    other === undefined ? undefined : (await findContact(context, client, other)).contactId
  const contact = await client.acceptRequest(contactId, {
    name: values.optionalText('--name'),
    replaces
  })
  const { name, standing, isHeld } = contact
  const say = isHeld ? sentences.add.held : sentences.add.accepted
  await show(context, { contactId, name, standing }, say(plainLine(name)))
  await carryOut(context, client)
  return 0
}
