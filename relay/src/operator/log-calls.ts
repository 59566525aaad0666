import { LOG_LEVEL_MS } from '@sealpost/operator'
import { LOG_LEVELS } from '../log/json-log.ts'
import type { LogLevelSwitch } from '../log/log-level-switch.ts'
import type { CallHandlers } from './operator-server.ts'

export interface LogCallsOptions {
  readonly logLevel: LogLevelSwitch
}

/** What the relay logs. */
export function logCalls({ logLevel }: LogCallsOptions): Pick<CallHandlers, 'log-level'> {
  return {
    'log-level': (params) => {
      const word = params.optionalText('level')
      const level = LOG_LEVELS.find((known) => known === word)
      if (level !== undefined) {
        logLevel.override(level, params.optionalInteger('for') ?? LOG_LEVEL_MS)
      } else if (word !== undefined) {
        logLevel.end()
      }
      return logLevel.answer()
    }
  }
}
