/** The end of a relay for good. */
import type { CallRow } from '../call-row.ts'
import { type Closing, CLOSING_DAYS, CLOSING_DAYS_MAX } from '../closing.ts'

/** What each call answers. */
export interface ClosingAnswers {
  /** As it is from now on; undefined where the relay goes on. */
  readonly decommission: { readonly closing: Closing | undefined }
}

export const CLOSING_CALLS: Readonly<Record<keyof ClosingAnswers, CallRow>> = {
  decommission: {
    roles: ['operator'],
    isChange: true,
    sentence:
      'Gives the relay up: it makes no new mailboxes, tells its people to move, and after its last day takes no deposits.',
    params: [
      {
        name: 'days',
        kind: { type: 'integer', min: 1, max: CLOSING_DAYS_MAX },
        isOptional: true,
        sentence: `How long people have; ${String(CLOSING_DAYS)} where nothing is said.`
      },
      {
        name: 'end',
        kind: { type: 'switch' },
        sentence: 'The process ends after the last day.'
      },
      { name: 'undo', kind: { type: 'switch' }, sentence: 'The relay goes on after all.' }
    ]
  }
}
