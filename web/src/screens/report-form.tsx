/** A report is written: what kind, what happened, what goes with it, and exactly what is sent. */
import type { ReportDesk } from '@sealpost/client'
import { formatTicketWord, TICKET_CATEGORIES } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { relayName } from '../state/relay-name.ts'
import { drawReportNumber } from '../state/report-number.ts'
import { charactersLeft } from '../state/report-room.ts'
import { FEEDBACK_UNITS_MAX, type FeedbackDraft, NO_FEEDBACK } from '../wire/feedback.ts'
import type { SentReport } from '../wire/report-calls.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ChoiceGroup } from '../ui/choice-group.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { Field } from '../ui/field.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { Switch } from '../ui/switch.tsx'
import { type Task, useTask } from '../ui/use-task.ts'
import { ReportLines } from './report-lines.tsx'
import { type ReportDraft, useReportDraft } from './use-report-draft.ts'

interface ReportFormProps {
  readonly begun: FeedbackDraft
  /** What the app found out about itself. */
  readonly found: readonly string[]
  /** Whom it can be sent to; where there is nobody it is kept. */
  readonly desks: readonly ReportDesk[]
  readonly onDone: () => void
}

export function ReportForm(props: ReportFormProps): JSX.Element {
  const { desks } = props
  const { draft, change, lines, number, desk, done, error, isRunning, ...form } = useForm(props)
  const left = charactersLeft(draft.text)
  const isTooLong = left < 0
  const goes = form.isWithLines ? lines : []
  return (
    <form
      class="card settings feedback"
      onSubmit={(event) => {
        event.preventDefault()
        form.finish(goes)
      }}
    >
      {desks.length < 2 || desk === undefined ? undefined : (
        <ChoiceGroup
          label={t('report.to')}
          options={desks.map(({ relay, link }) => ({ value: link, label: relayName(relay) }))}
          value={desk.link}
          onChoose={form.choose}
        />
      )}
      <Kind draft={draft} change={change} isSent={desk !== undefined} />
      <Field
        label={t('feedback.text')}
        isLong
        maxLength={FEEDBACK_UNITS_MAX}
        hint={t('feedback.text.hint', { count: Math.max(0, left) })}
        error={isTooLong ? t('feedback.text.long') : undefined}
        value={draft.text}
        onInput={(text) => {
          change({ text })
          form.beginAnew()
        }}
      />
      <Switch
        label={t('feedback.lines')}
        hint={t('feedback.lines.hint')}
        isOn={form.isWithLines}
        onChange={form.setWithLines}
      />
      {form.isWithLines ? <ReportLines lines={lines} onChange={form.setLines} /> : undefined}
      {desk === undefined || isTooLong || draft.text === '' ? undefined : (
        <Exactly report={{ ...draft, number, desk: desk.link, lines: goes }} />
      )}
      <ErrorLine error={error} />
      <DoneLine done={done} />
      <div class="actions">
        <Button
          type="submit"
          kind="main"
          icon={desk === undefined ? undefined : 'send'}
          isDisabled={isRunning || isTooLong || draft.text.trim() === ''}
        >
          {desk === undefined ? t('feedback.keep') : t('report.send')}
        </Button>
      </div>
    </form>
  )
}

interface Form extends Omit<ReportDraft, 'forget'>, Omit<Task, 'run'> {
  /** Whom it goes to. */
  readonly desk: ReportDesk | undefined
  readonly choose: (link: string) => void
  readonly isWithLines: boolean
  readonly setWithLines: (isWithLines: boolean) => void
  readonly lines: readonly string[]
  readonly setLines: (lines: readonly string[]) => void
  readonly number: string
  readonly done: Done | undefined
  readonly beginAnew: () => void
  /** @param lines those that go with it */
  readonly finish: (lines: readonly string[]) => void
}

function useForm({ begun, found, desks, onDone }: ReportFormProps): Form {
  const { peer } = useApp()
  const { run, ...task } = useTask()
  const { draft, change, forget } = useReportDraft(begun)
  const [isWithLines, setWithLines] = useState(false)
  const [lines, setLines] = useState(found)
  const [number, setNumber] = useState(drawReportNumber)
  const [done, setDone] = useState<Done | undefined>(undefined)
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const desk = desks.find(({ link }) => link === chosen) ?? desks[0]
  const finish = (goes: readonly string[]): void => {
    run(async () => {
      const writtenAtMs = Date.now()
      if (desk === undefined) {
        await peer.keepFeedback({ ...draft, number, writtenAtMs, lines: goes })
      } else {
        await peer.report({ ...draft, number, desk: desk.link, lines: goes })
      }
      forget()
      await peer.keepFeedbackDraft(NO_FEEDBACK)
      setDone({ number, isSent: desk !== undefined })
      setNumber(drawReportNumber())
      setWithLines(false)
      setLines(found)
      onDone()
    })
  }
  return {
    ...task,
    draft,
    change,
    desk,
    choose: setChosen,
    isWithLines,
    setWithLines,
    lines,
    setLines,
    number,
    done,
    beginAnew: () => {
      setDone(undefined)
    },
    finish
  }
}

interface Done {
  readonly number: string
  readonly isSent: boolean
}

function DoneLine({ done }: { readonly done: Done | undefined }): JSX.Element {
  return (
    <div role="status" class={done === undefined ? '' : 'note good'}>
      {done === undefined ? undefined : (
        <>
          <span>
            {done.isSent
              ? t('report.sent', { number: done.number })
              : t('feedback.kept', { number: done.number })}
          </span>
          {done.isSent ? (
            <LinkTo to={{ screen: 'report', number: done.number }}>{t('report.sent.look')}</LinkTo>
          ) : undefined}
        </>
      )}
    </div>
  )
}

interface KindProps {
  readonly draft: FeedbackDraft
  readonly change: (some: Partial<FeedbackDraft>) => void
  readonly isSent: boolean
}

function Kind({ draft: { category }, change, isSent }: KindProps): JSX.Element {
  const hint =
    category === 'abuse' || category === 'complaint' ? t(`report.hint.${category}`) : undefined
  return (
    <div class="kind">
      <ChoiceGroup
        label={t('feedback.category')}
        isBrief
        options={TICKET_CATEGORIES.map((value) => ({
          value,
          label: t(`feedback.category.${value}`)
        }))}
        value={category}
        onChoose={(to) => {
          change({ category: to })
        }}
      />
      <p class="hint" role="status">
        {isSent ? hint : undefined}
      </p>
    </div>
  )
}

/** To the letter: its number, its kind, the text and the lines. */
function Exactly({ report }: { readonly report: SentReport }): JSX.Element {
  const word = formatTicketWord({ type: 'open', isWhole: true, ...report })
  return (
    <details>
      <summary>{t('report.exactly')}</summary>
      <pre class="exactly" dir="auto">
        {word}
      </pre>
    </details>
  )
}
