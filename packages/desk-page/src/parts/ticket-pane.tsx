/** One report: how it stands, what was said, and what the operator does with it. */
import type { ReportWord } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../call.ts'
import { failedSentence } from '../failed-sentence.ts'
import type { DeskSeen, TicketShown, TicketView } from '../desk-calls.ts'
import { t, timeText } from '../locales/locale.ts'
import { formatPlace } from '../place.ts'
import { TicketCauses } from './ticket-causes.tsx'
import { stateText, TicketState } from './ticket-state.tsx'
import { TicketWork } from './ticket-work.tsx'

interface TicketPaneProps {
  readonly number: string
  readonly desk: DeskSeen
}

export function TicketPane({ number, desk }: TicketPaneProps): JSX.Element {
  const { shown, failure } = useTicket(number, desk.revision)
  const heading = useRef<HTMLHeadingElement | undefined>(undefined)
  useEffect(() => {
    heading.current?.focus()
    // Wherever the focus is; what was begun stays.
    addEventListener('keydown', leaveByEscape)
    return () => {
      removeEventListener('keydown', leaveByEscape)
    }
  }, [])
  return (
    <article aria-labelledby="ticket">
      <a class="back" href={formatPlace({ at: 'tickets' })}>
        ← {t('ticket.back')}
      </a>
      <h2
        id="ticket"
        tabIndex={-1}
        ref={(element) => {
          heading.current = element ?? undefined
        }}
      >
        {t('ticket.title', { number })}
      </h2>
      {failure === undefined ? undefined : (
        <p class="banner" role="alert">
          {failedSentence(failure.cause)}
        </p>
      )}
      {shown === undefined ? undefined : <Shown shown={shown} desk={desk} />}
    </article>
  )
}

function leaveByEscape({ isComposing, key }: KeyboardEvent): void {
  if (key === 'Escape' && !isComposing) {
    location.hash = formatPlace({ at: 'tickets' })
  }
}

interface Reading {
  readonly shown: TicketShown | undefined
  readonly failure: { readonly cause: unknown } | undefined
}

/** Reads a report, and again whenever anything changed at the desk. */
function useTicket(number: string, revision: number): Reading {
  const [reading, setReading] = useState<Reading>({ shown: undefined, failure: undefined })
  useEffect(() => {
    let isOver = false
    call('show', { number })
      .then((shown) => {
        if (!isOver) {
          setReading({ shown, failure: undefined })
        }
      })
      .catch((cause: unknown) => {
        if (!isOver) {
          setReading((before) => ({ ...before, failure: { cause } }))
        }
      })
    return () => {
      isOver = true
    }
  }, [number, revision])
  return reading
}

interface ShownProps {
  readonly shown: TicketShown
  readonly desk: DeskSeen
}

function Shown({ shown: { ticket, words }, desk }: ShownProps): JSX.Element {
  return (
    <>
      <Standing ticket={ticket} nowMs={desk.nowMs} />
      <section class="stack" aria-labelledby="said">
        <h3 id="said">{t('ticket.said')}</h3>
        <ol class="words" aria-live="polite">
          {words.map((word, at) => (
            <Word key={at} word={word} />
          ))}
        </ol>
      </section>
      {ticket.state === 'withdrawn' ? (
        <p class="soft">{t('ticket.withdrawn')}</p>
      ) : (
        <TicketWork ticket={ticket} canned={desk.canned} />
      )}
      <TicketCauses key={ticket.tags.join()} ticket={ticket} desk={desk} />
    </>
  )
}

interface StandingProps {
  readonly ticket: TicketView
  readonly nowMs: number
}

function Standing({ ticket, nowMs }: StandingProps): JSX.Element {
  const { category, isWhole, openedAtMs } = ticket
  return (
    <div class="stack">
      <p class="standing-line">
        <strong>{t(`kind.${category}`)}</strong> <TicketState ticket={ticket} nowMs={nowMs} />{' '}
        <span class="soft">{t('ticket.came', { time: timeText(openedAtMs) })}</span>
      </p>
      {isWhole ? undefined : <p class="soft">{t('ticket.partly')}</p>}
    </div>
  )
}

function Word({ word }: { readonly word: ReportWord }): JSX.Element {
  const { isOwn, type, state, version, text, lines, atMs } = word
  const said =
    type === 'withdraw'
      ? t('ticket.withdrew')
      : state === undefined
        ? ''
        : stateText({ state, version })
  return (
    <li class={isOwn ? 'own' : 'theirs'}>
      <p class="word-head">
        <strong>{isOwn ? t('ticket.desk') : t('ticket.reporter')}</strong>{' '}
        <time class="soft small" dateTime={new Date(atMs).toISOString()}>
          {timeText(atMs)}
        </time>
      </p>
      {said === '' ? undefined : <p>{said}</p>}
      {text === '' ? undefined : (
        <p class="text" dir="auto">
          {text}
        </p>
      )}
      {lines.length === 0 ? undefined : <pre>{lines.join('\n')}</pre>}
    </li>
  )
}
