/** The language, and how one writes. */
import type { JSX } from 'preact'
import { LOCALE_NAMES, LOCALES, type Locale, t } from '../locales/locale.ts'
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
          prefer({ locale: chosen === 'system' ? undefined : chosen })
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
