import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { DeskSeen, TicketView } from '../desk-calls.ts'
import { t, timeText } from '../locales/locale.ts'
import { formatPlace } from '../place.ts'
import { type Shown, shownTickets } from '../tickets.ts'
import { TicketState } from './ticket-state.tsx'

const CHOICES: readonly Shown[] = ['open', 'all']

interface TicketListProps {
  readonly desk: DeskSeen
  /** The report that is looked at. */
  readonly chosen: string | undefined
}

export function TicketList({ desk, chosen }: TicketListProps): JSX.Element {
  const [shown, setShown] = useState<Shown>('open')
  const [wanted, setWanted] = useState('')
  const tickets = shownTickets(desk.tickets, shown, wanted)
  useFocusLeft(chosen)
  return (
    <section class="list" aria-label={t('page.tickets')}>
      <div class="filters">
        <fieldset class="segments">
          <legend class="unseen">{t('list.shown')}</legend>
          {CHOICES.map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name="shown"
                checked={choice === shown}
                onChange={() => {
                  setShown(choice)
                }}
              />
              <span>{t(`list.${choice}`)}</span>
            </label>
          ))}
        </fieldset>
        <input
          type="search"
          aria-label={t('list.find')}
          placeholder={t('list.find')}
          maxLength={64}
          value={wanted}
          onInput={({ currentTarget }) => {
            setWanted(currentTarget.value)
          }}
        />
      </div>
      {tickets.length === 0 ? <None desk={desk} isFound={wanted.trim() === ''} /> : undefined}
      <ul class="rows">
        {tickets.map((ticket) => (
          <Row
            key={ticket.number}
            ticket={ticket}
            nowMs={desk.nowMs}
            isChosen={ticket.number === chosen}
          />
        ))}
      </ul>
      {desk.olderCount === 0 || shown === 'open' ? undefined : (
        <p class="soft">{t('list.older', { count: desk.olderCount })}</p>
      )}
    </section>
  )
}

/** Who comes back from a report finds the focus where they left it. */
function useFocusLeft(chosen: string | undefined): void {
  const before = useRef<string | undefined>(undefined)
  useEffect(() => {
    const number = before.current
    before.current = chosen
    if (chosen === undefined && number !== undefined) {
      const row = formatPlace({ at: 'ticket', number })
      document.querySelector<HTMLElement>(`.rows a[href="${CSS.escape(row)}"]`)?.focus()
    }
  }, [chosen])
}

interface NoneProps {
  readonly desk: DeskSeen
  /** False where something was looked for. */
  readonly isFound: boolean
}

function None({ desk, isFound }: NoneProps): JSX.Element {
  if (desk.tickets.length === 0) {
    return (
      <div class="card">
        <p>{t('list.none')}</p>
        <code>{desk.link}</code>
      </div>
    )
  }
  return <p class="soft">{isFound ? t('list.none.open') : t('list.none.found')}</p>
}

interface RowProps {
  readonly ticket: TicketView
  readonly nowMs: number
  readonly isChosen: boolean
}

function Row({ ticket, nowMs, isChosen }: RowProps): JSX.Element {
  const { number, category, openedAtMs, tags } = ticket
  return (
    <li>
      <a href={formatPlace({ at: 'ticket', number })} aria-current={isChosen ? 'true' : undefined}>
        <span class="row-head">
          <strong>{t(`kind.${category}`)}</strong>
          <code>{number}</code>
        </span>
        <TicketState ticket={ticket} nowMs={nowMs} />
        <span class="soft small">
          {[timeText(openedAtMs), ...tags.map((tag) => `#${tag}`)].join(' · ')}
        </span>
      </a>
    </li>
  )
}
