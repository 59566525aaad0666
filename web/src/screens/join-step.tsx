import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import type { JoinWish } from '../wire/peer-api.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { Field } from '../ui/field.tsx'
import { ScanDialog } from '../ui/scan-dialog.tsx'

export type JoinChoice = Omit<JoinWish, 'passphrase'>

interface JoinStepProps {
  readonly error: string | undefined
  readonly onDone: (choice: JoinChoice) => void
  readonly onBack: () => void
}

/** The code of the other device, scanned or pasted. */
export function JoinStep({ error, onDone, onBack }: JoinStepProps): JSX.Element {
  const [code, setCode] = useState('')
  const [name, setName] = useState(t('join.name.default'))
  const [isScanning, setScanning] = useState(false)
  return (
    <main class="alone">
      <h1>{t('join.title')}</h1>
      <p class="quiet">{t('join.lead')}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onDone({ code: code.trim(), name: name.trim() })
        }}
      >
        <Field label={t('join.code')} isFocused value={code} onInput={setCode} />
        <Button
          icon="camera"
          onClick={() => {
            setScanning(true)
          }}
        >
          {t('join.scan')}
        </Button>
        <Field label={t('join.name')} maxLength={64} value={name} onInput={setName} />
        <ErrorLine error={error} />
        <Button type="submit" kind="main" isDisabled={code.trim() === ''}>
          {t('action.continue')}
        </Button>
      </form>
      <Button kind="quiet" onClick={onBack}>
        {t('action.back')}
      </Button>
      {isScanning ? (
        <ScanDialog
          title={t('join.title')}
          lead={t('join.scan.lead')}
          onSeen={(text) => {
            const isCode = text.includes('sealpost:')
            if (isCode) {
              setCode(text)
              setScanning(false)
            }
            return isCode
          }}
          onClose={() => {
            setScanning(false)
          }}
        />
      ) : undefined}
    </main>
  )
}

/** Until the other device lets this one in: the digits that both show. */
export function JoiningStep(): JSX.Element {
  const app = useApp()
  const [digits, setDigits] = useState<string | undefined>(undefined)
  useEffect(
    () =>
      app.listen((event) => {
        if (event.type === 'joining') {
          setDigits(event.digits)
        }
      }),
    [app]
  )
  return (
    <main class="alone">
      <h1>{t('join.title')}</h1>
      <p role="status">{digits === undefined ? t('join.going') : t('join.compare')}</p>
      {digits === undefined ? undefined : <p class="digits">{digits}</p>}
      <Button
        onClick={() => {
          void app.peer.stopJoining()
        }}
      >
        {t('join.stop')}
      </Button>
    </main>
  )
}
