import type { Command, Context } from '../command.ts'
import { catchUp } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

/** Tells how the account is. */
export const status: Command = {
  name: 'status',
  sentence: 'tells how your account is: relays, contacts, unread messages',
  arguments: [],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  await catchUp(context, client)
  const relays = client.relays().filter(({ isOwn }) => isOwn)
  const contacts = await client.contacts()
  const sum = (count: 'unreadCount' | 'missingCount'): number =>
    contacts.reduce((total, contact) => total + contact[count], 0)
  const found = {
    name: client.profile.name,
    home: context.home.directory,
    relayCount: relays.length,
    connectedRelayCount: relays.filter(({ phase }) => phase === 'ready').length,
    contactCount: contacts.length,
    unreadCount: sum('unreadCount'),
    missingCount: sum('missingCount'),
    isOnline: context.isResident
  }
  await show(context, found, statusText(found))
  return 0
}

function statusText(found: {
  readonly name: string
  readonly home: string
  readonly relayCount: number
  readonly connectedRelayCount: number
  readonly contactCount: number
  readonly unreadCount: number
  readonly missingCount: number
  readonly isOnline: boolean
}): string {
  const words = sentences.status
  const rows: readonly (readonly [string, string])[] = [
    [words.name, plainLine(found.name)],
    [words.home, found.home],
    [words.relays, words.relayCounts(found.connectedRelayCount, found.relayCount)],
    [words.contacts, String(found.contactCount)],
    [words.unread, String(found.unreadCount)],
    [words.missing, String(found.missingCount)],
    [words.online, found.isOnline ? words.stays : words.doesNotStay]
  ]
  return rows.map(([name, value]) => `${name.padEnd(10)}${value}`).join('\n')
}
