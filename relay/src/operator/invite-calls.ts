import { INVITE_DAYS, type InviteAnswer, type InviteRow } from '@sealpost/operator'
import { bytesToBase64url, formatInvitedAddress } from '@sealpost/protocol'
import type { InviteBook } from '../books/invite-book.ts'
import type { RunningRelay } from '../compose.ts'
import type { RunningConfig } from '../config/running-config.ts'
import type { CallHandlers } from './operator-server.ts'

const DAY_MS = 86_400_000

/** Who may begin at a relay that takes people by invitation. */
export function inviteCalls(
  book: InviteBook,
  relay: Pick<RunningRelay, 'address' | 'webLink'>,
  runningConfig: RunningConfig
): Pick<CallHandlers, 'invites add' | 'invites list' | 'invites remove'> {
  const isNeeded = (): boolean => runningConfig.config.relay.registration === 'invite'
  return {
    'invites add': async (params, caller) => {
      const usesMax = params.optionalInteger('uses') ?? 1
      const lifeMs = (params.optionalInteger('days') ?? INVITE_DAYS) * DAY_MS
      const { row, token } = await book.add({ usesMax, lifeMs }, caller)
      const { webLink } = relay
      return {
        ...answerOf(row),
        address: formatInvitedAddress(relay.address, token),
        webLink: webLink && `${webLink}#/relay/${bytesToBase64url(token)}`,
        isNeeded: isNeeded()
      }
    },
    'invites list': () => ({ invites: book.rows.map(answerOf), isNeeded: isNeeded() }),
    'invites remove': async (params) => {
      const id = params.text('id')
      await book.remove(id)
      return { id }
    }
  }
}

function answerOf({ hash: _, claimants, ...row }: InviteRow): InviteAnswer {
  return { ...row, usedCount: claimants.length }
}
