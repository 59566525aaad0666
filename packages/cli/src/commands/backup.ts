import { basename, resolve } from 'node:path'
import type { SealpostClient } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { DiskBackup } from '../home/disk-backup.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { exactTimeText } from '../time-text.ts'

/** Messages between two words about progress. */
const REMARK_EVERY = 10_000

/** Writes everything that another device could go on with into one encrypted file, and proves that it can. */
export const backup: Command = {
  name: 'backup',
  sentence: 'writes an encrypted copy of everything into a file, and proves it',
  arguments: [
    { name: 'FILE', sentence: 'the file; one of that name is replaced once the copy is proven' }
  ],
  flags: [
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
    'can open the file. sealpost restore FILE makes a new device of it.'
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
  const client = await context.client()
  const shownPhrase = values.has('--passphrase') ? undefined : await givePhrase(context, client)
  const path = resolve(directory, values.text('FILE'))
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
