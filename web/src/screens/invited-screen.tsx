import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { Icon } from '../ui/icon.tsx'
import { Screen } from '../ui/screen.tsx'
import { AskForm } from './ask-form.tsx'
import { OfflineNote } from './offline-note.tsx'

/** Somebody's link was opened: what it asks for, and one button. */
export function InvitedScreen({ link }: { readonly link: string }): JSX.Element {
  return (
    <Screen title={t('invited.title')} class="narrow">
      <section class="card invited">
        <span class="medal">
          <Icon name="message" />
        </span>
        <p>{t('invited.lead')}</p>
        <OfflineNote />
        <AskForm key={link} link={link} />
      </section>
    </Screen>
  )
}
