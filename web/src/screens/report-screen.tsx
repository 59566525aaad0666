/** One report: what became of it, what was said, and what the person has to add. */
import type { Report, ReportWord } from '@sealpost/client'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { exactlyOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { clockStyle } from '../state/clock-style.ts'
import { drawMessageId } from '../state/message-id.ts'
import type { Route } from '../state/route.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { Field } from '../ui/field.tsx'
import { Screen } from '../ui/screen.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'
import { OfflineNote } from './offline-note.tsx'
import { ReportLines } from './report-lines.tsx'
import { stateKind, stateSentence, wordSentence } from './report-sentence.ts'

const REPORTS: Route = { screen: 'settings', section: 'feedback' }
/** UTF-16 code units of what is added: in bytes there are at most 10,000, which the peer sees to. */
const ANSWER_UNITS_MAX = 10_000

export function ReportScreen({ number }: { readonly number: string }): JSX.Element {
  const { peer } = useApp()
  const { value, error, isGone, again } = useRead(
    `report ${number}`,
    () => peer.showReport(number),
    ({ type }) => type === 'report'
  )
  return (
    <Screen title={t('report.title', { number })} back={REPORTS}>
      <OfflineNote />
      {isGone ? <p class="note warning">{t('report.unknown')}</p> : undefined}
      {error === undefined || isGone ? undefined : <FailedRead error={error} onAgain={again} />}
      {value === undefined ? (
        error === undefined ? (
          <div class="skeleton" aria-busy="true" />
        ) : undefined
      ) : (
        <>
          <Standing report={value.report} />
          <Words words={value.words} />
          <Decisions report={value.report} again={again} />
        </>
      )}
    </Screen>
  )
}

function Standing({ report }: { readonly report: Report }): JSX.Element {
  const { category, openedAtMs, state, withinHours } = report
  return (
    <section class="card ticket" role="status">
      <p class="ticket-state">
        <span class={`ticket-dot ${stateKind(report)}`} />
        <strong>{stateSentence(report)}</strong>
      </p>
      {state === 'received' && withinHours !== undefined ? (
        <p>{t('report.within', { count: withinHours })}</p>
      ) : undefined}
      {state === 'failed' ? <p>{t('report.failed')}</p> : undefined}
      <p class="hint">
        {[t(`feedback.category.${category}`), exactlyOf(openedAtMs, clockStyle())].join(' · ')}
      </p>
    </section>
  )
}

function Words({ words }: { readonly words: readonly ReportWord[] }): JSX.Element {
  return (
    <section class="stack" aria-labelledby="said">
      <h2 id="said">{t('report.said')}</h2>
      <ol class="ticket-words" aria-live="polite">
        {words.map((word, at) => (
          <Word key={at} word={word} />
        ))}
      </ol>
    </section>
  )
}

function Word({ word }: { readonly word: ReportWord }): JSX.Element {
  const { isOwn, text, lines, atMs } = word
  const said = wordSentence(word)
  return (
    <li class={isOwn ? 'own' : 'theirs'}>
      <p class="ticket-head">
        <strong>{isOwn ? t('report.you') : t('report.desk')}</strong>
        <time class="hint" dateTime={new Date(atMs).toISOString()}>
          {exactlyOf(atMs, clockStyle())}
        </time>
      </p>
      {said === '' ? undefined : <p class="ticket-said">{said}</p>}
      {text === '' ? undefined : (
        <p class="feedback-text" dir="auto">
          {text}
        </p>
      )}
      <ReportLines lines={lines} />
    </li>
  )
}

interface DecisionsProps {
  readonly report: Report
  readonly again: () => void
}

function Decisions({ report, again }: DecisionsProps): JSX.Element | undefined {
  const { state } = report
  return state === 'withdrawn' || state === 'failed' ? undefined : (
    <>
      <Answer report={report} again={again} />
      <Withdraw report={report} again={again} />
    </>
  )
}

function Answer({ report: { number, isOver }, again }: DecisionsProps): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const [text, setText] = useState('')
  const [messageId, setMessageId] = useState(drawMessageId)
  const [isSaid, setSaid] = useState(false)
  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          await peer.answerDesk(number, text, messageId)
          setText('')
          setMessageId(drawMessageId())
          setSaid(true)
          again()
        })
      }}
    >
      <Field
        label={isOver ? t('report.answer.over') : t('report.answer')}
        isLong
        maxLength={ANSWER_UNITS_MAX}
        value={text}
        onInput={(value) => {
          setText(value)
          setSaid(false)
        }}
      />
      <ErrorLine error={error} />
      <div class="actions">
        <Button type="submit" icon="send" isDisabled={isRunning || text.trim() === ''}>
          {t('report.answer.send')}
        </Button>
        <span class="hint" role="status">
          {isSaid ? t('report.answered') : ''}
        </span>
      </div>
    </form>
  )
}

function Withdraw({ report: { number }, again }: DecisionsProps): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  return (
    <section class="stack last">
      <ConfirmButton
        icon="undo"
        label={t('report.withdraw')}
        question={t('report.withdraw.sure')}
        confirm={t('report.withdraw.do')}
        isDisabled={isRunning}
        onConfirm={() => {
          run(() => peer.withdrawReport(number).then(again))
        }}
      />
      <ErrorLine error={error} />
    </section>
  )
}
