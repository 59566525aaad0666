import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { nameProblem } from '../state/name-problem.ts'
import { suggestedRelays } from '../state/suggested-relays.ts'
import type { JoinWish } from '../wire/peer-api.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { Field } from '../ui/field.tsx'
import { NameField } from '../ui/name-field.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { useStepFocus } from '../ui/use-step-focus.ts'
import { ScanCode } from './scan-code.tsx'

export type JoinChoice = Omit<JoinWish, 'protection'>

interface JoinStepProps {
  readonly error: string | undefined
  readonly onDone: (choice: JoinChoice) => void
  readonly onBack: () => void
}

/** The code of the other device, scanned or pasted; or one of this device, for the other to read. */
export function JoinStep({ error, onDone, onBack }: JoinStepProps): JSX.Element {
  const [isShowing, setShowing] = useState(false)
  useStepFocus(isShowing)
  return isShowing ? (
    <ShowStep
      onDone={onDone}
      onBack={() => {
        setShowing(false)
      }}
    />
  ) : (
    <ReadStep
      error={error}
      onDone={onDone}
      onShow={() => {
        setShowing(true)
      }}
      onBack={onBack}
    />
  )
}

function ReadStep({
  error,
  onDone,
  onShow,
  onBack
}: JoinStepProps & { readonly onShow: () => void }): JSX.Element {
  const [code, setCode] = useState('')
  const [name, setName] = useState(t('join.name.default'))
  return (
    <main class="alone">
      <h1>{t('join.title')}</h1>
      <p class="quiet">
        <Sentence text={t('join.lead')} />
      </p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onDone({ by: { type: 'reading', code: code.trim() }, name: name.trim() })
        }}
      >
        <Field label={t('join.code')} isFocused value={code} onInput={setCode} />
        <ScanCode lead={t('join.scan.lead')} onCode={setCode} />
        <NameField label={t('join.name')} value={name} onInput={setName} />
        <ErrorLine error={error} />
        <Button
          type="submit"
          kind="main"
          isDisabled={code.trim() === '' || nameProblem(name) !== undefined}
        >
          {t('action.continue')}
        </Button>
      </form>
      <section class="stack" aria-labelledby="join-show">
        <p id="join-show" class="quiet">
          {t('join.show.lead')}
        </p>
        <Button icon="device" onClick={onShow}>
          {t('join.show')}
        </Button>
      </section>
      <Button kind="quiet" onClick={onBack}>
        {t('action.back')}
      </Button>
    </main>
  )
}

/** What this device is called, and where the two devices meet. */
function ShowStep({ onDone, onBack }: Pick<JoinStepProps, 'onDone' | 'onBack'>): JSX.Element {
  const [name, setName] = useState(t('join.name.default'))
  const [address, setAddress] = useState('')
  const [suggested, setSuggested] = useState<readonly string[] | undefined>(undefined)
  useEffect(() => {
    void suggestedRelays(location.hash).then(({ relays }) => {
      setSuggested(relays)
    })
  }, [])
  const relays = suggested?.length ? suggested : [address.trim()].filter((one) => one !== '')
  return (
    <main class="alone">
      <h1>{t('join.show.title')}</h1>
      <p class="quiet">
        <Sentence text={t('join.show.how')} />
      </p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onDone({ by: { type: 'showing', relays }, name: name.trim() })
        }}
      >
        <NameField label={t('join.name')} isFocused value={name} onInput={setName} />
        {suggested?.length === 0 ? (
          <Field
            label={t('create.relay.address')}
            hint={t('join.show.relay')}
            value={address}
            onInput={setAddress}
          />
        ) : undefined}
        <Button
          type="submit"
          kind="main"
          isDisabled={relays.length === 0 || nameProblem(name) !== undefined}
        >
          {t('action.continue')}
        </Button>
      </form>
      <Button kind="quiet" onClick={onBack}>
        {t('action.back')}
      </Button>
    </main>
  )
}
