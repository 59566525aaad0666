/** Until the other device lets this one in: what it has to read, or the digits that both show; and whose account it is. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { halvedDigits } from '../state/six-digits.ts'
import type { JoiningStep as Step } from '../wire/messages.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { useStepFocus } from '../ui/use-step-focus.ts'
import { GivenCode } from './given-code.tsx'

interface JoiningStepProps {
  /** Whether this device shows the code. */
  readonly isShowing: boolean
}

export function JoiningStep({ isShowing }: JoiningStepProps): JSX.Element {
  const app = useApp()
  const [step, setStep] = useState<Step | undefined>(undefined)
  const [isRight, setRight] = useState(false)
  useEffect(
    () =>
      app.listen((event) => {
        if (event.type === 'joining') {
          setStep(event.step)
          setRight(false)
        }
      }),
    [app]
  )
  useStepFocus(step?.type)
  const stop = (): void => {
    inBackground(app.peer.stopJoining())
  }
  if (step?.type === 'account' && !isRight) {
    return (
      <AccountQuestion
        name={step.name}
        isShowing={isShowing}
        onAnswer={(answer) => {
          setRight(answer)
          inBackground(app.peer.answerAccount(answer))
        }}
      />
    )
  }
  return (
    <main class="alone">
      <h1>{t(isShowing ? 'join.show.title' : 'join.title')}</h1>
      <StepView step={step} isShowing={isShowing} />
      <Button onClick={stop}>{t('join.stop')}</Button>
    </main>
  )
}

function StepView({
  step,
  isShowing
}: JoiningStepProps & { readonly step: Step | undefined }): JSX.Element {
  switch (step?.type) {
    case undefined:
      return <p role="status">{t(isShowing ? 'linking.making' : 'join.going')}</p>
    case 'digits':
      return (
        <>
          <p role="status">{t('join.compare')}</p>
          <p class="digits six">{halvedDigits(step.digits)}</p>
        </>
      )
    case 'code':
      return (
        <>
          <GivenCode code={step.code} lead={t('join.show.how')} label={t('join.show.qr')} />
          <p role="status">{t('join.show.digits')}</p>
          <p class="digits six">{halvedDigits(step.digits)}</p>
          <p class="hint">{t('join.show.until')}</p>
        </>
      )
    case 'account':
      return <p role="status">{t('join.account.going')}</p>
  }
}

interface AccountQuestionProps extends JoiningStepProps {
  readonly name: string
  readonly onAnswer: (isRight: boolean) => void
}

/** Whoever saw the code, or gave the person one, can offer an account of theirs. */
function AccountQuestion({ name, isShowing, onAnswer }: AccountQuestionProps): JSX.Element {
  return (
    <main class="alone">
      <h1>{t('join.account.title', { name })}</h1>
      <p>{t(isShowing ? 'join.account.lead' : 'join.account.lead.read')}</p>
      <p class="hint">{t('join.account.name')}</p>
      <Button
        kind="main"
        onClick={() => {
          onAnswer(true)
        }}
      >
        {t('join.account.yes')}
      </Button>
      <Button
        onClick={() => {
          onAnswer(false)
        }}
      >
        {t('join.account.no')}
      </Button>
    </main>
  )
}
