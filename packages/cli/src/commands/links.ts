import type { LinkView } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { catchUp } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { shortId } from '../short-id.ts'
import { remark, show } from '../show.ts'
import { timeText } from '../time-text.ts'

/** Lists the links that this account made. */
export const links: Command = {
  name: 'links',
  sentence: 'lists the links and public addresses you made, and what became of each',
  arguments: [],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  await catchUp(context, client)
  const made = client.links()
  for (const link of made) {
    await show(context, linkJson(link), linkText(link, context.clock.wallMs()))
  }
  if (made.length === 0) {
    await remark(context, sentences.links.none)
  }
  return 0
}

/** One line of `links --json`: part of the contract. */
function linkJson(link: LinkView): object {
  const { invitationId, kind, state, createdAtMs, expiresAtMs, usedBy, relays } = link
  return { invitationId, link: link.link, kind, state, createdAtMs, expiresAtMs, usedBy, relays }
}

function linkText(link: LinkView, nowMs: number): string {
  const words = sentences.links
  const { invitationId, kind, state, createdAtMs, expiresAtMs, usedBy, relays } = link
  const isOpen = state === 'published' || state === 'new'
  const until =
    expiresAtMs === undefined ? words.forEver : words.until(timeText(expiresAtMs, nowMs))
  const publishedCount = relays.filter(({ isPublished }) => isPublished).length
  const how = [
    shortId(invitationId),
    words.kinds[kind],
    words.made(timeText(createdAtMs, nowMs)),
    usedBy === undefined ? words.states[state] : words.usedBy(plainLine(usedBy)),
    ...(isOpen ? [until, words.atRelays(publishedCount, relays.length)] : [])
  ].join('  ')
  return isOpen ? `${how}\n  ${link.link}` : how
}
