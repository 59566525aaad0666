import type { Contact } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { catchUp } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { remarkRequests } from '../remark-requests.ts'
import { remark, show } from '../show.ts'

/** Lists the people one talks to. */
export const contacts: Command = {
  name: 'contacts',
  sentence: 'lists the people you can talk to',
  arguments: [],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  await catchUp(context, client)
  const found = await client.contacts()
  for (const contact of found) {
    await show(context, contactJson(contact), contactText(contact))
  }
  if (found.length === 0) {
    await remark(context, sentences.contacts.none)
  }
  await remarkRequests(context, client)
  return 0
}

function contactJson(contact: Contact): object {
  const { contactId, name, profileName, standing, createdAtMs, unreadCount, missingCount } = contact
  const { isVerified, isIdentityChanged, pinnedAtMs, mutedUntilMs, archivedAtMs } = contact
  return {
    contactId,
    name,
    profileName,
    standing,
    createdAtMs,
    unreadCount,
    missingCount,
    isVerified,
    isIdentityChanged,
    isPinned: pinnedAtMs !== undefined,
    isMuted: mutedUntilMs !== undefined,
    isArchived: archivedAtMs !== undefined,
    isMarkedUnread: contact.isMarkedUnread
  }
}

function contactText(contact: Contact): string {
  const words = sentences.contacts
  const { contactId, name, standing, unreadCount, missingCount } = contact
  const remarks = [
    words.standings[standing],
    contact.isVerified ? words.verified : '',
    contact.isIdentityChanged ? words.changed(plainLine(name)) : '',
    unreadCount > 0 ? words.unread(unreadCount) : '',
    contact.isMarkedUnread && unreadCount === 0 ? sentences.keep.unread : '',
    contact.pinnedAtMs === undefined ? '' : sentences.keep.pinned,
    contact.mutedUntilMs === undefined ? '' : sentences.keep.muted,
    contact.archivedAtMs === undefined ? '' : sentences.keep.archived,
    missingCount > 0 ? words.missing(missingCount) : ''
  ].filter((remarkText) => remarkText !== '')
  const shown = name === '' ? sentences.add.unnamed : plainLine(name)
  return [contactId, shown, ...remarks].join('  ')
}
