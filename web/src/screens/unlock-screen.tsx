import type { WayIn } from '@sealpost/client'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { withPasskey } from '../state/passkey.ts'
import type { HomeState } from '../wire/peer-api.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { Field } from '../ui/field.tsx'
import { type Task, useTask } from '../ui/use-task.ts'

/** Asks for what opens the home: a passphrase, a passkey, or both. */
export function UnlockScreen(): JSX.Element {
  const { peer } = useApp()
  const task = useTask()
  const [isForgotten, setForgotten] = useState(false)
  return (
    <main class="alone">
      <img class="mark" src="/icon.svg" alt="" width="64" height="64" />
      <h1>{t('unlock.title')}</h1>
      <p class="lead">{t('unlock.lead')}</p>
      <Keys task={task} />
      {isForgotten ? (
        <Forgotten
          onErase={() => {
            task.run(() => peer.erase())
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

/** A field, a button for a passkey, or both, by the ways in that there are. */
function Keys({ task }: { readonly task: Task }): JSX.Element {
  const { home, peer } = useApp()
  const { error, isRunning, run } = task
  const [passphrase, setPassphrase] = useState('')
  const ways = waysOf(home.value)
  const isBoth = ways.some(({ kind }) => kind === 'both')
  const takesPassphrase = ways.length === 0 || ways.some(({ kind }) => kind !== 'passkey')
  const unlock = (given: string | undefined): void => {
    run(async () => {
      // Where the first picture was a guess, nobody knew yet what it takes.
      const known = ways.length > 0 ? ways : waysOf(await peer.state())
      const isAsked = given === undefined || known.some(({ kind }) => kind === 'both')
      await withPasskey(isAsked ? known : [], (passkey) =>
        peer.unlock({ passphrase: given, passkey })
      )
    })
  }
  return (
    <>
      {ways.some(({ kind }) => kind === 'passkey') ? (
        <Button
          kind={takesPassphrase ? 'plain' : 'main'}
          icon="key"
          isDisabled={isRunning}
          onClick={() => {
            unlock(undefined)
          }}
        >
          {t('unlock.passkey')}
        </Button>
      ) : undefined}
      {takesPassphrase ? (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            unlock(passphrase)
          }}
        >
          <Field
            label={t('unlock.passphrase')}
            type="password"
            autocomplete="current-password"
            isFocused
            value={passphrase}
            error={error}
            hint={isBoth ? t('unlock.both') : undefined}
            onInput={setPassphrase}
          />
          <Button type="submit" kind="main" isDisabled={isRunning || passphrase === ''}>
            {isRunning ? t('unlock.unlocking') : t('unlock.unlock')}
          </Button>
        </form>
      ) : (
        <ErrorLine error={error} />
      )}
    </>
  )
}

function waysOf(state: HomeState): readonly WayIn[] {
  return state.type === 'locked' ? (state.ways ?? []) : []
}

function Forgotten({ onErase }: { readonly onErase: () => void }): JSX.Element {
  const [isSure, setSure] = useState(false)
  return (
    <section class="card">
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
