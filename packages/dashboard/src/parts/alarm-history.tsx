import type { Alarm } from '@sealpost/operator'
import type { JSX } from 'preact'
import { alarms } from '../alarms-view.ts'
import { dayTimeText, spanText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { AlarmSentence } from './alarms.tsx'

/** Of those that are over, as many as are of use on a page. */
const SHOWN_MAX = 8

/** What was wrong and is no more, the latest first. */
export function AlarmHistory(): JSX.Element | undefined {
  const found = alarms.value
  if (found === undefined) {
    return undefined
  }
  const over = found.history.slice(0, SHOWN_MAX)
  return (
    <section class="card wide" aria-labelledby="alarms-over">
      <h2 id="alarms-over">{t('alarms.over')}</h2>
      {over.length === 0 ? (
        <p class="soft">{t('alarms.over.none')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('alarms.what')}</th>
              <th scope="col">{t('alarms.when')}</th>
              <th scope="col">{t('alarms.lasted')}</th>
            </tr>
          </thead>
          <tbody>
            {over.map((alarm) => (
              <Over key={alarm.id} alarm={alarm} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Over({ alarm }: { readonly alarm: Alarm }): JSX.Element {
  const { raisedAtMs, resolvedAtMs = raisedAtMs } = alarm
  return (
    <tr>
      <td>
        <AlarmSentence alarm={alarm} />
      </td>
      <td>{dayTimeText(raisedAtMs)}</td>
      <td>{spanText(resolvedAtMs - raisedAtMs)}</td>
    </tr>
  )
}
