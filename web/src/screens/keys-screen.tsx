import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { keysOf, SHORTCUTS, STAR_KEY } from '../state/shortcuts.ts'
import { Screen } from '../ui/screen.tsx'

/** Which key does what. */
export function KeysScreen(): JSX.Element {
  return (
    <Screen title={t('keys.title')} isTextAlone>
      <p class="quiet">{t('keys.lead')}</p>
      <dl class="keys card">
        {SHORTCUTS.map((shortcut) => (
          <div key={shortcut}>
            <dt>
              {keysOf(shortcut).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(`keys.${shortcut}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>{STAR_KEY}</kbd>
          </dt>
          <dd>{t('keys.star')}</dd>
        </div>
      </dl>
    </Screen>
  )
}
