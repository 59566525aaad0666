import type { Invite, SealpostClient } from '@sealpost/client'
import { isSealpostError, RefusedError, SealpostError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { readExpiry, readTimeout } from '../flag-values.ts'
import { settle } from '../network.ts'
import { shortId } from '../short-id.ts'
import { qrLines } from '../screen/qr-lines.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { timeText } from '../time-text.ts'

const TIMEOUT_MS = 15_000

/** Makes a link for one person, or a public address. */
export const invite: Command = {
  name: 'invite',
  sentence: 'makes a link with which somebody becomes a contact',
  arguments: [],
  flags: [
    {
      name: '--reusable',
      sentence: 'makes a public address: it works for everybody, and you are asked about each'
    },
    {
      name: '--expires',
      value: 'TIME',
      sentence: 'how long it works, such as 12h; 7d if not given, a public address for ever',
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
    'Whoever has a link for one person is that person: give it over something only they read. A public',
    'address may stand anywhere; who uses it waits in sealpost requests until you accept or decline.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values, screen } = context
  const client = await context.client()
  const isReusable = values.has('--reusable')
  const made = await make(context, client, isReusable)
  const { invitationId, link, expiresAtMs } = made
  await remark(context, isReusable ? sentences.invite.giveAll : sentences.invite.give)
  await show(context, { invitationId, link, expiresAtMs }, link)
  await remark(context, lifeText(context, made, isReusable))
  const code = values.has('--json') ? undefined : qrLines(link, screen.columns)
  if (code !== undefined) {
    await screen.print(`${sentences.invite.scan}\n${code}`)
  }
  await settle(context, client)
  return 0
}

async function make(
  context: Context,
  client: SealpostClient,
  isReusable: boolean
): Promise<Invite> {
  const { values } = context
  const expiresInMs = values.number('--expires')
  try {
    return await withDeadline(context, values.number('--timeout') ?? TIMEOUT_MS, (signal) =>
      client.invite({ expiresInMs, isReusable, signal })
    )
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_TIMEOUT') {
      if (client.relays().some(({ isOwn, isUninvited }) => isOwn && isUninvited)) {
        throw new RefusedError('SEALPOST_NEEDS_INVITE', undefined, { cause: error })
      }
      throw new SealpostError('SEALPOST_TIMEOUT', sentences.invite.timeout, { cause: error })
    }
    throw error
  }
}

function lifeText(
  { clock }: Context,
  { invitationId, expiresAtMs }: Invite,
  isReusable: boolean
): string {
  const words = sentences.invite
  const id = shortId(invitationId)
  if (expiresAtMs === undefined) {
    return words.untilRevoked(id)
  }
  const time = timeText(expiresAtMs, clock.wallMs())
  return isReusable ? words.untilOrRevoked(time, id) : words.until(time)
}
