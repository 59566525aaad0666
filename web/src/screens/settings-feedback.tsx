/** What somebody reports to whoever runs their relay; where nobody takes reports, what they wrote is kept. */
import type { ReportDesk } from '@sealpost/client'
import type { JSX } from 'preact'
import { locale, t } from '../locales/locale.ts'
import { takeFailureReport } from '../state/background.ts'
import { diagnosticLines } from '../state/diagnostics.ts'
import { relayName } from '../state/relay-name.ts'
import { begunWith, takeBeginning } from '../state/report-about.ts'
import { type Feedback, FEEDBACKS_MAX } from '../wire/feedback.ts'
import type { PeerApi } from '../wire/peer-api.ts'
import { useApp } from '../ui/app-context.ts'
import { FailedRead } from '../ui/failed-read.tsx'
import { type Reading, useRead } from '../ui/use-read.ts'
import { KeptFeedback } from './kept-feedback.tsx'
import { OfflineNote } from './offline-note.tsx'
import { ReportForm } from './report-form.tsx'
import { ReportList } from './report-list.tsx'

export function FeedbackSection(): JSX.Element {
  const { peer } = useApp()
  const kept = useRead(
    'feedbacks',
    () => peer.feedbacks(),
    () => false
  )
  const desks = useRead(
    'desks',
    async () => distinct(await peer.desks()),
    ({ type }) => type === 'relay'
  )
  const begun = useRead(
    'feedback-draft',
    async () => ({
      draft: begunWith(await peer.feedbackDraft(), takeBeginning()),
      lines: await readLines(peer)
    }),
    () => false
  )
  const count = kept.value?.length ?? 0
  const failed = begun.error ?? desks.error
  const isFull = count >= FEEDBACKS_MAX && desks.value?.length === 0
  return (
    <>
      {desks.value === undefined ? undefined : <WhoGetsIt desks={desks.value} />}
      <OfflineNote />
      {failed === undefined ? undefined : (
        <FailedRead
          error={failed}
          onAgain={begun.error === undefined ? desks.again : begun.again}
        />
      )}
      {failed === undefined && (begun.value === undefined || desks.value === undefined) ? (
        <div class="skeleton" aria-busy="true" />
      ) : undefined}
      {isFull ? <p class="note warning">{t('feedback.full', { count })}</p> : undefined}
      {begun.value === undefined || desks.value === undefined || isFull ? undefined : (
        <ReportForm
          begun={begun.value.draft}
          found={begun.value.lines}
          desks={desks.value}
          onDone={kept.again}
        />
      )}
      <OwnReports />
      <Kept kept={kept} desks={desks.value ?? []} />
    </>
  )
}

/** Several relays may have one desk. */
function distinct(desks: readonly ReportDesk[]): readonly ReportDesk[] {
  return desks.filter(({ link }, at) => desks.findIndex((other) => other.link === link) === at)
}

async function readLines(peer: Pick<PeerApi, 'recentLog'>): Promise<readonly string[]> {
  const surroundings = {
    version: import.meta.env.SEALPOST_VERSION,
    userAgent: navigator.userAgent,
    language: locale(),
    width: innerWidth,
    height: innerHeight,
    isInstalled: matchMedia('(display-mode: standalone)').matches
  }
  return diagnosticLines(surroundings, await peer.recentLog(), takeFailureReport())
}

function WhoGetsIt({ desks }: { readonly desks: readonly ReportDesk[] }): JSX.Element {
  const { relays } = useApp()
  if (desks.length === 0) {
    const isHeard = relays.value.some(({ isOwn, phase }) => isOwn && phase === 'ready')
    return <p>{isHeard ? t('report.no-desk') : t('report.desk-unknown')}</p>
  }
  const names = desks.map(({ relay }) => relayName(relay))
  const relay = new Intl.ListFormat(locale(), { type: 'disjunction' }).format(names)
  return (
    <div class="stack">
      <p>{t('report.lead', { relay })}</p>
      <details class="learns">
        <summary>{t('report.learns')}</summary>
        <ul class="limits">
          <li>{t('report.learns.yes')}</li>
          <li>{t('report.learns.no')}</li>
          <li>{t('report.learns.relay')}</li>
        </ul>
      </details>
    </div>
  )
}

function OwnReports(): JSX.Element {
  const { peer } = useApp()
  const { value, error, again } = useRead(
    'reports',
    () => peer.reports(),
    ({ type }) => type === 'report'
  )
  return (
    <section class="stack" aria-labelledby="reports">
      <h2 id="reports">{t('report.list')}</h2>
      {error === undefined ? undefined : <FailedRead error={error} onAgain={again} />}
      {value === undefined && error === undefined ? (
        <div class="skeleton" aria-busy="true" />
      ) : undefined}
      {value?.length === 0 ? <p class="hint">{t('report.none')}</p> : undefined}
      {value === undefined || value.length === 0 ? undefined : <ReportList reports={value} />}
    </section>
  )
}

interface KeptProps {
  readonly kept: Reading<readonly Feedback[]>
  readonly desks: readonly ReportDesk[]
}

/** Nothing is said of it where there is nothing. */
function Kept({ kept: { value, error, again }, desks }: KeptProps): JSX.Element | undefined {
  if (error !== undefined) {
    return <FailedRead error={error} onAgain={again} />
  }
  if (value === undefined || value.length === 0) {
    return undefined
  }
  return (
    <section class="card" aria-labelledby="feedback-list">
      <h2 id="feedback-list">{t('feedback.list')}</h2>
      <ul class="feedbacks">
        {value.map((feedback) => (
          <KeptFeedback key={feedback.number} feedback={feedback} desks={desks} onRemoved={again} />
        ))}
      </ul>
    </section>
  )
}
