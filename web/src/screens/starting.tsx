import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'

/** There is nothing to decide yet. */
export function Starting(): JSX.Element {
  return (
    <main class="alone" aria-busy="true">
      <p class="quiet">{t('app.starting')}</p>
    </main>
  )
}
