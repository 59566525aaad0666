import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { Button } from '../ui/button.tsx'

interface DirectProps {
  readonly isDirect: boolean
  readonly isMaking: boolean
  readonly error: string | undefined
  readonly onChoose: (isDirect: boolean) => void
  readonly onDone: () => void
}

/** Whether messages may go without relays, which shows each side where the other is. */
export function DirectStep({
  isDirect,
  isMaking,
  error,
  onChoose,
  onDone
}: DirectProps): JSX.Element {
  return (
    <main class="alone">
      <h1>{t('direct.title')}</h1>
      <p class="quiet">{t('direct.lead')}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onDone()
        }}
      >
        <fieldset class="choices">
          <legend class="unseen">{t('direct.title')}</legend>
          {[true, false].map((choice) => (
            <label key={String(choice)} class="choice">
              <input
                type="radio"
                name="direct"
                checked={isDirect === choice}
                onChange={() => {
                  onChoose(choice)
                }}
              />
              <span>
                <strong>{choice ? t('direct.on') : t('direct.off')}</strong>
                <span class="hint">{choice ? t('direct.on.hint') : t('direct.off.hint')}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {error === undefined ? undefined : (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <Button type="submit" kind="main" isDisabled={isMaking}>
          {isMaking ? t('direct.making') : t('direct.done')}
        </Button>
      </form>
    </main>
  )
}
