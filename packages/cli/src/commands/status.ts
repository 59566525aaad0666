import type { SealpostClient, StopReason } from '@sealpost/client'
import type { ErrorCode } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { codeSentence } from '../failure.ts'
import { catchUp } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { stopSentence } from '../stop-sentence.ts'
import { durationText, exactTimeText } from '../time-text.ts'

/** Tells how the account is. */
export const status: Command = {
  name: 'status',
  sentence: 'tells how your account is: relays, contacts, messages, the last backup',
  arguments: [],
  flags: [],
  run
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

/** The backups that this device makes by itself, as `--json` tells them. */
interface BackupPlan {
  readonly folder: string
  readonly everyMs: number
  readonly keep: number
  readonly lastAtMs: number | undefined
  readonly dueAtMs: number
  readonly isOverdue: boolean
  readonly problem: ErrorCode | undefined
  readonly triedAtMs: number | undefined
}

async function backupPlan(client: SealpostClient): Promise<BackupPlan | undefined> {
  const { schedule } = await client.backupStatus()
  if (schedule === undefined) {
    return undefined
  }
  const { folder, everyMs, keep, lastAtMs, dueAtMs, isOverdue, failure } = schedule
  const last = lastAtMs === 0 ? undefined : lastAtMs
  const tried = { problem: failure?.code, triedAtMs: failure?.atMs }
  return { folder, everyMs, keep, lastAtMs: last, dueAtMs, isOverdue, ...tried }
}

/** What is planned, and whether it comes about. */
export function backupPlanText(plan: BackupPlan, nowMs: number): string {
  const words = sentences.status
  const { everyMs, lastAtMs, dueAtMs, isOverdue, problem, triedAtMs } = plan
  const said = [words.scheduled({ ...plan, every: durationText(everyMs) })]
  if (problem !== undefined) {
    said.push(words.failedBackup(exactTimeText(triedAtMs ?? 0), codeSentence(problem)))
  } else if (isOverdue) {
    said.push(words.overdueBackup(lastAtMs === undefined ? undefined : exactTimeText(lastAtMs)))
  } else {
    said.push(dueAtMs > nowMs ? words.nextBackup(exactTimeText(dueAtMs)) : words.dueBackup)
  }
  return said.join('; ')
}

function backupText(last: LastBackup | undefined): string {
  const words = sentences.status
  return last === undefined
    ? words.noBackup
    : words.proven(exactTimeText(last.provenAtMs), plainLine(last.fileName ?? ''))
}

interface Found {
  readonly name: string
  readonly home: string
  readonly device: number
  /** Why this device gets and sends nothing any more. */
  readonly stopped: StopReason | undefined
  readonly relayCount: number
  readonly connectedRelayCount: number
  readonly contactCount: number
  readonly requestCount: number
  readonly unreadCount: number
  readonly queuedCount: number
  readonly missingCount: number
  readonly lastBackup: LastBackup | undefined
  readonly backupPlan: BackupPlan | undefined
  readonly isOnline: boolean
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  // Where this device has stopped its row says so, and nothing comes.
  if (client.stopped === undefined) {
    await catchUp(context, client)
  }
  const found = await look(context, client)
  await show(context, found, statusText(found, context.clock.wallMs()))
  return 0
}

async function look(context: Context, client: SealpostClient): Promise<Found> {
  const relays = client.relays().filter(({ isOwn }) => isOwn)
  const contacts = await client.contacts()
  const sum = (count: 'unreadCount' | 'missingCount'): number =>
    contacts.reduce((total, contact) => total + contact[count], 0)
  return {
    name: client.profile.name,
    home: context.home.directory,
    device: client.profile.device,
    stopped: client.stopped,
    relayCount: relays.length,
    connectedRelayCount: relays.filter(({ phase }) => phase === 'ready').length,
    contactCount: contacts.length,
    requestCount: client.requests().length,
    unreadCount: sum('unreadCount'),
    queuedCount: (await client.upkeep()).queuedCount,
    missingCount: sum('missingCount'),
    lastBackup: await lastBackup(client),
    backupPlan: await backupPlan(client),
    isOnline: context.isResident
  }
}

function deviceText({ device, stopped }: Found): string {
  const number = sentences.status.number(device)
  return stopped === undefined ? number : `${number}: ${stopSentence(stopped)}`
}

function statusText(found: Found, nowMs: number): string {
  const words = sentences.status
  const plan: readonly (readonly [string, string])[] =
    found.backupPlan === undefined
      ? []
      : [[words.schedule, backupPlanText(found.backupPlan, nowMs)]]
  const rows: readonly (readonly [string, string])[] = [
    [words.name, plainLine(found.name)],
    [words.home, found.home],
    [words.device, deviceText(found)],
    [words.relays, words.relayCounts(found.connectedRelayCount, found.relayCount)],
    [words.contacts, String(found.contactCount)],
    [words.requests, words.requestCount(found.requestCount)],
    [words.unread, String(found.unreadCount)],
    [words.queued, words.queuedCount(found.queuedCount)],
    [words.missing, words.missingCount(found.missingCount)],
    [words.backup, backupText(found.lastBackup)],
    ...plan,
    [words.online, found.isOnline ? words.stays : words.doesNotStay]
  ]
  return rows.map(([name, value]) => `${name.padEnd(10)}${value}`).join('\n')
}
