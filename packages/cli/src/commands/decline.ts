import type { Command, Context } from '../command.ts'
import { findRequest } from '../find-request.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

/** Forgets somebody who asked to talk. */
export const decline: Command = {
  name: 'decline',
  sentence: 'forgets somebody who asked to talk to you; they are told nothing',
  arguments: [{ name: 'WHO', sentence: 'one of requests, by name or id' }],
  flags: [],
  notes: ['They may ask anew. To hear nothing of them any more, block them instead.'],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const { contactId, name } = await findRequest(context, client, context.values.text('WHO'))
  await client.declineRequest(contactId)
  await show(context, { contactId, name }, sentences.requests.declined(plainLine(name)))
  await carryOut(context, client)
  return 0
}
