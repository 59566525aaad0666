/** What a relay does: at the moment, and over a while. */
import type { CallRow } from '../call-row.ts'
import { HISTORY_SPANS, type HistoryAnswer } from '../watch/history-view.ts'
import type { SeriesValues } from '../watch/series.ts'

/** Why something was refused: a request, a proof of work, or a connection. */
export const REFUSALS = [
  'denied',
  'quota-exceeded',
  'too-large',
  'expired',
  'slow-down',
  'busy',
  'unsupported-version',
  'internal',
  'work-rejected',
  'connection-connections',
  'connection-range',
  'connection-pending',
  'connection-draining',
  'connection-blocked'
] as const
export type Refusal = (typeof REFUSALS)[number]

export interface ActivityAnswer {
  /** Counted since the start. */
  readonly counts: ActivityCounts
  /** As the watch measured it last, at most ten seconds ago; what there is not is left out. */
  readonly latest: SeriesValues
}

export interface ActivityCounts {
  readonly depositCount: number
  readonly deliveredCount: number
  readonly ackedCount: number
  readonly expiredCount: number
  readonly refusedCounts: Readonly<Record<Refusal, number>>
}

export interface ActivityAnswers {
  readonly activity: ActivityAnswer
  readonly history: HistoryAnswer
}

export const ACTIVITY_CALLS: Readonly<Record<keyof ActivityAnswers, CallRow>> = {
  activity: {
    roles: ['operator', 'support', 'security'],
    isChange: false,
    sentence: 'Shows what the relay has done since its start, what it refused and why.',
    params: []
  },
  history: {
    roles: ['operator', 'support', 'security'],
    isChange: false,
    sentence: 'Shows what was measured in the last hour, day, or six weeks.',
    params: [
      {
        name: 'span',
        kind: { type: 'choice', words: HISTORY_SPANS },
        isOptional: true,
        sentence: 'An hour, where nothing is said.'
      }
    ]
  }
}
