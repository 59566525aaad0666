/** From nothing to a home: welcome, a name, a passphrase, how messages travel. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { passphraseStrength } from '../state/passphrase-strength.ts'
import { suggestedRelays } from '../state/suggested-relays.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { LanguageChoice } from '../ui/language-choice.tsx'
import { useTask } from '../ui/use-task.ts'

type Step = 'welcome' | 'create' | 'protect' | 'direct'

export function WelcomeScreen({ isInvited }: { readonly isInvited: boolean }): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const [step, setStep] = useState<Step>('welcome')
  const [name, setName] = useState('')
  const [relays, setRelays] = useState<readonly string[]>([])
  const [passphrase, setPassphrase] = useState<string | undefined>(undefined)
  const [isDirect, setDirect] = useState(true)
  useEffect(() => {
    void suggestedRelays().then(setRelays)
  }, [])
  switch (step) {
    case 'welcome':
      return (
        <Welcome
          isInvited={isInvited}
          onStart={() => {
            setStep('create')
          }}
        />
      )
    case 'create':
      return (
        <Create
          name={name}
          relays={relays}
          onDone={(chosenName, chosenRelays) => {
            setName(chosenName)
            setRelays(chosenRelays)
            setStep('protect')
          }}
        />
      )
    case 'protect':
      return (
        <Protect
          onDone={(chosen) => {
            setPassphrase(chosen)
            setStep('direct')
          }}
        />
      )
    case 'direct':
      return (
        <Direct
          isDirect={isDirect}
          isMaking={isRunning}
          error={error}
          onChoose={setDirect}
          onDone={() => {
            run(() => peer.create({ name: name.trim(), relays, passphrase, isDirect }))
          }}
        />
      )
  }
}

interface WelcomeProps {
  readonly isInvited: boolean
  readonly onStart: () => void
}

function Welcome({ isInvited, onStart }: WelcomeProps): JSX.Element {
  return (
    <main class="alone welcome">
      <img class="mark" src="/icon.svg" alt="" width="88" height="88" />
      <h1>{t('app.name')}</h1>
      <p class="lead">{isInvited ? t('welcome.invited') : t('welcome.lead')}</p>
      <Button kind="main" onClick={onStart}>
        {t('welcome.start')}
      </Button>
      <ul class="points">
        <Point icon="lock">{t('welcome.point.private')}</Point>
        <Point icon="checks">{t('welcome.point.proven')}</Point>
        <Point icon="device">{t('welcome.point.yours')}</Point>
      </ul>
      <LanguageChoice />
    </main>
  )
}

function Point({
  icon,
  children
}: {
  readonly icon: IconName
  readonly children: string
}): JSX.Element {
  return (
    <li>
      <Icon name={icon} />
      <span>{children}</span>
    </li>
  )
}

interface CreateProps {
  readonly name: string
  readonly relays: readonly string[]
  readonly onDone: (name: string, relays: readonly string[]) => void
}

function Create({ name: before, relays, onDone }: CreateProps): JSX.Element {
  const [name, setName] = useState(before)
  const [address, setAddress] = useState('')
  const chosen = relays.length > 0 ? relays : [address.trim()].filter((one) => one !== '')
  return (
    <main class="alone">
      <h1>{t('create.title')}</h1>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onDone(name, chosen)
        }}
      >
        <Field
          label={t('create.name')}
          hint={t('create.name.hint')}
          autocomplete="nickname"
          isFocused
          maxLength={64}
          value={name}
          onInput={setName}
        />
        {relays.length > 0 ? (
          <p class="quiet">
            {t('create.relay')}: {t('create.relay.here')}
          </p>
        ) : (
          <Field
            label={t('create.relay.address')}
            hint={t('create.relay.hint')}
            value={address}
            onInput={setAddress}
          />
        )}
        <Button type="submit" kind="main" isDisabled={name.trim() === '' || chosen.length === 0}>
          {t('action.continue')}
        </Button>
      </form>
    </main>
  )
}

function Protect({
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

interface DirectProps {
  readonly isDirect: boolean
  readonly isMaking: boolean
  readonly error: string | undefined
  readonly onChoose: (isDirect: boolean) => void
  readonly onDone: () => void
}

function Direct({ isDirect, isMaking, error, onChoose, onDone }: DirectProps): JSX.Element {
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
