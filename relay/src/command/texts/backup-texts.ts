import type { BackupAnswer, BackupStatus, WorkAnswer } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { amount, bytesText, lines, sinceText } from './text-parts.ts'

export const BACKUP_TEXTS: Pick<AnswerTexts, 'backup begin' | 'backup progress' | 'compact'> = {
  'backup begin': () => 'It has begun; sealpost-relay backup progress says how far it is.\n',
  'backup progress': (status, nowMs) =>
    lines([
      ['work', status.work === undefined ? 'nothing was begun' : workText(status.work, nowMs)],
      ['newest', agoText(status.newestAtMs, nowMs) ?? 'none that this relay knows of'],
      ['next', nextText(status.nextAtMs, nowMs)],
      ['proven', provenText(status, nowMs)],
      ...(status.failure === undefined
        ? []
        : [
            [
              'failure',
              `${agoText(status.failure.atMs, nowMs) ?? ''}: ${status.failure.code}; the log says more`
            ] as const
          ])
    ]),
  compact: ({ isDone, bytesBefore, bytesAfter }) =>
    isDone
      ? `The store takes ${bytesText(bytesAfter)}; ${bytesText(Math.max(0, bytesBefore - bytesAfter))} were given back.\n`
      : 'It goes on; status says how much the store takes.\n'
}

/** One line of `status`. */
export function backupText(status: BackupStatus, nowMs: number): string {
  const { failure, newestAtMs, nextAtMs } = status
  if (failure !== undefined) {
    return `failed (${failure.code}); the last is ${agoText(newestAtMs, nowMs) ?? 'never made'}`
  }
  const newest = agoText(newestAtMs, nowMs)
  if (newest === undefined) {
    return nextAtMs === undefined ? 'none, and none are planned' : 'none yet; one is planned'
  }
  return `${newest}; ${provenText(status, nowMs)}`
}

/** What the command says while the relay makes one: `12 %`. */
export function shareText({ rowCount, expectedRowCount }: WorkAnswer): string {
  const share = expectedRowCount === 0 ? 0 : Math.floor((rowCount / expectedRowCount) * 100)
  return `${String(Math.min(99, share))} %`
}

/** What a person is told of a backup that is whole. */
export function madeText({ path, byteCount, isEncrypted, rowCount }: BackupAnswer): string {
  const secret = isEncrypted
    ? 'Only the identity of its recipient opens it: keep that elsewhere than the relay.\n'
    : 'It is a secret: it holds the relay’s key. Who has the file can be this relay. --recipient encrypts it.\n'
  return `${path}: ${bytesText(byteCount)}, ${amount(rowCount, 'row')}\n${secret}`
}

function workText(work: WorkAnswer, nowMs: number): string {
  const name = work.what === 'backup' ? 'a backup' : 'a trial restore'
  if (work.endedAtMs === undefined) {
    return `${name}, ${shareText(work)}, for ${sinceText(nowMs - work.startedAtMs)}`
  }
  const end = agoText(work.endedAtMs, nowMs) ?? ''
  return work.failure === undefined
    ? `${name}, done ${end}`
    : `${name}, failed ${end}: ${work.failure.message} (${work.failure.code})`
}

function nextText(nextAtMs: number | undefined, nowMs: number): string {
  return nextAtMs === undefined ? 'not planned' : `in ${sinceText(nextAtMs - nowMs)}`
}

function provenText({ proven }: BackupStatus, nowMs: number): string {
  if (proven === undefined) {
    return 'none was proven to be restorable'
  }
  const { atMs, envelopeCount, mailboxCount } = proven
  const held = `${amount(envelopeCount, 'envelope')} in ${amount(mailboxCount, 'mailbox', 'mailboxes')}`
  return `restored on trial ${agoText(atMs, nowMs) ?? ''} with ${held}`
}

function agoText(atMs: number | undefined, nowMs: number): string | undefined {
  return atMs === undefined ? undefined : `${sinceText(nowMs - atMs)} ago`
}
