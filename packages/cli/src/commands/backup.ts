import { mkdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { SealpostClient } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { readEvery, readKeep } from '../flag-values.ts'
import { DiskBackup, told } from '../home/disk-backup.ts'
import { makeScheduledBackup } from '../home/scheduled-backup.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { durationText, exactTimeText } from '../time-text.ts'
import type { Values } from '../values.ts'

/** Messages between two words about progress. */
const REMARK_EVERY = 10_000
/** Backups that are kept where nothing is said. */
const KEEP = 7

/** Writes everything that another device could go on with into one encrypted file, and proves that it can. */
export const backup: Command = {
  name: 'backup',
  sentence: 'writes an encrypted copy of everything into a file, and proves it',
  arguments: [
    {
      name: 'FILE',
      sentence: 'the file; one of that name is replaced once the copy is proven',
      isOptional: true
    }
  ],
  flags: [
    {
      name: '--every',
      value: 'TIME',
      sentence: 'makes one now and each 12h, 1d or 7d into the folder FILE; off ends that',
      read: readEvery
    },
    {
      name: '--keep',
      value: 'COUNT',
      sentence: 'how many of these are kept; 7 if not given',
      read: readKeep
    },
    {
      name: '--recovery-phrase',
      sentence: 'under the recovery phrase of this home (if nothing is given)'
    },
    {
      name: '--passphrase',
      sentence: 'under a passphrase that you are asked for, or SEALPOST_BACKUP_PASSPHRASE'
    },
    { name: '--new-phrase', sentence: 'makes another recovery phrase; older files keep theirs' },
    { name: '--yes', sentence: 'does not ask you to type a recovery phrase back' }
  ],
  notes: [
    'A recovery phrase is made and shown the first time, and kept in the home for the next.',
    'Whoever has the file and the phrase has your account: keep them apart. Without the phrase nobody',
    'can open the file. sealpost restore FILE makes a new device of it. With --every, a process that',
    'stays (daemon, chat) makes the backups, and the oldest go once a newer one is proven.'
  ],
  secret: { isWanted: (values) => values.has('--passphrase'), kind: 'choose' },
  run
}

async function run(context: Context): Promise<number> {
  const { values, directory, clock } = context
  if (
    values.has('--passphrase') &&
    (values.has('--recovery-phrase') || values.has('--new-phrase'))
  ) {
    throw new UsageError('SEALPOST_USAGE', sentences.backup.eitherOr)
  }
  checkSchedule(values)
  const client = await context.client()
  if (values.optionalText('--every') === 'off') {
    return endSchedule(context, client)
  }
  const shownPhrase = values.has('--passphrase') ? undefined : await givePhrase(context, client)
  const path = resolve(directory, values.text('FILE'))
  const everyMs = values.number('--every')
  if (everyMs !== undefined) {
    return schedule(context, client, { folder: path, everyMs, shownPhrase })
  }
  const file = new DiskBackup(path)
  try {
    const proven = await client.backup(file, {
      passphrase: context.secret,
      fileName: basename(path),
      onProgress: ({ stage, messageCount }) => {
        if (messageCount > 0 && messageCount % REMARK_EVERY === 0) {
          void remark(context, sentences.backup.progress[stage](messageCount)).catch(
            () => undefined
          )
        }
      }
    })
    await show(
      context,
      { file: path, ...proven, fileName: undefined, recoveryPhrase: shownPhrase },
      sentences.backup.done(path, proven.messageCount, exactTimeText(clock.wallMs()))
    )
    return 0
  } finally {
    await file.discard()
  }
}

/** @throws UsageError `SEALPOST_USAGE` for words that do not go together */
function checkSchedule(values: Values): void {
  const words = sentences.backup
  const every = values.number('--every') ?? values.optionalText('--every')
  if (every === undefined && values.number('--keep') !== undefined) {
    throw new UsageError('SEALPOST_USAGE', words.keepAlone)
  }
  if (every !== undefined && values.has('--passphrase')) {
    throw new UsageError('SEALPOST_USAGE', words.scheduledPhrase)
  }
  if (every !== 'off' && values.optionalText('FILE') === undefined) {
    throw new UsageError('SEALPOST_USAGE', words.noFile)
  }
}

/** Makes the first one now: a folder that cannot be written is found while the person is there. */
async function schedule(
  context: Context,
  client: SealpostClient,
  wish: {
    readonly folder: string
    readonly everyMs: number
    readonly shownPhrase: string | undefined
  }
): Promise<number> {
  const { clock, signal, values } = context
  const { folder, everyMs, shownPhrase } = wish
  const keep = values.number('--keep') ?? KEEP
  await told(() => mkdir(folder, { recursive: true, mode: 0o700 }))
  const how = { folder, keep, isScheduled: false, nowMs: clock.wallMs(), signal }
  const { path, proven } = await makeScheduledBackup(client, how)
  await client.scheduleBackups({ folder, everyMs, keep, lastAtMs: proven.createdAtMs })
  await show(
    context,
    {
      folder,
      everyMs,
      keep,
      file: path,
      ...proven,
      fileName: undefined,
      recoveryPhrase: shownPhrase
    },
    sentences.backup.scheduled(durationText(everyMs), folder, keep)
  )
  if (!context.isResident) {
    await remark(context, sentences.backup.needsStaying)
  }
  return 0
}

async function endSchedule(context: Context, client: SealpostClient): Promise<number> {
  await client.scheduleBackups(undefined)
  await show(context, { isScheduled: false }, sentences.backup.unscheduled)
  return 0
}

/** Makes sure that there is a phrase which the person has. @returns it, where it was made now */
async function givePhrase(context: Context, client: SealpostClient): Promise<string | undefined> {
  const { values } = context
  const known = (await client.backupStatus()).phrase
  if (known !== undefined && !values.has('--new-phrase')) {
    return undefined
  }
  const [{ makeRecoveryPhrase, parseRecoveryPhrase }, { systemRandom }] = await Promise.all([
    import('@sealpost/client'),
    import('../system-ports.ts')
  ])
  const phrase = makeRecoveryPhrase(systemRandom)
  const isAsked = !values.has('--yes')
  if (isAsked && values.has('--json')) {
    throw new UsageError('SEALPOST_USAGE', sentences.backup.jsonNeedsYes)
  }
  await remark(context, `${sentences.backup.phrase}\n\n    ${phrase}\n`)
  if (isAsked) {
    await remark(context, sentences.backup.typeBack)
    await typedBack(context, (text) => parseRecoveryPhrase(text) === phrase)
  }
  await client.keepRecoveryPhrase(phrase)
  return phrase
}

/** @throws UsageError `SEALPOST_USAGE` where the person ends it before */
async function typedBack(context: Context, isRight: (text: string) => boolean): Promise<void> {
  for await (const line of context.screen.lines()) {
    if (isRight(line)) {
      return
    }
    await remark(context, sentences.backup.typedWrong)
  }
  throw new UsageError('SEALPOST_USAGE', sentences.backup.notTyped)
}
