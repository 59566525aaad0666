import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'

/** There is nothing to decide yet. */
export function Starting(): JSX.Element {
  return (
    <main class="alone welcome" aria-busy="true">
      <img class="mark" src="/icon.svg" alt="" width="88" height="88" />
      <h1>{t('app.name')}</h1>
      <p class="lead">{t('app.starting')}</p>
    </main>
  )
}
