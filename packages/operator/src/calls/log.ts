/** What a relay logs. */
import type { CallRow } from '../call-row.ts'

export interface LogLevelAnswer {
  /** What is logged: this and what is more urgent. */
  readonly level: string
  /** What the configuration says. */
  readonly configured: string
  /** From when on that holds again, since 1970; undefined where it holds. */
  readonly untilMs: number | undefined
}

/** What each call answers. */
export interface LogAnswers {
  readonly 'log-level': LogLevelAnswer
}

/** So long holds what is asked for without a time. */
export const LOG_LEVEL_MS: number = 60 * 60_000
const LOG_LEVEL_MS_MAX = 7 * 24 * 60 * 60_000

export const LOG_CALLS: Readonly<Record<keyof LogAnswers, CallRow>> = {
  'log-level': {
    roles: ['operator', 'security'],
    isChange: true,
    changesWith: 'level',
    sentence:
      'Logs at another level for an hour, or for another while, and then again as configured; without a level it says what holds.',
    params: [
      {
        name: 'level',
        kind: { type: 'choice', words: ['error', 'warn', 'info', 'debug', 'configured'] },
        isPositional: true,
        isOptional: true,
        sentence: 'Logs this and what is more urgent; configured is what the configuration says.'
      },
      {
        name: 'for',
        kind: { type: 'duration', minMs: 1_000, maxMs: LOG_LEVEL_MS_MAX },
        isOptional: true,
        sentence: 'For so long, up to 7d.'
      }
    ]
  }
}
