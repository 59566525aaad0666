import type { Alarm } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { amount, sinceText } from './text-parts.ts'

const SHOWN_MAX = 20

export const ALARM_TEXTS: Pick<AnswerTexts, 'alarms' | 'alarms test' | 'alarms answer'> = {
  alarms: ({ present, history, rules, channels }, nowMs) => {
    const now =
      present.length === 0
        ? 'Nothing is wrong.\n'
        : present.map((alarm) => alarmText(alarm, nowMs)).join('')
    const over = history.slice(0, SHOWN_MAX).map((alarm) => overText(alarm, nowMs))
    const told = channels.map(({ name, failedCount }) =>
      failedCount === 0 ? name : `${name} (${amount(failedCount, 'alarm')} could not be told)`
    )
    return `${now}${over.length === 0 ? '' : `\nOver:\n${over.join('')}`}
Looked at: ${rules.map(({ name }) => name).join(', ')}
Told: ${told.join(', ')}
`
  },
  'alarms test': ({ channels }) => `An alarm that means nothing goes to ${channels.join(', ')}.\n`,
  'alarms answer': ({ id }) => `Alarm ${String(id)} is answered, and is not told again.\n`
}

function alarmText(alarm: Alarm, nowMs: number): string {
  const { id, name, isUrgent, raisedAtMs, answeredAtMs, sentence, test, value } = alarm
  const urgent = isUrgent ? ', urgent' : ''
  const answered = answeredAtMs === undefined ? '' : ', answered'
  return `${String(id)}  ${name}${urgent}, for ${sinceText(nowMs - raisedAtMs)}${answered}
    ${sentence}
    ${test}; it was ${String(Number(value.toPrecision(4)))}
`
}

function overText(
  { id, name, raisedAtMs, resolvedAtMs = raisedAtMs }: Alarm,
  nowMs: number
): string {
  return `${String(id)}  ${name}, ${sinceText(nowMs - raisedAtMs)} ago, for ${sinceText(resolvedAtMs - raisedAtMs)}\n`
}
