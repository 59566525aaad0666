/** Lets a device into the account that shows a code: the code is read, and the digits that it shows too are typed. */
import { DIGIT_TRIES } from '@sealpost/client'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { sixDigits } from '../state/six-digits.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { ScanCode } from './scan-code.tsx'

interface ReadCodeProps {
  readonly onDone: (code: string) => void
  readonly onCancel: () => void
}

/** The code of the new device, scanned or pasted. */
export function ReadCode({ onDone, onCancel }: ReadCodeProps): JSX.Element {
  const [code, setCode] = useState('')
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        onDone(code.trim())
      }}
    >
      <p class="quiet">
        <Sentence text={t('letin.lead')} />
      </p>
      <Field label={t('letin.code')} isFocused value={code} onInput={setCode} />
      <div class="actions">
        <ScanCode lead={t('letin.scan.lead')} onCode={onDone} />
      </div>
      <div class="actions">
        <Button type="submit" kind="main" isDisabled={code.trim() === ''}>
          {t('action.continue')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </div>
    </form>
  )
}

interface WhoIsLetInProps {
  /** What the device calls itself; may be empty. */
  readonly name: string
  readonly warning: string
}

/** What the person must know before they let a device in. */
export function WhoIsLetIn({ name, warning }: WhoIsLetInProps): JSX.Element {
  return (
    <>
      <h2>{t('letin.title', { name: name === '' ? t('linking.unnamed') : name })}</h2>
      <p>{t('letin.can')}</p>
      <p class="note warning">
        <Icon name="warning" />
        <span>{warning}</span>
      </p>
    </>
  )
}

interface TypeDigitsProps {
  readonly name: string
  readonly triesLeft: number
}

/** Lets a device in that anybody can have shown them. */
export function TypeDigits({ name, triesLeft }: TypeDigitsProps): JSX.Element {
  const { peer } = useApp()
  const [typed, setTyped] = useState('')
  const [answered, setAnswered] = useState<number | undefined>(undefined)
  const digits = sixDigits(typed)
  const isWaiting = answered === triesLeft
  const isWrong = triesLeft < DIGIT_TRIES && !isWaiting && typed === ''
  const answer = (given: string | undefined): void => {
    setAnswered(triesLeft)
    setTyped('')
    inBackground(peer.answerDigits(given))
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        answer(digits)
      }}
    >
      <WhoIsLetIn name={name} warning={t('letin.own')} />
      {isWaiting ? (
        <p role="status">{t('letin.going')}</p>
      ) : (
        <>
          <Field
            label={t('letin.digits')}
            error={isWrong ? t('letin.wrong', { count: triesLeft }) : undefined}
            isFocused
            isNumber
            maxLength={16}
            value={typed}
            onInput={setTyped}
          />
          <div class="actions">
            <Button type="submit" kind="main" isDisabled={digits === undefined}>
              {t('letin.yes')}
            </Button>
            <Button
              kind="danger"
              onClick={() => {
                answer(undefined)
              }}
            >
              {t('linking.no')}
            </Button>
          </div>
        </>
      )}
    </form>
  )
}
