/** What was changed, by whom, and whether that is still what was written down. */
import type { AuditEntry, AuditProblem } from '../audit-chain.ts'
import type { CallRow } from '../call-row.ts'

/** What `audit verify` answers. */
export interface AuditVerifyAnswer {
  /** Entries that were found good, up to the problem, if there is one. */
  readonly count: number
  /** The number of the oldest entry that is kept. */
  readonly first: number | undefined
  /** The last good entry, to be kept elsewhere and given to a later `audit verify`: `NUMBER:HASH`. */
  readonly head: string
  /** The file and the line in it where the log is not what was written. */
  readonly problem: (AuditProblem & { readonly file: string }) | undefined
}

/** What each call answers. */
export interface AuditAnswers {
  /** The latest last. */
  readonly 'audit list': { readonly entries: readonly AuditEntry[] }
  readonly 'audit verify': AuditVerifyAnswer
}

/** Entries that are shown where nothing is said. */
export const AUDIT_LIST_COUNT = 50

export const AUDIT_CALLS: Readonly<Record<keyof AuditAnswers, CallRow>> = {
  'audit list': {
    roles: ['security'],
    isChange: false,
    sentence: 'Shows what was changed last, and by whom.',
    params: [
      {
        name: 'count',
        kind: { type: 'integer', min: 1, max: 1_000 },
        isOptional: true,
        sentence: `How many; ${String(AUDIT_LIST_COUNT)} where nothing is said.`
      }
    ]
  },
  'audit verify': {
    roles: ['security'],
    isChange: false,
    sentence:
      'Says whether the audit log is what was written, whether or not the relay runs; names the first line that is not.',
    params: [
      {
        name: 'head',
        kind: { type: 'text', bytesMax: 96 },
        isOptional: true,
        sentence: 'What an earlier one, or the log, said and was kept elsewhere.'
      }
    ]
  }
}
