import type { Contact, KeepWish } from '@sealpost/client'
import { MUTED_FOR_EVER_MS, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { readMute } from '../flag-values.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import type { Values } from '../values.ts'
import { contactNamed, WHO } from '../who.ts'

/** Chooses where to keep a conversation. */
export const keep: Command = {
  name: 'keep',
  sentence: 'pins, mutes or archives a conversation, or marks it as unread',
  arguments: [WHO],
  flags: [
    { name: '--pin', sentence: 'above those that are not pinned; at most five' },
    { name: '--unpin', sentence: 'not any more' },
    {
      name: '--mute',
      value: 'TIME',
      sentence: 'tells of nothing that comes for 1h, 8h, 1w or always',
      read: readMute
    },
    { name: '--unmute', sentence: 'not any more' },
    { name: '--archive', sentence: 'out of the way, until something is said in it' },
    { name: '--unarchive', sentence: 'not any more' },
    { name: '--unread', sentence: 'has it look unread' },
    { name: '--read', sentence: 'not any more' }
  ],
  notes: [
    'It is so on all your devices, and nobody else learns of it. An archived conversation comes back with',
    'the next message, unless it is muted. Without a flag it shows how it is.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const wish = wishOf(values)
  const client = await context.client()
  const found = await contactNamed(context, client)
  const isAsked = Object.keys(wish).length > 0
  const contact = isAsked ? await client.keep(found.contactId, wish) : found
  await show(context, keptJson(contact), keptText(contact))
  if (isAsked) {
    await carryOut(context, client)
  }
  return 0
}

function wishOf(values: Values): KeepWish {
  const isPinned = choice(values, '--pin', '--unpin')
  const isArchived = choice(values, '--archive', '--unarchive')
  const isMarkedUnread = choice(values, '--unread', '--read')
  const isMuted = choice(values, '--mute', '--unmute')
  const muteForMs = isMuted === true ? values.number('--mute') : isMuted === false ? 0 : undefined
  return {
    ...(isPinned === undefined ? {} : { isPinned }),
    ...(isArchived === undefined ? {} : { isArchived }),
    ...(isMarkedUnread === undefined ? {} : { isMarkedUnread }),
    ...(muteForMs === undefined ? {} : { muteForMs })
  }
}

/** One of two flags that say the opposite; undefined where neither was given. */
function choice(values: Values, on: string, off: string): boolean | undefined {
  if (values.has(on) && values.has(off)) {
    throw new UsageError('SEALPOST_USAGE', sentences.keep.either(on, off))
  }
  return values.has(on) ? true : values.has(off) ? false : undefined
}

function keptJson(contact: Contact): object {
  const { contactId, name, pinnedAtMs, mutedUntilMs, archivedAtMs, isMarkedUnread } = contact
  return {
    contactId,
    name,
    isPinned: pinnedAtMs !== undefined,
    mutedUntilMs: mutedUntilMs === MUTED_FOR_EVER_MS ? 'always' : mutedUntilMs,
    isArchived: archivedAtMs !== undefined,
    isMarkedUnread
  }
}

function keptText(contact: Contact): string {
  const { name, pinnedAtMs, mutedUntilMs, archivedAtMs, isMarkedUnread } = contact
  const words = sentences.keep
  const remarks = [
    pinnedAtMs === undefined ? '' : words.pinned,
    mutedUntilMs === undefined ? '' : words.muted,
    archivedAtMs === undefined ? '' : words.archived,
    isMarkedUnread ? words.unread : ''
  ].filter((remark) => remark !== '')
  return `${plainLine(name)}: ${remarks.length === 0 ? words.plain : remarks.join(', ')}`
}
