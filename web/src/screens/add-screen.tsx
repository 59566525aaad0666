/** How one comes to talk to somebody: by giving them a link, or by opening theirs. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { linkIn } from '../state/page-link.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { ScanDialog } from '../ui/scan-dialog.tsx'
import { Screen } from '../ui/screen.tsx'
import { useRead } from '../ui/use-read.ts'
import { AskForm } from './ask-form.tsx'
import { LinkList } from './link-list.tsx'
import { MyLink } from './my-link.tsx'
import { OfflineNote } from './offline-note.tsx'

export function AddScreen(): JSX.Element {
  const { peer } = useApp()
  const links = useRead(
    'links',
    () => peer.links(),
    ({ type }) => type === 'link' || type === 'contact'
  )
  return (
    <Screen title={t('add.title')} class="wide">
      <OfflineNote />
      <div class="columns">
        <MyLink links={links} />
        <TheirLink />
      </div>
      <LinkList links={links} />
    </Screen>
  )
}

function TheirLink(): JSX.Element {
  const [text, setText] = useState('')
  const [isScanning, setScanning] = useState(false)
  const link = linkIn(text)
  const isWrong = link === undefined && text.trim().length >= 'sealpost:i/'.length
  return (
    <section class="card" aria-labelledby="add-theirs">
      <h2 id="add-theirs">{t('add.theirs')}</h2>
      <p class="quiet">{t('add.theirs.lead')}</p>
      <Field
        label={t('add.paste')}
        value={text}
        error={isWrong ? t(isCode(text) ? 'error.code-no-link' : 'add.paste.none') : undefined}
        onInput={setText}
      />
      {link === undefined ? (
        <Button
          icon="camera"
          onClick={() => {
            setScanning(true)
          }}
        >
          {t('add.scan')}
        </Button>
      ) : (
        <AskForm key={link} link={link} />
      )}
      {isScanning ? (
        <ScanDialog
          title={t('add.scan')}
          lead={t('add.scan.lead')}
          onSeen={(seen) => {
            if (linkIn(seen) === undefined && !isCode(seen)) {
              return false
            }
            setScanning(false)
            setText(seen)
            return true
          }}
          onClose={() => {
            setScanning(false)
          }}
        />
      ) : undefined}
    </section>
  )
}

/** Of a device that wants into an account: somebody may say that it is a link of theirs. */
function isCode(text: string): boolean {
  return text.trim().toLowerCase().startsWith('sealpost:d/')
}
