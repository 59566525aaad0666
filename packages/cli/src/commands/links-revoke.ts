import type { LinkView } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { startingWith } from '../short-id.ts'
import { show } from '../show.ts'

/** Ends a link before its time. */
export const linksRevoke: Command = {
  name: 'links revoke',
  sentence: 'ends a link or a public address: nobody can use it any more',
  arguments: [{ name: 'ID', sentence: 'the link’s id or its beginning, as links shows it' }],
  flags: [],
  notes: ['Who used it before stays what they are, and those who wait for your answer wait on.'],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const id = context.values.text('ID')
  const { invitationId, state } = await client.revokeLink(linkOf(client.links(), id).invitationId)
  const text = state === 'revoked' ? sentences.links.revoked : sentences.links.endedBefore[state]
  await show(context, { invitationId, state }, text)
  await carryOut(context, client)
  return 0
}

/** @throws UsageError `SEALPOST_UNKNOWN_LINK`; `SEALPOST_USAGE` where several begin so */
function linkOf(links: readonly LinkView[], id: string): LinkView {
  const found = startingWith(id, links, ({ invitationId }) => invitationId)
  const [link] = found
  if (link === undefined) {
    throw new UsageError('SEALPOST_UNKNOWN_LINK')
  }
  if (found.length > 1) {
    throw new UsageError('SEALPOST_USAGE', sentences.links.ambiguous(id))
  }
  return link
}
