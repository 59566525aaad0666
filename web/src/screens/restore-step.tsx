import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import type { RestoreWish } from '../wire/peer-api.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { Field } from '../ui/field.tsx'
import { Switch } from '../ui/switch.tsx'

export type RestoreChoice = Omit<RestoreWish, 'protection'>

interface RestoreStepProps {
  /** Why the last try failed. */
  readonly error: string | undefined
  readonly onDone: (choice: RestoreChoice) => void
  readonly onBack: () => void
}

/** Which file, what opens it, and what became of the device that made it. */
export function RestoreStep({ error, onDone, onBack }: RestoreStepProps): JSX.Element {
  const [file, setFile] = useState<File | undefined>(undefined)
  const [filePassphrase, setFilePassphrase] = useState('')
  const [isOldDeviceLost, setLost] = useState(true)
  return (
    <main class="alone">
      <h1>{t('restore.title')}</h1>
      <p class="quiet">{t('restore.lead')}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (file !== undefined) {
            onDone({ file, filePassphrase, isOldDeviceLost })
          }
        }}
      >
        <label class="field file">
          <span class="field-label">{t('restore.file')}</span>
          <input
            type="file"
            class="unseen"
            onChange={(event) => {
              setFile(event.currentTarget.files?.[0])
            }}
          />
          <span class="button">{t('restore.choose')}</span>
          <span class="hint">{file?.name ?? t('restore.none')}</span>
        </label>
        <Field
          label={t('restore.phrase')}
          type="password"
          value={filePassphrase}
          onInput={setFilePassphrase}
        />
        <Switch
          label={t('restore.lost')}
          hint={t('restore.lost.hint')}
          isOn={isOldDeviceLost}
          onChange={setLost}
        />
        <ErrorLine error={error} />
        <Button type="submit" kind="main" isDisabled={file === undefined || filePassphrase === ''}>
          {t('action.continue')}
        </Button>
      </form>
      <Button kind="quiet" onClick={onBack}>
        {t('action.back')}
      </Button>
    </main>
  )
}
