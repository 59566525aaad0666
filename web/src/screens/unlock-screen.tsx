import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { useTask } from '../ui/use-task.ts'

/** Asks for the passphrase. */
export function UnlockScreen(): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const [passphrase, setPassphrase] = useState('')
  const [isForgotten, setForgotten] = useState(false)
  return (
    <main class="alone">
      <img class="mark" src="/icon.svg" alt="" width="64" height="64" />
      <h1>{t('unlock.title')}</h1>
      <p class="quiet">{t('unlock.lead')}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          run(() => peer.unlock(passphrase))
        }}
      >
        <Field
          label={t('unlock.passphrase')}
          type="password"
          autocomplete="current-password"
          isFocused
          value={passphrase}
          error={error}
          onInput={setPassphrase}
        />
        <Button type="submit" kind="main" isDisabled={isRunning || passphrase === ''}>
          {isRunning ? t('unlock.unlocking') : t('unlock.unlock')}
        </Button>
      </form>
      {isForgotten ? (
        <Forgotten
          onErase={() => {
            run(() => peer.erase())
          }}
        />
      ) : (
        <Button
          kind="quiet"
          onClick={() => {
            setForgotten(true)
          }}
        >
          {t('unlock.forgot')}
        </Button>
      )}
    </main>
  )
}

function Forgotten({ onErase }: { readonly onErase: () => void }): JSX.Element {
  const [isSure, setSure] = useState(false)
  return (
    <section class="stack notice">
      <p>{isSure ? t('unlock.erase.sure') : t('unlock.forgot.lead')}</p>
      <Button
        kind="danger"
        onClick={() => {
          if (isSure) {
            onErase()
          } else {
            setSure(true)
          }
        }}
      >
        {t('unlock.erase')}
      </Button>
    </section>
  )
}
