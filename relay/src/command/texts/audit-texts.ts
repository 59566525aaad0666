import type { AuditEntry, AuditVerifyAnswer } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { amount } from './text-parts.ts'

type Problem = NonNullable<AuditVerifyAnswer['problem']>

const PROBLEMS: Readonly<Record<Problem['what'], (problem: Problem) => string>> = {
  changed: ({ expected }) => `entry ${String(expected)} was changed`,
  missing: ({ expected }) => `entry ${String(expected)} is missing, or stands elsewhere`,
  'out-of-order': ({ expected }) => `an earlier entry stands where ${String(expected)} should`,
  replaced: ({ expected }) => `entry ${String(expected)} or the one before it was written anew`,
  cut: ({ expected }) => `it ends before entry ${String(expected)}, which there was`,
  rewritten: ({ expected }) => `entry ${String(expected)} is another than the one that was noted`
}

export const AUDIT_TEXTS: Pick<AnswerTexts, 'audit list' | 'audit verify'> = {
  'audit list': ({ entries }) =>
    entries.length === 0 ? 'Nothing was changed yet.\n' : entries.map(entryText).join(''),
  'audit verify': ({ count, head, problem }) =>
    problem === undefined
      ? `The audit log is what was written: ${amount(count, 'entry', 'entries')}, the last one ${head}.\n` +
        'Keep that elsewhere: whoever can write to the data directory could write all of it anew.\n'
      : `The audit log is not what was written: ${PROBLEMS[problem.what](problem)} (${problem.file}, line ${String(problem.line)}).\n`
}

function entryText(entry: AuditEntry): string {
  const { number, atMs, by, call, params, outcome, about, lostCount } = entry
  const said = Object.entries(params).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
  const id = about === undefined ? '' : ` (${about})`
  const lost =
    lostCount === undefined
      ? ''
      : `; ${amount(lostCount, 'entry', 'entries')} before it could not be written`
  return `${String(number)} ${new Date(atMs).toISOString()} ${by}: ${call}${said.join('')}: ${outcome}${id}${lost}\n`
}
