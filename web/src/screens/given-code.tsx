/** A code that another device reads: as a picture, and as text to be copied. */
import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { QrCode } from '../ui/qr-code.tsx'
import { Sentence } from '../ui/sentence.tsx'

interface GivenCodeProps {
  readonly code: string
  /** What the other device is to do with it. */
  readonly lead: string
  /** What the picture is, for whoever does not see it. */
  readonly label: string
}

export function GivenCode({ code, lead, label }: GivenCodeProps): JSX.Element {
  return (
    <div class="given">
      <QrCode text={code} label={label} />
      <div class="given-text">
        <p class="quiet">
          <Sentence text={lead} />
        </p>
        <input
          class="given-link"
          readOnly
          aria-label={t('linking.code')}
          value={code}
          onFocus={(event) => {
            event.currentTarget.select()
          }}
        />
        <CopyButton kind="main" text={code} label={t('linking.copy')} />
      </div>
    </div>
  )
}
