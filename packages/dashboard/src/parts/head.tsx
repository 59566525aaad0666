import type { StatusAnswer } from '@sealpost/operator'
import type { JSX } from 'preact'
import { chooseLocale, locale, LOCALE_NAMES, LOCALES, t } from '../locales/locale.ts'

/** Whether all is well, at a glance and in a word. */
export function Head({ status }: { readonly status: StatusAnswer | undefined }): JSX.Element {
  return (
    <header>
      <h1>{t('page.title')}</h1>
      {status === undefined ? undefined : (
        <p class={`state ${moodOf(status)}`} role="status">
          {t(`state.${status.state}`)}
        </p>
      )}
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

function moodOf({ state, capacity, load }: StatusAnswer): 'well' | 'wary' | 'ill' {
  if (state !== 'serving' || capacity === 'read-only' || load.step === 'read-only') {
    return 'ill'
  }
  return capacity === 'open' && load.step === 'normal' ? 'well' : 'wary'
}
