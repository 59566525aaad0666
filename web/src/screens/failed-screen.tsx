import type { ErrorCode } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { Button } from '../ui/button.tsx'

/** The home cannot be opened: why, and what helps. */
export function FailedScreen({ code }: { readonly code: ErrorCode }): JSX.Element {
  return (
    <main class="alone">
      <h1>{t('app.failed')}</h1>
      <p>{adviceFor(code)}</p>
      <p class="quiet">{code}</p>
      <Button
        kind="main"
        onClick={() => {
          location.reload()
        }}
      >
        {t('app.reload')}
      </Button>
    </main>
  )
}

function adviceFor(code: ErrorCode): string {
  switch (code) {
    case 'SEALPOST_STORE_FULL':
      return t('app.failed.full')
    case 'SEALPOST_STORE_NEWER':
      return t('app.failed.newer')
    default:
      return t('app.failed.try')
  }
}
