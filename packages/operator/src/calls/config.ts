/** What a relay goes by. */
import type { CallRow } from '../call-row.ts'

/** An option and its value. */
export interface OptionAnswer {
  readonly name: string
  /** As a person would write it; stars for a secret. */
  readonly value: string
  /** Where it was said: `default`, `file NAME`, `environment NAME`, `flag --name`. */
  readonly source: string
  /** Whether a reload changes it; others hold from the next start on. */
  readonly isLive: boolean
}

export interface ConfigShowAnswer {
  /** What the relay that runs goes by; what it would go by once it was restarted; or what a start here would, where none runs. */
  readonly of: 'running' | 'next' | 'start'
  readonly options: readonly OptionAnswer[]
}

/** Names of options. */
export interface ReloadAnswer {
  /** Hold another value from now on. */
  readonly changed: readonly string[]
  /** Have another value in the configuration, and hold it from the next start on. */
  readonly needRestart: readonly string[]
}

/** What each call answers. */
export interface ConfigAnswers {
  readonly 'config show': ConfigShowAnswer
  /** The configuration was read and checked whole; where anything is wrong with it, all stays as it was. */
  readonly reload: ReloadAnswer
}

export const CONFIG_CALLS: Readonly<Record<keyof ConfigAnswers, CallRow>> = {
  'config show': {
    roles: ['operator', 'security'],
    isChange: false,
    sentence:
      'Shows every option, its value and where that was said: of the relay that runs, or where none does, what a start would take.',
    params: [
      {
        name: 'next',
        kind: { type: 'switch' },
        isOptional: true,
        sentence: 'Shows what the relay would take if it were started again now.'
      }
    ]
  },
  reload: {
    roles: ['operator'],
    isChange: true,
    sentence:
      'Reads the configuration again and takes what has changed, without losing a connection; SIGHUP does the same.',
    params: []
  }
}
