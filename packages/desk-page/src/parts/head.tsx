import type { JSX } from 'preact'
import type { DeskSeen } from '../desk-calls.ts'
import { chooseLocale, locale, LOCALE_NAMES, LOCALES, t } from '../locales/locale.ts'
import { formatPlace, place } from '../place.ts'
import { token } from '../session.ts'
import { isOverdue, waitsSince } from '../tickets.ts'

/** Whether somebody waits, at a glance and in a word. */
export function Head({ desk }: { readonly desk: DeskSeen | undefined }): JSX.Element {
  return (
    <header>
      <h1>{t('page.title')}</h1>
      <div role="status">{desk === undefined ? undefined : <Waiting desk={desk} />}</div>
      {token.value === undefined ? undefined : <Places />}
      <select
        aria-label={t('page.language')}
        value={locale()}
        onChange={({ currentTarget }) => {
          const wanted = LOCALES.find((one) => one === currentTarget.value)
          chooseLocale(wanted ?? 'en')
        }}
      >
        {LOCALES.map((one) => (
          <option key={one} value={one}>
            {LOCALE_NAMES[one]}
          </option>
        ))}
      </select>
    </header>
  )
}

function Waiting({ desk: { nowMs, tickets } }: { readonly desk: DeskSeen }): JSX.Element {
  const overdue = tickets.filter((ticket) => isOverdue(ticket, nowMs)).length
  const waiting = tickets.filter((ticket) => waitsSince(ticket) !== undefined).length
  if (overdue > 0) {
    return <p class="state ill">{t('page.overdue', { count: overdue })}</p>
  }
  return waiting > 0 ? (
    <p class="state wary">{t('page.waiting', { count: waiting })}</p>
  ) : (
    <p class="state well">{t('page.calm')}</p>
  )
}

function Places(): JSX.Element {
  const isCounts = place.value.at === 'counts'
  return (
    <nav aria-label={t('page.places')}>
      <a href={formatPlace({ at: 'tickets' })} aria-current={isCounts ? undefined : 'page'}>
        {t('page.tickets')}
      </a>
      <a href={formatPlace({ at: 'counts' })} aria-current={isCounts ? 'page' : undefined}>
        {t('page.counts')}
      </a>
    </nav>
  )
}
