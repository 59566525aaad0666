import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { contactNamed, WHO } from '../who.ts'

/** Takes blocking back. */
export const unblock: Command = {
  name: 'unblock',
  sentence: 'lets somebody reach you again whom you blocked',
  arguments: [WHO],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const found = await contactNamed(context, client)
  const { contactId, name, standing } = await client.unblock(found.contactId)
  const words = sentences.block
  const say = found.standing === 'blocked' ? words.standings[standing] : words.wasNot
  await show(context, { contactId, name, standing }, say(plainLine(name)))
  await carryOut(context, client)
  return 0
}
