/** Lets another device into the account: one of the two shows a code, which the other reads, and then there are six digits. */
import type { LinkedDevice } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { halvedDigits } from '../state/six-digits.ts'
import type { LinkingStep } from '../wire/messages.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { useTask } from '../ui/use-task.ts'
import { GivenCode } from './given-code.tsx'
import { ReadCode, TypeDigits, WhoIsLetIn } from './let-in.tsx'

export function LinkAnother({ onLinked }: { readonly onLinked: () => void }): JSX.Element {
  const app = useApp()
  const { peer } = app
  const { error, isRunning, run } = useTask()
  const [step, setStep] = useState<LinkingStep | undefined>(undefined)
  const [joined, setJoined] = useState<string | undefined>(undefined)
  const [isCodeRead, setCodeRead] = useState(false)
  useEffect(
    () =>
      app.listen((event) => {
        if (event.type === 'linking') {
          setStep(event.step)
        }
      }),
    [app]
  )
  // Whoever leaves the screen does not want it any more.
  useEffect(
    () => () => {
      inBackground(peer.stopLinking())
    },
    [peer]
  )
  const link = (ask: () => Promise<LinkedDevice>): void => {
    setStep(undefined)
    setJoined(undefined)
    run(async () => {
      const { name } = await ask()
      setJoined(name === '' ? t('linking.unnamed') : name)
      onLinked()
    })
  }
  if (!isRunning) {
    return (
      <Ways
        said={
          <>
            {joined === undefined ? undefined : (
              <p class="note good" role="status">
                {t('linking.joined', { name: joined })}
              </p>
            )}
            <ErrorLine error={error} />
          </>
        }
        onShow={() => {
          setCodeRead(false)
          link(() => peer.linkDevice())
        }}
        onRead={(code) => {
          setCodeRead(true)
          link(() => peer.letIn(code))
        }}
      />
    )
  }
  return (
    <section class="card" aria-live="polite">
      <LinkingView step={step} isCodeRead={isCodeRead} />
      <Stop />
    </section>
  )
}

function Stop(): JSX.Element {
  const { peer } = useApp()
  return (
    <div class="actions">
      <Button
        kind="quiet"
        onClick={() => {
          inBackground(peer.stopLinking())
        }}
      >
        {t('linking.stop')}
      </Button>
    </div>
  )
}

interface WaysProps {
  /** What became of the last device. */
  readonly said: JSX.Element
  readonly onShow: () => void
  readonly onRead: (code: string) => void
}

/** Either device may show the code. */
function Ways({ said, onShow, onRead }: WaysProps): JSX.Element {
  const [isReading, setReading] = useState(false)
  if (isReading) {
    return (
      <ReadCode
        onDone={onRead}
        onCancel={() => {
          setReading(false)
        }}
      />
    )
  }
  return (
    <section class="stack">
      {said}
      <div class="actions">
        <Button icon="link" onClick={onShow}>
          {t('linking.start')}
        </Button>
        <Button
          icon="camera"
          onClick={() => {
            setReading(true)
          }}
        >
          {t('letin.start')}
        </Button>
      </div>
    </section>
  )
}

interface LinkingViewProps {
  readonly step: LinkingStep | undefined
  /** Whether the new device shows the code. */
  readonly isCodeRead: boolean
}

function LinkingView({ step, isCodeRead }: LinkingViewProps): JSX.Element {
  if (step === undefined) {
    return <p class="quiet">{t(isCodeRead ? 'letin.looking' : 'linking.making')}</p>
  }
  if (step.type === 'code') {
    return (
      <>
        <GivenCode code={step.code} lead={t('linking.lead')} label={t('linking.qr')} />
        <p class="hint">{t('join.show.until')}</p>
      </>
    )
  }
  if (step.type === 'typing') {
    return <TypeDigits name={step.name} triesLeft={step.triesLeft} />
  }
  return <CompareDigits name={step.name} digits={step.digits} />
}

interface CompareDigitsProps {
  readonly name: string
  readonly digits: string
}

/** Lets a device in that read the code: so could whoever else saw it. */
function CompareDigits({ name, digits }: CompareDigitsProps): JSX.Element {
  const { peer } = useApp()
  const [isWelcome, setWelcome] = useState(false)
  const answer = (given: boolean): void => {
    setWelcome(given)
    inBackground(peer.answerDevice(given))
  }
  return (
    <div class="stack">
      <WhoIsLetIn name={name} warning={t('linking.own')} />
      {isWelcome ? (
        <p role="status">{t('linking.going')}</p>
      ) : (
        <>
          <p>{t('linking.ask')}</p>
          <p class="digits six">{halvedDigits(digits)}</p>
          <div class="actions">
            <Button
              kind="main"
              onClick={() => {
                answer(true)
              }}
            >
              {t('linking.yes')}
            </Button>
            <Button
              kind="danger"
              onClick={() => {
                answer(false)
              }}
            >
              {t('linking.no')}
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
