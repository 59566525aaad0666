import type { Alarm } from '@sealpost/operator'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { alarms, answerAlarm } from '../alarms-view.ts'
import { spanText } from '../locales/amounts.ts'
import { alarmSentence, t } from '../locales/locale.ts'

/** What is wrong now. */
export function Alarms(): JSX.Element | undefined {
  const found = alarms.value
  if (found === undefined) {
    return undefined
  }
  const { present } = found
  return (
    <section class={present.length === 0 ? 'card calm' : 'card ill'} aria-labelledby="alarms">
      <h2 id="alarms">{t('alarms.title')}</h2>
      <div role="status">
        {present.length === 0 ? (
          <p>{t('alarms.none')}</p>
        ) : (
          <ul class="alarms">
            {present.map((alarm) => (
              <Present key={alarm.id} alarm={alarm} />
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}

function Present({ alarm }: { readonly alarm: Alarm }): JSX.Element {
  const { answeredAtMs, id, isUrgent, name, raisedAtMs } = alarm
  const [hasFailed, setFailed] = useState(false)
  const words = [
    name,
    ...(isUrgent ? [t('alarms.urgent')] : []),
    t('alarms.for', { span: spanText(Date.now() - raisedAtMs) }),
    ...(answeredAtMs === undefined ? [] : [t('alarms.answered')])
  ]
  return (
    <li>
      <AlarmSentence alarm={alarm} />
      <span>{words.join(' · ')}</span>
      {answeredAtMs === undefined ? (
        <button
          type="button"
          onClick={() => {
            answerAlarm(id).catch(() => {
              setFailed(true)
            })
          }}
        >
          {t('alarms.answer')}
        </button>
      ) : undefined}
      {hasFailed ? <span role="alert">{t('alarms.answer.failed')}</span> : undefined}
    </li>
  )
}

/** What it means, in the page's language where it comes with every relay. */
export function AlarmSentence({
  alarm: { name, sentence }
}: {
  readonly alarm: Alarm
}): JSX.Element {
  const known = alarmSentence(name)
  return known === undefined ? <strong lang="en">{sentence}</strong> : <strong>{known}</strong>
}
