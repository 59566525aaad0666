import type { InviteAnswer } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { dayText, lines } from './text-parts.ts'

const NOT_NEEDED =
  'This relay lets everybody in: an invite is asked for once registration is invite.\n'

export const INVITE_TEXTS: Pick<AnswerTexts, 'invites add' | 'invites list' | 'invites remove'> = {
  'invites add': ({ isNeeded, address, webLink, ...invite }) =>
    `${lines([
      ['id', invite.id],
      ['for', usesText(invite)],
      ['until', dayText(invite.expiresAtMs)],
      ['address', address],
      ...(webLink === undefined ? [] : [['web', webLink] as const])
    ])}It is shown this once; the relay keeps only its hash. Whoever has it can begin here: send it as you would a password.\n${isNeeded ? '' : NOT_NEEDED}`,
  'invites list': ({ invites, isNeeded }) =>
    `${invites.length === 0 ? 'There is no invite.\n' : invites.map(lineOf).join('')}${isNeeded ? '' : NOT_NEEDED}`,
  'invites remove': ({ id }) => `Nobody begins with ${id} any more; who did before stays.\n`
}

function lineOf(invite: InviteAnswer): string {
  const { id, by, createdAtMs, expiresAtMs } = invite
  return `${id}  ${usesText(invite)}, ${dayText(createdAtMs)} to ${dayText(expiresAtMs)}, by ${by}\n`
}

function usesText({ usesMax, usedCount }: InviteAnswer): string {
  return `${String(usesMax)} ${usesMax === 1 ? 'person' : 'people'}, used by ${String(usedCount)}`
}
