import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { describeHolder } from '../home/holder.ts'
import { findWay, openStore } from '../home/open-store.ts'
import { askPassphrase, chooseNewPassphrase } from '../screen/passphrase.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { systemRandom } from '../system-ports.ts'

/** Changes the passphrase of a home, or gives it one. */
export const passphrase: Command = {
  name: 'passphrase',
  sentence: 'changes the passphrase of this home, or gives it one',
  arguments: [],
  flags: [],
  notes: [
    'The old one comes from a prompt or from SEALPOST_PASSPHRASE, the new one from a prompt or from',
    'SEALPOST_NEW_PASSPHRASE. Copies of the home that were made before open with the old one as ever,',
    'and backup files keep theirs. Whatever ends it midway, the home opens with one of the two.'
  ],
  place: 'none',
  run
}

async function run(context: Context): Promise<number> {
  const { home, clock } = context
  const { changeHomeWaysIn, readWaysIn, unlockHome } = await import('@sealpost/client')
  await checkFree(context)
  const open = { open: () => openStore(home, context) }
  const isProtected = (await readWaysIn(open)).length > 0
  // The store is closed while somebody thinks: other commands need not wait for that.
  const secret = isProtected
    ? { passphrase: context.passphrase.given ?? (await askPassphrase(context.passphrase)) }
    : {}
  // Before a new one is asked for: nobody should think of one for nothing.
  const vaultKey = await unlockHome(open, secret)
  vaultKey.fill(0)
  const chosen = await chooseNewPassphrase(context.environment, context.passphrase)
  const wish = { type: 'set-passphrase', passphrase: chosen } as const
  await changeHomeWaysIn({ ...open, random: systemRandom }, secret, wish, clock.wallMs())
  const { added, changed, wasInClear } = sentences.passphrase
  await show(context, { isProtected: true }, isProtected ? changed : added)
  if (!isProtected) {
    await remark(context, wasInClear)
  }
  return 0
}

/** @throws UsageError `SEALPOST_HOME_IN_USE` for a home that a process keeps open, `SEALPOST_HOME_MISSING` */
async function checkFree({ home, clock, signal }: Context): Promise<void> {
  const way = await findWay(home, { clock, signal })
  if (way.type === 'store') {
    await way.store.close()
    return
  }
  way.socket.destroy()
  throw new UsageError('SEALPOST_HOME_IN_USE', sentences.home.stopFirst(await describeHolder(home)))
}
