import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { Button } from '../ui/button.tsx'
import { ScanDialog } from '../ui/scan-dialog.tsx'

interface ScanCodeProps {
  readonly lead: string
  /** Gets what may be a code: reading it says whether it is one. */
  readonly onCode: (text: string) => void
}

/** Leads to the camera, which looks for the code that another device shows. */
export function ScanCode({ lead, onCode }: ScanCodeProps): JSX.Element {
  const [isScanning, setScanning] = useState(false)
  return (
    <>
      <Button
        icon="camera"
        onClick={() => {
          setScanning(true)
        }}
      >
        {t('join.scan')}
      </Button>
      {isScanning ? (
        <ScanDialog
          title={t('join.scan.title')}
          lead={lead}
          onSeen={(text) => {
            const isCode = text.includes('sealpost:')
            if (isCode) {
              setScanning(false)
              onCode(text)
            }
            return isCode
          }}
          onClose={() => {
            setScanning(false)
          }}
        />
      ) : undefined}
    </>
  )
}
