import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { passphraseStrength } from '../state/passphrase-strength.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'

/** What seals the home in this browser. */
export function ProtectStep({
  onDone
}: {
  readonly onDone: (passphrase: string | undefined) => void
}): JSX.Element {
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const strength = passphraseStrength(passphrase)
  const isOther = again !== '' && again !== passphrase
  return (
    <main class="alone">
      <h1>{t('protect.title')}</h1>
      <p class="quiet">{t('protect.lead')}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onDone(passphrase)
        }}
      >
        <Field
          label={t('protect.passphrase')}
          type="password"
          autocomplete="new-password"
          isFocused
          hint={passphrase === '' ? t('protect.hint') : t(`protect.strength.${strength}`)}
          value={passphrase}
          onInput={setPassphrase}
        />
        <meter
          class="strength"
          min={0}
          max={4}
          low={2}
          high={3}
          optimum={4}
          value={passphrase === '' ? 0 : strength + 1}
          aria-label={t(`protect.strength.${strength}`)}
        />
        <Field
          label={t('protect.again')}
          type="password"
          autocomplete="new-password"
          error={isOther ? t('protect.mismatch') : undefined}
          value={again}
          onInput={setAgain}
        />
        <Button type="submit" kind="main" isDisabled={passphrase === '' || again !== passphrase}>
          {t('action.continue')}
        </Button>
      </form>
      <Button
        kind="quiet"
        onClick={() => {
          onDone(undefined)
        }}
      >
        {t('protect.skip')}
      </Button>
      <p class="hint">{t('protect.skip.hint')}</p>
    </main>
  )
}
