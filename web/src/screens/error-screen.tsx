import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { inBackground, leaveFailure } from '../state/background.ts'
import { failureReport } from '../state/failure-report.ts'
import { go } from '../state/navigation.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'

interface ErrorScreenProps {
  readonly error: unknown
  /** The screens are drawn again. */
  readonly onLeave: () => void
}

/** Something failed that should not: what is sure, and what to do. */
export function ErrorScreen({ error, onLeave }: ErrorScreenProps): JSX.Element {
  const { home } = useApp()
  const [isCopied, setCopied] = useState(false)
  return (
    <main class="alone">
      <h1>{t('bug.title')}</h1>
      <p role="alert">{t('bug.lead')}</p>
      <Button
        kind="main"
        onClick={() => {
          location.reload()
        }}
      >
        {t('app.reload')}
      </Button>
      <Button
        icon="copy"
        onClick={() => {
          const copying = navigator.clipboard.writeText(failureReport(error))
          inBackground(
            copying.then(() => {
              setCopied(true)
            })
          )
        }}
      >
        {isCopied ? t('bug.copied') : t('bug.copy')}
      </Button>
      {home.value.type === 'open' ? (
        <Button
          icon="message"
          onClick={() => {
            leaveFailure(failureReport(error))
            onLeave()
            go({ screen: 'settings', section: 'feedback' })
          }}
        >
          {t('feedback.tell')}
        </Button>
      ) : undefined}
      <p class="hint">{t('bug.copy.hint')}</p>
    </main>
  )
}
