/** What this is, and what it cannot do: said before somebody relies on it. */
import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { LICENCES } from '../state/licences.ts'
import { LinkTo } from '../ui/link-to.tsx'
import { ReleaseCards } from './settings-release.tsx'

const LIMITS = ['host', 'machine', 'hands', 'people', 'relays', 'browser'] as const

export function AboutSection(): JSX.Element {
  return (
    <>
      <section class="card who large">
        <img src="/icon.svg" alt="" width="64" height="64" />
        <span>
          <strong>{t('app.name')}</strong>
          <span class="hint">
            {t('about.version', { version: import.meta.env.SEALPOST_VERSION })}
          </span>
        </span>
      </section>
      <p>{t('about.lead')}</p>
      <div class="actions">
        <LinkTo to={{ screen: 'settings', section: 'feedback' }} class="button">
          {t('settings.feedback')}
        </LinkTo>
      </div>
      <ReleaseCards />
      <section class="card" aria-labelledby="limits">
        <h2 id="limits">{t('about.limits')}</h2>
        <ul class="limits">
          {LIMITS.map((limit) => (
            <li key={limit}>{t(`about.limit.${limit}`)}</li>
          ))}
        </ul>
      </section>
      <section class="card" aria-labelledby="made-of">
        <h2 id="made-of">{t('about.made-of')}</h2>
        <p>{t('about.licence')}</p>
        <p>{t('about.made-of.lead')}</p>
        <dl class="licences">
          {LICENCES.map(([library, licence]) => (
            <div key={library}>
              <dt>{library}</dt>
              <dd class="hint">{licence}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  )
}
