/** A day or a week of a relay, summed up. */
import type { CallRow } from '../call-row.ts'

export interface ReportAnswers {
  readonly report: { readonly text: string; readonly html: string }
}

export const REPORT_CALLS: Readonly<Record<keyof ReportAnswers, CallRow>> = {
  report: {
    roles: ['operator', 'security'],
    isChange: false,
    sentence: 'Sums up the last day, or week: what limits the relay, what to do, what went wrong.',
    params: [{ name: 'week', kind: { type: 'switch' }, sentence: 'A week instead of a day.' }]
  }
}
