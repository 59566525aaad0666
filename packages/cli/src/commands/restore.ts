import { resolve } from 'node:path'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { checkFile, fileBytes } from '../home/disk-backup.ts'
import { makeHomeDirectory } from '../home/home.ts'
import { openNewStore } from '../home/open-store.ts'
import { plainLine } from '../plain-text.ts'
import { choosePassphrase } from '../screen/passphrase.ts'
import { sentences } from '../sentences.ts'
import { show, warn } from '../show.ts'
import { systemRandom } from '../system-ports.ts'
import { exactTimeText } from '../time-text.ts'

/** Makes a new device of a backup, in an empty home. */
export const restore: Command = {
  name: 'restore',
  sentence: 'makes a new device of a backup file, in a home that is empty',
  arguments: [{ name: 'FILE', sentence: 'what sealpost backup wrote' }],
  flags: [
    {
      name: '--old-device-lost',
      sentence: 'the device that made the file is gone: contacts send it nothing more'
    },
    { name: '--keep-old', sentence: 'the device that made the file goes on beside this one' },
    { name: '--no-passphrase', sentence: 'leaves this home without a passphrase of its own' }
  ],
  notes: [
    'It asks for the file’s recovery phrase or passphrase, or takes SEALPOST_BACKUP_PASSPHRASE, then for',
    'a passphrase for this home. Every contact learns of the new device and sends what it lacks. If',
    'another device of yours works, link this one to it instead: it knows what came since the file.'
  ],
  place: 'none',
  secret: {
    isWanted: () => true,
    kind: 'open',
    check: (values, directory) => checkFile(resolve(directory, values.text('FILE')))
  },
  run
}

async function run(context: Context): Promise<number> {
  const { values, home, clock, directory, secret } = context
  if (secret === undefined) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', sentences.restore.required)
  }
  const isOldDeviceLost = await isLost(context)
  const isOpen = values.has('--no-passphrase')
  if (isOpen) {
    await warn(context, sentences.passphrase.none)
  }
  const passphrase = isOpen ? undefined : await choosePassphrase(context.passphrase)
  const [{ restoreHome }, { createLibsignalEngine }] = await Promise.all([
    import('@sealpost/client'),
    import('@sealpost/crypto-libsignal')
  ])
  const ports = {
    open: async () => {
      await makeHomeDirectory(home)
      return openNewStore(home, context)
    },
    engine: createLibsignalEngine(),
    random: systemRandom
  }
  const source = fileBytes(resolve(directory, values.text('FILE')))
  const options = { filePassphrase: secret, passphrase, isOldDeviceLost }
  const restored = await restoreHome(ports, source, options, clock.wallMs())
  const { name, messageCount, createdAtMs } = restored
  const told = sentences.restore.done(plainLine(name), home.directory, messageCount)
  await show(
    context,
    { ...restored, home: home.directory },
    `${told}\n${sentences.restore.since(exactTimeText(createdAtMs))}\n${sentences.restore.next}`
  )
  return 0
}

/** @throws UsageError `SEALPOST_USAGE` where nobody says it */
async function isLost(context: Context): Promise<boolean> {
  const { values, screen } = context
  const [isGone, isKept] = [values.has('--old-device-lost'), values.has('--keep-old')]
  if (isGone && isKept) {
    throw new UsageError('SEALPOST_USAGE', sentences.restore.eitherOr)
  }
  if (isGone || isKept) {
    return isGone
  }
  if (values.has('--json') || context.passphrase.terminal === undefined) {
    throw new UsageError('SEALPOST_USAGE', sentences.restore.sayWhich)
  }
  await screen.warn(sentences.restore.ask)
  for await (const line of screen.lines()) {
    const answer = line.trim().toLowerCase()
    if (sentences.restore.yes.includes(answer) || sentences.restore.no.includes(answer)) {
      return sentences.restore.yes.includes(answer)
    }
    await screen.warn(sentences.restore.askAgain)
  }
  throw new UsageError('SEALPOST_USAGE', sentences.restore.sayWhich)
}
