import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { failureReport } from '../state/failure-report.ts'
import { Button } from '../ui/button.tsx'

/** Something failed that should not: what is sure, and what to do. */
export function ErrorScreen({ error }: { readonly error: unknown }): JSX.Element {
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
      <p class="hint">{t('bug.copy.hint')}</p>
    </main>
  )
}
