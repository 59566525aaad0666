import type { JSX } from 'preact'
import { LOCALE_NAMES, LOCALES, locale } from '../locales/locale.ts'
import { prefer } from '../state/preferences.ts'

/** The languages, each in its own words. */
export function LanguageChoice(): JSX.Element {
  const current = locale()
  return (
    <div class="languages">
      {LOCALES.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={one === current}
          onClick={() => {
            prefer({ locale: one })
          }}
        >
          {LOCALE_NAMES[one]}
        </button>
      ))}
    </div>
  )
}
