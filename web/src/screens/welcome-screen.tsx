/** From nothing to a home: a new account, one of a backup, or one that is on another device. */
import type { PasskeyHandle, VaultSecret } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { type SuggestedRelays, suggestedRelays } from '../state/suggested-relays.ts'
import { NOTICE_VERSION } from '../wire/notice.ts'
import type { NewProfile } from '../wire/peer-api.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { LanguageChoice } from '../ui/language-choice.tsx'
import { useStepFocus } from '../ui/use-step-focus.ts'
import { useTask } from '../ui/use-task.ts'
import { CreateStep } from './create-step.tsx'
import { DirectStep } from './direct-step.tsx'
import { type JoinChoice, JoinStep } from './join-step.tsx'
import { JoiningStep } from './joining-step.tsx'
import { ProtectStep } from './protect-step.tsx'
import { type RestoreChoice, RestoreStep } from './restore-step.tsx'

const NOBODY = { name: '', relays: [] }

type Way = 'create' | 'restore' | 'join'

export function WelcomeScreen({ isInvited }: { readonly isInvited: boolean }): JSX.Element {
  const [way, setWay] = useState<Way | undefined>(undefined)
  useStepFocus(way)
  switch (way) {
    case undefined:
      return <Welcome isInvited={isInvited} onWay={setWay} />
    case 'create':
      return <NewAccount />
    default:
      return (
        <FromElsewhere
          way={way}
          onBack={() => {
            setWay(undefined)
          }}
        />
      )
  }
}

/** A name, what protects the home, how messages travel. */
function NewAccount(): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const [step, setStep] = useState<'create' | 'protect' | 'direct'>('create')
  const [account, setAccount] = useState<Pick<NewProfile, 'name' | 'relays'>>(NOBODY)
  const [protection, setProtection] = useState<VaultSecret>({})
  const [isDirect, setDirect] = useState(true)
  useStepFocus(step)
  const [suggested, setSuggested] = useState<SuggestedRelays | undefined>(undefined)
  useEffect(() => {
    void suggestedRelays(location.hash).then(setSuggested)
  }, [])
  useEffect(
    () => () => {
      protection.passkey?.output.fill(0)
    },
    [protection]
  )
  switch (step) {
    case 'create':
      return (
        <CreateStep
          name={account.name}
          suggested={suggested}
          onDone={(name, relays) => {
            setAccount({ name: name.trim(), relays })
            setStep('protect')
          }}
        />
      )
    case 'protect':
      return (
        <ProtectStep
          name={account.name}
          onDone={(chosen) => {
            setProtection(chosen)
            setStep('direct')
          }}
        />
      )
    case 'direct':
      return (
        <DirectStep
          isDirect={isDirect}
          isMaking={isRunning}
          error={error}
          onChoose={setDirect}
          onDone={() => {
            // The notice stands in the first step.
            run(() =>
              peer.create({ ...account, protection, isDirect, noticeVersion: NOTICE_VERSION })
            )
          }}
        />
      )
  }
}

interface FromElsewhereProps {
  readonly way: 'restore' | 'join'
  readonly onBack: () => void
}

/** The account is in a file or on another device: which, what protects it in this browser, and then it is on its way. */
function FromElsewhere({ way, onBack }: FromElsewhereProps): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const [restore, setRestore] = useState<RestoreChoice | undefined>(undefined)
  const [join, setJoin] = useState<JoinChoice | undefined>(undefined)
  const [isShowing, setShowing] = useState(false)
  const [made, setMade] = useState<PasskeyHandle | undefined>(undefined)
  useStepFocus(isRunning ? 'running' : restore !== undefined || join !== undefined)
  if (isRunning) {
    return way === 'join' ? <JoiningStep isShowing={isShowing} /> : <RestoringStep />
  }
  const begin = ({ passkey }: VaultSecret, task: () => Promise<void>): void => {
    // Where it fails the person is asked again, and told why.
    setRestore(undefined)
    setJoin(undefined)
    // The passkey is there by now: the next time it is asked, and none made beside it.
    setMade(passkey && { credentialId: passkey.credentialId, salt: passkey.salt })
    run(() =>
      task().finally(() => {
        passkey?.output.fill(0)
      })
    )
  }
  if (restore !== undefined || join !== undefined) {
    return (
      <ProtectStep
        name={t('app.name')}
        made={made}
        onDone={(protection) => {
          if (restore !== undefined) {
            begin(protection, () => peer.restore({ ...restore, protection }))
          } else if (join !== undefined) {
            begin(protection, () => peer.join({ ...join, protection }))
          }
        }}
      />
    )
  }
  return way === 'restore' ? (
    <RestoreStep error={error} onBack={onBack} onDone={setRestore} />
  ) : (
    <JoinStep
      error={error}
      onBack={onBack}
      onDone={(choice) => {
        setShowing(choice.by.type === 'showing')
        setJoin(choice)
      }}
    />
  )
}

function RestoringStep(): JSX.Element {
  return (
    <main class="alone" aria-busy="true">
      <h1>{t('restore.title')}</h1>
      <p role="status">{t('restore.going')}</p>
    </main>
  )
}

interface WelcomeProps {
  readonly isInvited: boolean
  readonly onWay: (way: Way) => void
}

function Welcome({ isInvited, onWay }: WelcomeProps): JSX.Element {
  return (
    <main class="alone welcome">
      <img class="mark" src="/icon.svg" alt="" width="88" height="88" />
      <h1>{t('app.name')}</h1>
      <p class="lead">{isInvited ? t('welcome.invited') : t('welcome.lead')}</p>
      <Button
        kind="main"
        onClick={() => {
          onWay('create')
        }}
      >
        {t('welcome.start')}
      </Button>
      <div class="others">
        <Button
          kind="quiet"
          onClick={() => {
            onWay('join')
          }}
        >
          {t('join.title')}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            onWay('restore')
          }}
        >
          {t('restore.title')}
        </Button>
      </div>
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
