/** The language, and how one writes. */
import type { JSX } from 'preact'
import {
  LOCALE_NAMES,
  LOCALES,
  type Locale,
  preferredLocale,
  setLocale,
  t
} from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { prefer, preferences } from '../state/preferences.ts'
import { ChoiceGroup } from '../ui/choice-group.tsx'

export function LanguageSection(): JSX.Element {
  return (
    <section class="card">
      <ChoiceGroup<Locale | 'system'>
        label={t('settings.language')}
        value={preferences.value.locale ?? 'system'}
        options={[
          { value: 'system', label: t('settings.language.system') },
          ...LOCALES.map((value) => {
            return { value, label: LOCALE_NAMES[value], lang: value }
          })
        ]}
        onChoose={(chosen) => {
          const wanted = chosen === 'system' ? undefined : chosen
          prefer({ locale: wanted })
          inBackground(setLocale(wanted ?? preferredLocale(navigator.languages)))
        }}
      />
    </section>
  )
}

export function ChatSection(): JSX.Element {
  return (
    <section class="card">
      <ChoiceGroup<'sends' | 'breaks'>
        label={t('enter.label')}
        value={preferences.value.doesEnterSend ? 'sends' : 'breaks'}
        options={[
          { value: 'sends', label: t('enter.sends'), hint: t('enter.sends.hint') },
          { value: 'breaks', label: t('enter.breaks'), hint: t('enter.breaks.hint') }
        ]}
        onChoose={(chosen) => {
          prefer({ doesEnterSend: chosen === 'sends' })
        }}
      />
    </section>
  )
}
