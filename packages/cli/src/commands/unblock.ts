import type { Command, Context } from '../command.ts'
import { carryOut, findContact } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

/** Takes blocking back. */
export const unblock: Command = {
  name: 'unblock',
  sentence: 'lets somebody reach you again whom you blocked',
  arguments: [{ name: 'WHO', sentence: 'a contact, by name or id' }],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const found = await findContact(context, client, context.values.text('WHO'))
  const { contactId, name, standing } = await client.unblock(found.contactId)
  const words = sentences.block
  const say = found.standing === 'blocked' ? words.standings[standing] : words.wasNot
  await show(context, { contactId, name, standing }, say(plainLine(name)))
  await carryOut(context, client)
  return 0
}
