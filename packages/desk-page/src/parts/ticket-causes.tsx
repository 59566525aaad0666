import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { call } from '../call.ts'
import type { DeskSeen, TicketView } from '../desk-calls.ts'
import { t } from '../locales/locale.ts'
import { areCauses, causesOf } from '../tickets.ts'
import { Outcome } from './outcome.tsx'
import { useTask } from './use-task.ts'

const TYPED_MAX = 200

interface TicketCausesProps {
  readonly ticket: TicketView
  readonly desk: DeskSeen
}

/** What a report came from, to be counted. */
export function TicketCauses({ ticket: { number, tags }, desk }: TicketCausesProps): JSX.Element {
  const task = useTask()
  const [typed, setTyped] = useState(tags.join(' '))
  const isTaken = areCauses(causesOf(typed))
  const known = desk.months.flatMap(({ byCause }) => byCause.map(({ cause }) => cause))
  const others = [...new Set(known)].filter((cause) => !causesOf(typed).includes(cause)).slice(0, 8)
  const change = (text: string): void => {
    setTyped(text)
    task.reset()
  }
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        task.run(() => call('tag', { number, causes: causesOf(typed) }))
      }}
    >
      <h3>{t('causes.title')}</h3>
      <div class="field">
        <label for="causes">{t('causes.text')}</label>
        <input
          id="causes"
          type="text"
          maxLength={TYPED_MAX}
          aria-describedby="causes-hint"
          aria-invalid={!isTaken}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={typed}
          onInput={({ currentTarget }) => {
            change(currentTarget.value)
          }}
        />
        <span id="causes-hint" class={isTaken ? 'soft small' : 'failed small'}>
          {t('causes.hint')}
        </span>
      </div>
      {others.length === 0 ? undefined : (
        <div class="actions">
          {others.map((cause) => (
            <button
              key={cause}
              type="button"
              class="cause"
              onClick={() => {
                change([...causesOf(typed), cause].join(' '))
              }}
            >
              + {cause}
            </button>
          ))}
        </div>
      )}
      <div class="actions">
        <button type="submit" disabled={task.isRunning || !isTaken}>
          {t('causes.save')}
        </button>
        <Outcome task={task} done={t('causes.saved')} />
      </div>
    </form>
  )
}
