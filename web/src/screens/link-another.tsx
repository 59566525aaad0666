/** Lets another device into the account: a code, then the same six digits on both. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import type { LinkingStep } from '../wire/messages.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { QrCode } from '../ui/qr-code.tsx'
import { useTask } from '../ui/use-task.ts'

export function LinkAnother({ onLinked }: { readonly onLinked: () => void }): JSX.Element {
  const app = useApp()
  const { peer } = app
  const { error, isRunning, run } = useTask()
  const [step, setStep] = useState<LinkingStep | undefined>(undefined)
  const [joined, setJoined] = useState<string | undefined>(undefined)
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
  if (!isRunning) {
    return (
      <section class="stack">
        {joined === undefined ? undefined : (
          <p class="note good" role="status">
            {t('linking.joined', { name: joined })}
          </p>
        )}
        <ErrorLine error={error} />
        <Button
          icon="link"
          onClick={() => {
            setStep(undefined)
            setJoined(undefined)
            run(async () => {
              const { name } = await peer.linkDevice()
              setJoined(name === '' ? t('linking.unnamed') : name)
              onLinked()
            })
          }}
        >
          {t('linking.start')}
        </Button>
      </section>
    )
  }
  return (
    <section class="card" aria-live="polite">
      <LinkingView step={step} />
      <Button
        kind="quiet"
        onClick={() => {
          inBackground(peer.stopLinking())
        }}
      >
        {t('linking.stop')}
      </Button>
    </section>
  )
}

function LinkingView({ step }: { readonly step: LinkingStep | undefined }): JSX.Element {
  const { peer } = useApp()
  if (step === undefined) {
    return <p class="quiet">{t('linking.making')}</p>
  }
  if (step.type === 'code') {
    return (
      <div class="given">
        <QrCode text={step.code} label={t('linking.qr')} />
        <div class="given-text">
          <p class="quiet">{t('linking.lead')}</p>
          <input
            class="given-link"
            readOnly
            aria-label={t('linking.code')}
            value={step.code}
            onFocus={(event) => {
              event.currentTarget.select()
            }}
          />
          <CopyButton kind="main" text={step.code} label={t('linking.copy')} />
        </div>
      </div>
    )
  }
  const answer = (isWelcome: boolean): void => {
    inBackground(peer.answerDevice(isWelcome))
  }
  return (
    <div class="stack">
      <p>{t('linking.ask', { name: step.name === '' ? t('linking.unnamed') : step.name })}</p>
      <p class="digits">{step.digits}</p>
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
    </div>
  )
}
