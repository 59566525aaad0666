/** What is wrong with a relay, and who is told. */
import type { Alarm } from '../alarms/alarm-book.ts'
import type { CallRow } from '../call-row.ts'

/** What `alarms` answers. */
export interface AlarmsAnswer {
  /** Those that last, the oldest first. */
  readonly present: readonly Alarm[]
  /** Those that are over, the latest first. */
  readonly history: readonly Alarm[]
  /** What is looked at: a name, and the rule as the configuration has it. */
  readonly rules: readonly { readonly name: string; readonly test: string }[]
  /** Who is told, and how that went. */
  readonly channels: readonly AlarmChannel[]
}

/** How alarms leave the relay. */
export interface AlarmChannel {
  readonly name: 'log' | 'webhook' | 'command'
  readonly toldCount: number
  /** Those that could not be told, after every try. */
  readonly failedCount: number
  readonly waitingCount: number
}

export interface AlarmAnswers {
  readonly alarms: AlarmsAnswer
  readonly 'alarms test': { readonly channels: readonly AlarmChannel['name'][] }
  readonly 'alarms answer': { readonly id: number }
}

export const ALARM_CALLS: Readonly<Record<keyof AlarmAnswers, CallRow>> = {
  alarms: {
    roles: ['operator', 'security'],
    isChange: false,
    sentence: 'Shows the alarms that last, those that are over, and who is told.',
    params: []
  },
  'alarms test': {
    roles: ['operator', 'security'],
    isChange: true,
    sentence: 'Sends an alarm that means nothing to everybody who is told of alarms.',
    params: []
  },
  'alarms answer': {
    roles: ['operator', 'security'],
    isChange: true,
    sentence: 'Says that somebody looks after an alarm, so that it is not told again.',
    params: [
      {
        name: 'id',
        kind: { type: 'integer', min: 1, max: 1_000_000_000 },
        isPositional: true,
        sentence: 'The number of the alarm.'
      }
    ]
  }
}
