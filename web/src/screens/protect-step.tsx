/** What seals the home in this browser: a passphrase, a passkey, both together, or nothing. */
import type { PasskeyHandle, PasskeySecret, VaultSecret } from '@sealpost/client'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import {
  askPasskey,
  makePasskey,
  namedAddress,
  type PasskeyProblem,
  thisBrowser
} from '../state/passkey.ts'
import { Button } from '../ui/button.tsx'
import { ChoiceGroup } from '../ui/choice-group.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { type Task, useTask } from '../ui/use-task.ts'
import { usePasskeyObstacle } from '../ui/use-passkey-obstacle.ts'
import { NewPassphrase } from './new-passphrase.tsx'

const KINDS = ['passphrase', 'passkey', 'both'] as const

type Kind = (typeof KINDS)[number]

interface ProtectProps {
  /** What a passkey is kept under where passkeys are kept. */
  readonly name: string
  /** One that was made before for the same: it is asked, and none made. */
  readonly made?: PasskeyHandle | undefined
  /** Whoever is given what a passkey answered wipes it. */
  readonly onDone: (protection: VaultSecret) => void
}

export function ProtectStep({ name, made, onDone }: ProtectProps): JSX.Element {
  const task = useTask()
  const obstacle = usePasskeyObstacle()
  return (
    <main class="alone">
      <h1>{t('protect.title')}</h1>
      <p class="quiet">{t('protect.lead')}</p>
      <ProtectForm
        task={task}
        hasChoice={obstacle === undefined}
        onChosen={(passphrase, takesPasskey) => {
          task.run(async () => {
            const passkey = takesPasskey ? await passkeyOf(name, made) : undefined
            onDone({ passphrase, passkey })
          })
        }}
      />
      {obstacle === undefined ? undefined : <Obstacle problem={obstacle} />}
      <Button
        kind="quiet"
        isDisabled={task.isRunning}
        onClick={() => {
          onDone({})
        }}
      >
        {t('protect.skip')}
      </Button>
      <p class="hint">{t('protect.skip.hint')}</p>
    </main>
  )
}

function passkeyOf(name: string, made: PasskeyHandle | undefined): Promise<PasskeySecret> {
  const browser = thisBrowser()
  return made === undefined ? makePasskey(name, [], browser) : askPasskey([made], browser)
}

interface ProtectFormProps {
  readonly task: Task
  /** Whether passkeys can be had. */
  readonly hasChoice: boolean
  readonly onChosen: (passphrase: string | undefined, takesPasskey: boolean) => void
}

function ProtectForm({ task, hasChoice, onChosen }: ProtectFormProps): JSX.Element {
  const { error, isRunning } = task
  const [kind, setKind] = useState<Kind>('passphrase')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  // Not while somebody walks through the choices.
  const [isFocused, setFocused] = useState(true)
  const takesPassphrase = kind !== 'passkey'
  const takesPasskey = kind !== 'passphrase'
  const isReady = !takesPassphrase || (passphrase !== '' && again === passphrase)
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        onChosen(takesPassphrase ? passphrase : undefined, takesPasskey)
      }}
    >
      {hasChoice ? (
        <ChoiceGroup
          isBrief
          label={t('protect.by')}
          value={kind}
          isDisabled={isRunning}
          options={KINDS.map((value) => ({ value, label: t(`protect.by.${value}`) }))}
          onChoose={(chosen) => {
            setKind(chosen)
            setFocused(false)
          }}
        />
      ) : undefined}
      {kind === 'passphrase' ? undefined : <p>{t(`protect.${kind}.lead`)}</p>}
      {takesPassphrase ? (
        <NewPassphrase
          label={t('protect.passphrase')}
          isFocused={isFocused}
          passphrase={passphrase}
          again={again}
          onPassphrase={setPassphrase}
          onAgain={setAgain}
        />
      ) : undefined}
      {kind === 'passphrase' ? undefined : <p class="note warning">{t(`protect.${kind}.loss`)}</p>}
      <ErrorLine error={takesPasskey ? error : undefined} />
      <Button
        type="submit"
        kind="main"
        icon={takesPasskey ? 'key' : undefined}
        isDisabled={isRunning || !isReady}
      >
        {takesPasskey ? passkeyWords(isRunning) : t('action.continue')}
      </Button>
      {error !== undefined && takesPasskey ? (
        <Instead
          onClick={() => {
            setKind('passphrase')
            setFocused(true)
          }}
        />
      ) : undefined}
    </form>
  )
}

function Instead({ onClick }: { readonly onClick: () => void }): JSX.Element {
  return <Button onClick={onClick}>{t('protect.passphrase.instead')}</Button>
}

function passkeyWords(isRunning: boolean): string {
  return t(isRunning ? 'protect.passkey.wait' : 'protect.passkey.make')
}

/** What to do about it: a browser that was opened at a number may go where it has a name. Nothing is kept yet that would stay behind. */
function Obstacle({ problem }: { readonly problem: PasskeyProblem }): JSX.Element {
  if (problem !== 'address') {
    return <p class="hint">{t(`passkey.${problem}`)}</p>
  }
  const named = namedAddress(location.href)
  return (
    <p class="hint">
      {t('protect.number')}
      {named === undefined ? (
        t('protect.number.https')
      ) : (
        <a href={named}>{t('protect.number.move')}</a>
      )}
    </p>
  )
}
