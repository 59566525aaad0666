import type { SealpostClient } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { catchUp } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { exactTimeText } from '../time-text.ts'

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
    lastBackup: await lastBackup(client),
    isOnline: context.isResident
  }
  await show(context, found, statusText(found))
  return 0
}

/** The last backup that was proven, as `--json` tells it. */
interface LastBackup {
  readonly provenAtMs: number
  readonly createdAtMs: number
  readonly fileName: string | undefined
  readonly messageCount: number
}

async function lastBackup(client: SealpostClient): Promise<LastBackup | undefined> {
  const { last } = await client.backupStatus()
  if (last === undefined) {
    return undefined
  }
  const { provenAtMs, createdAtMs, fileName, messageCount } = last
  return { provenAtMs, createdAtMs, fileName, messageCount }
}

function backupText(last: LastBackup | undefined): string {
  const words = sentences.status
  return last === undefined
    ? words.noBackup
    : words.proven(exactTimeText(last.provenAtMs), plainLine(last.fileName ?? ''))
}

function statusText(found: {
  readonly name: string
  readonly home: string
  readonly relayCount: number
  readonly connectedRelayCount: number
  readonly contactCount: number
  readonly unreadCount: number
  readonly missingCount: number
  readonly lastBackup: LastBackup | undefined
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
    [words.backup, backupText(found.lastBackup)],
    [words.online, found.isOnline ? words.stays : words.doesNotStay]
  ]
  return rows.map(([name, value]) => `${name.padEnd(10)}${value}`).join('\n')
}
