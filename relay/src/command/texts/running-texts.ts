import {
  type FamilyState,
  overloadText,
  type ReachAnswer,
  type StatusAnswer
} from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { backupText } from './backup-texts.ts'
import { closingText } from './closing-texts.ts'
import { amount, bytesText, lines, sinceText } from './text-parts.ts'

const STATES: Readonly<Record<StatusAnswer['state'], string>> = {
  serving: 'serves people',
  starting: 'opens its store; people are told to come back',
  draining: 'stops: finishes what is under way'
}
const CAPACITIES: Readonly<Record<NonNullable<StatusAnswer['capacity']>, string>> = {
  open: 'takes everything in',
  'no-new-mailboxes':
    'makes new mailboxes only for people who already use it: the disk is 80 % full',
  busy: 'takes no deposits: the disk is 90 % full',
  'read-only': 'only delivers and takes acks: the disk is full'
}

export const RUNNING_TEXTS: Pick<AnswerTexts, 'status' | 'drain'> = {
  status: (status, nowMs) => {
    const { disk, load } = status
    return lines([
      ['address', status.address],
      ['state', STATES[status.state]],
      ['takes in', takesText(status)],
      ...(load.step === 'normal' ? [] : [['load', overloadText(load)] as const]),
      ...(status.closing === undefined
        ? []
        : [['closing', closingText(status.closing, nowMs)] as const]),
      ['since', sinceText(nowMs - status.startedAtMs)],
      ['people', amount(status.connectionCount, 'connection')],
      ['keeps', keepsText(status)],
      ...(disk === undefined
        ? []
        : [
            [
              'disk',
              `${bytesText(disk.freeBytes)} of ${bytesText(disk.totalBytes)} free; the store takes ${bytesText(disk.storeBytes)}`
            ] as const
          ]),
      ...(status.certificate === undefined
        ? []
        : [['certificate', certificateText(status.certificate, nowMs)] as const]),
      ...(status.tickets === undefined ? [] : [['reports', ticketsText(status.tickets)] as const]),
      ['reached', reachText(status.reach, nowMs)],
      ['backup', backupText(status.backup, nowMs)],
      ...(status.crashCount === 0
        ? []
        : [
            ['failures', `the store was opened again ${amount(status.crashCount, 'time')}`] as const
          ]),
      ['version', `${status.version}, process ${String(status.processId)}`]
    ])
  },
  drain: () => 'The relay stops once what is under way is done, at the latest after some 15 s.\n'
}

function takesText({ capacity, closing, load }: StatusAnswer): string {
  if (closing === undefined && capacity === 'open' && load.step !== 'normal') {
    return 'everything, as far as the disk goes'
  }
  if (closing === undefined || capacity === 'busy') {
    return capacity === undefined ? 'nothing' : CAPACITIES[capacity]
  }
  return capacity === 'no-new-mailboxes' ? 'everything but new mailboxes' : 'nothing'
}

function certificateText(
  { expiresAtMs, isNextRefused }: NonNullable<StatusAnswer['certificate']>,
  nowMs: number
): string {
  const day = new Date(expiresAtMs).toISOString().slice(0, 10)
  const holds =
    expiresAtMs > nowMs
      ? `holds until ${day}, for ${sinceText(expiresAtMs - nowMs)}`
      : `EXPIRED on ${day}: nobody can connect`
  return isNextRefused ? `${holds}; the next one in its files CANNOT BE USED` : holds
}

const REACHED: Readonly<Record<FamilyState, string>> = {
  reached: 'reached',
  doubtful: 'NOT REACHED once, tried again soon',
  unreached: 'NOT REACHED',
  unknown: 'not known'
}

function reachText(reach: ReachAnswer, nowMs: number): string {
  const { answeredCount, checkedAtMs, clockOffsetMs, families, neighbourCount } = reach
  if (neighbourCount === 0) {
    return 'not tested: name two other relays as neighbours'
  }
  const asked = `${String(answeredCount)} of ${amount(neighbourCount, 'neighbour')} could tell`
  const clock = clockText(clockOffsetMs ?? 0)
  if (checkedAtMs === undefined) {
    return `not known yet; ${asked}${clock}`
  }
  const found = families.map(({ family, state }) => `${family} ${REACHED[state]}`).join(', ')
  return `${found}, ${sinceText(nowMs - checkedAtMs)} ago; ${asked}${clock}`
}

function clockText(offsetMs: number): string {
  return Math.abs(offsetMs) > 2_000
    ? `; the clock is ${sinceText(Math.abs(offsetMs))} ${offsetMs < 0 ? 'BEHIND' : 'AHEAD'}`
    : ''
}

function ticketsText({ openCount, overdueCount }: NonNullable<StatusAnswer['tickets']>): string {
  const waiting = overdueCount === 0 ? '' : `, ${String(overdueCount)} WAITING for more than 24 h`
  return `${String(openCount)} open${waiting}`
}

function keepsText(status: StatusAnswer): string {
  const { envelopeCount, envelopeBytes, mailboxCount, linkCount } = status
  return `${amount(envelopeCount, 'envelope')} (${bytesText(envelopeBytes)}) in ${amount(mailboxCount, 'mailbox', 'mailboxes')}, ${amount(linkCount, 'link')}`
}
