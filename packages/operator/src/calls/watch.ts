/** What is not as usual at a relay, and what was done about it. */
import type { Action } from '../anomaly/action-book.ts'
import type { Finding } from '../anomaly/anomaly-watch.ts'
import type { CallRow } from '../call-row.ts'
import type { TuningChange } from '../watch/self-tuning.ts'

/** What `watch` answers. */
export interface WatchAnswer {
  /** Who applies what a finding proposes. */
  readonly actions: 'by-hand' | 'by-itself'
  readonly findings: readonly Finding[]
  /** Findings that are over, the latest first. */
  readonly over: readonly Finding[]
  readonly applied: readonly Action[]
  /** Actions that were taken back, the latest first. */
  readonly undone: readonly Action[]
  /** What the relay changed of its rates, the latest first, and why. */
  readonly tuned: readonly TuningChange[]
}

export interface WatchAnswers {
  readonly watch: WatchAnswer
  readonly 'watch apply': Action
  readonly 'watch undo': Action
}

const ID = {
  name: 'id',
  kind: { type: 'integer', min: 1, max: 1_000_000_000 },
  isPositional: true,
  sentence: 'The number of the finding.'
} as const

export const WATCH_CALLS: Readonly<Record<keyof WatchAnswers, CallRow>> = {
  watch: {
    roles: ['operator', 'security'],
    isChange: false,
    sentence: 'Shows what is not as usual, why probably, and what was done about it.',
    params: []
  },
  'watch apply': {
    roles: ['operator'],
    isChange: true,
    sentence: 'Does what a finding proposes, until it is taken back or the relay is started again.',
    params: [ID]
  },
  'watch undo': {
    roles: ['operator'],
    isChange: true,
    sentence: 'Takes back what was done about a finding.',
    params: [ID]
  }
}
