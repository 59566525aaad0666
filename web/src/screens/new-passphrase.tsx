import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { passphraseStrength } from '../state/passphrase-strength.ts'
import { Field } from '../ui/field.tsx'

interface NewPassphraseProps {
  readonly label: string
  readonly isFocused?: boolean
  readonly passphrase: string
  readonly again: string
  readonly onPassphrase: (text: string) => void
  readonly onAgain: (text: string) => void
}

/** A passphrase that nobody has typed before: twice, and how hard it is to guess. */
export function NewPassphrase({
  label,
  isFocused = false,
  passphrase,
  again,
  onPassphrase,
  onAgain
}: NewPassphraseProps): JSX.Element {
  const strength = passphraseStrength(passphrase)
  const isOther = again !== '' && again !== passphrase
  return (
    <>
      <Field
        label={label}
        type="password"
        autocomplete="new-password"
        isFocused={isFocused}
        hint={passphrase === '' ? t('protect.hint') : t(`protect.strength.${strength}`)}
        value={passphrase}
        onInput={onPassphrase}
      />
      {passphrase === '' ? undefined : (
        <meter
          class="strength"
          min={0}
          max={4}
          low={2}
          high={3}
          optimum={4}
          value={strength + 1}
          aria-label={t(`protect.strength.${strength}`)}
        />
      )}
      <Field
        label={t('protect.again')}
        type="password"
        autocomplete="new-password"
        error={isOther ? t('protect.mismatch') : undefined}
        value={again}
        onInput={onAgain}
      />
    </>
  )
}
