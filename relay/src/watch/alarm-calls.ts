import { OperatorError } from '@sealpost/operator'
import type { CallHandlers } from '../operator/operator-server.ts'
import type { RelayWatch } from './relay-watch.ts'

/** What is wrong, and who is told. */
export function alarmCalls(
  watch: RelayWatch
): Pick<CallHandlers, 'alarms' | 'alarms test' | 'alarms answer'> {
  return {
    alarms: () => watch.alarms(),
    'alarms test': () => ({ channels: watch.testAlarms() }),
    'alarms answer': (params) => {
      const id = params.optionalInteger('id') ?? 0
      if (!watch.answerAlarm(id)) {
        throw new OperatorError('SEALPOST_NOT_THERE', `There is no alarm ${String(id)} at present.`)
      }
      return { id }
    }
  }
}
