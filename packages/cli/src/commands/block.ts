import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { contactNamed, WHO } from '../who.ts'

/** Hears nothing of somebody any more. */
export const block: Command = {
  name: 'block',
  sentence: 'lets nothing of somebody reach you any more; they are told nothing',
  arguments: [{ ...WHO, sentence: 'a contact or one of requests, by name or id' }],
  flags: [],
  notes: ['What was said stays here. sealpost unblock WHO takes it back.'],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const { contactId } = await contactNamed(context, client)
  const { name, standing } = await client.block(contactId)
  await show(context, { contactId, name, standing }, sentences.block.blocked(plainLine(name)))
  await carryOut(context, client)
  return 0
}
