/** What the operator says to a report, and what becomes of it with that. */
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { call } from '../call.ts'
import type { DeskSeen, TicketView } from '../desk-calls.ts'
import { t } from '../locales/locale.ts'
import { Outcome } from './outcome.tsx'
import { useTask } from './use-task.ts'

const NEXT = ['answer', 'looking', 'solved', 'closed'] as const
type Next = (typeof NEXT)[number]

const TEXT_UNITS_MAX = 10_000
const VERSION_LENGTH_MAX = 32

/** What is begun stays while other reports are looked at; it goes with the tab. */
const BEGUN = new Map<string, string>()

interface TicketWorkProps {
  readonly ticket: TicketView
  readonly canned: DeskSeen['canned']
}

export function TicketWork({ ticket: { number }, canned }: TicketWorkProps): JSX.Element {
  const task = useTask()
  const field = useRef<HTMLTextAreaElement | undefined>(undefined)
  const [text, setText] = useState(BEGUN.get(number) ?? '')
  const [next, setNext] = useState<Next>('answer')
  const [version, setVersion] = useState('')
  const write = (value: string): void => {
    BEGUN.set(number, value)
    setText(value)
    task.reset()
  }
  const send = async (): Promise<void> => {
    if (next === 'answer') {
      await call('answer', { number, text })
    } else {
      const inVersion = next === 'solved' && version !== '' ? { version } : {}
      await call('state', { number, state: next, text, ...inVersion })
    }
    BEGUN.delete(number)
    setText('')
    setVersion('')
    setNext('answer')
    // The button cannot be pressed again before something is written.
    field.current?.focus()
  }
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        task.run(send)
      }}
    >
      <h3>{t('work.title')}</h3>
      <Text field={field} text={text} onInput={write} />
      <Canned
        canned={canned}
        onChoose={(answer) => {
          write(text === '' ? answer : `${text}\n\n${answer}`)
        }}
      />
      <NextChoice
        next={next}
        onChoose={(to) => {
          setNext(to)
          task.reset()
        }}
      />
      {next === 'solved' ? <Version version={version} onInput={setVersion} /> : undefined}
      <div class="actions">
        <button
          type="submit"
          class="main"
          disabled={task.isRunning || (next === 'answer' && text.trim() === '')}
        >
          {t('work.send')}
        </button>
        <Outcome task={task} done={t('work.sent')} />
      </div>
    </form>
  )
}

interface TextProps {
  readonly field: { current: HTMLTextAreaElement | undefined }
  readonly text: string
  readonly onInput: (text: string) => void
}

function Text({ field, text, onInput }: TextProps): JSX.Element {
  return (
    <label class="field">
      <span>{t('work.text')}</span>
      <textarea
        ref={(element) => {
          field.current = element ?? undefined
        }}
        rows={4}
        maxLength={TEXT_UNITS_MAX}
        value={text}
        onInput={({ currentTarget }) => {
          onInput(currentTarget.value)
        }}
      />
    </label>
  )
}

interface CannedProps {
  readonly canned: DeskSeen['canned']
  readonly onChoose: (answer: string) => void
}

function Canned({ canned, onChoose }: CannedProps): JSX.Element | undefined {
  const names = Object.keys(canned)
  return names.length === 0 ? undefined : (
    <label class="field">
      <span>{t('work.canned')}</span>
      <select
        value=""
        onChange={({ currentTarget }) => {
          const answer = canned[currentTarget.value]
          currentTarget.value = ''
          if (answer !== undefined) {
            onChoose(answer)
          }
        }}
      >
        <option value="">{t('work.canned.none')}</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

interface NextChoiceProps {
  readonly next: Next
  readonly onChoose: (next: Next) => void
}

function NextChoice({ next, onChoose }: NextChoiceProps): JSX.Element {
  return (
    <fieldset class="segments">
      <legend>{t('work.then')}</legend>
      {NEXT.map((choice) => (
        <label key={choice}>
          <input
            type="radio"
            name="next"
            checked={choice === next}
            onChange={() => {
              onChoose(choice)
            }}
          />
          <span>{t(`work.then.${choice}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}

interface VersionProps {
  readonly version: string
  readonly onInput: (version: string) => void
}

function Version({ version, onInput }: VersionProps): JSX.Element {
  return (
    <div class="field">
      <label for="version">{t('work.version')}</label>
      <input
        id="version"
        type="text"
        maxLength={VERSION_LENGTH_MAX}
        aria-describedby="version-hint"
        autocomplete="off"
        spellcheck={false}
        value={version}
        onInput={({ currentTarget }) => {
          onInput(currentTarget.value.replace(/[^!-~]/g, ''))
        }}
      />
      <span id="version-hint" class="soft small">
        {t('work.version.hint')}
      </span>
    </div>
  )
}
