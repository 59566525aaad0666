import type { DiskForecast, StatusAnswer } from '@sealpost/operator'
import type { JSX } from 'preact'
import { bytesText, spanText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { history } from '../slow-view.ts'

/** Where less is taken in, in percent of the room that there is. */
const STEPS = [
  { percent: 80, capacity: 'no-new-mailboxes' },
  { percent: 90, capacity: 'busy' },
  { percent: 95, capacity: 'read-only' }
] as const

const HOUR_MS = 3_600_000
/** A disk that is full sooner is something to look at now. */
const SOON_HOURS = 24

/** How full the disk is, and what follows when. */
export function Disk({ disk }: Pick<StatusAnswer, 'disk'>): JSX.Element {
  const isIll = (history.answer.value?.disk?.hoursUntilFull ?? SOON_HOURS) < SOON_HOURS
  return (
    <section class={isIll ? 'card ill' : 'card'} aria-labelledby="disk">
      <h2 id="disk">{t('disk.title')}</h2>
      {disk === undefined ? <p class="soft">{t('disk.none')}</p> : <Measured disk={disk} />}
    </section>
  )
}

function Measured({ disk }: { readonly disk: NonNullable<StatusAnswer['disk']> }): JSX.Element {
  const { freeBytes, totalBytes, storeBytes } = disk
  const percent = Math.round(((totalBytes - freeBytes) / Math.max(1, totalBytes)) * 100)
  return (
    <>
      <meter
        min={0}
        max={100}
        low={80}
        high={90}
        optimum={0}
        value={percent}
        aria-label={t('disk.meter', { percent })}
      />
      <p>
        {t('disk.free', { free: bytesText(freeBytes), total: bytesText(totalBytes) })}{' '}
        <span class="soft">{t('disk.store', { store: bytesText(storeBytes) })}</span>
      </p>
      <p>{forecastText(history.answer.value?.disk)}</p>
      <ul class="steps soft">
        {STEPS.map((step) => (
          <li key={step.percent}>
            {t('disk.step', {
              percent: step.percent,
              what: t(`capacity.${step.capacity}`)
            })}
          </li>
        ))}
      </ul>
    </>
  )
}

function forecastText(forecast: DiskForecast | undefined): string {
  if (forecast === undefined) {
    return t('disk.unknown')
  }
  const { hoursUntilFull } = forecast
  return hoursUntilFull === undefined
    ? t('disk.holds')
    : t('disk.full', { span: spanText(hoursUntilFull * HOUR_MS) })
}
