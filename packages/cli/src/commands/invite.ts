import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { readExpiry, readTimeout } from '../flag-values.ts'
import { settle } from '../network.ts'
import { qrLines } from '../screen/qr-lines.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { timeText } from '../time-text.ts'

const EXPIRY_MS = 7 * 86_400_000
const TIMEOUT_MS = 15_000

/** Makes a link for one person. */
export const invite: Command = {
  name: 'invite',
  sentence: 'makes a link with which one person becomes a contact',
  arguments: [],
  flags: [
    {
      name: '--expires',
      value: 'TIME',
      sentence: 'how long the link works, such as 30m, 12h or 7d; 7d if not given',
      read: readExpiry
    },
    {
      name: '--timeout',
      value: 'SECONDS',
      sentence: 'how long to wait for a relay to take the link; 15 if not given',
      read: readTimeout
    }
  ],
  notes: [
    'Whoever has the link may become your contact: give it to one person, over something only they read.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const expiresInMs = context.values.number('--expires') ?? EXPIRY_MS
  const made = await withDeadline(
    context,
    context.values.number('--timeout') ?? TIMEOUT_MS,
    (signal) => client.invite({ expiresInMs, signal })
  )
  const { link, expiresAtMs } = made
  await remark(context, sentences.invite.give)
  await show(context, { link, expiresAtMs }, link)
  if (expiresAtMs !== undefined) {
    await remark(context, sentences.invite.until(timeText(expiresAtMs, context.clock.wallMs())))
  }
  const code = context.values.has('--json') ? undefined : qrLines(link, context.screen.columns)
  if (code !== undefined) {
    await context.screen.print(`${sentences.invite.scan}\n${code}`)
  }
  await settle(context, client)
  return 0
}
