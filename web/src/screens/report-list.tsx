import type { Report } from '@sealpost/client'
import type { JSX } from 'preact'
import { dateOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { Icon } from '../ui/icon.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { stateKind, stateSentence } from './report-sentence.ts'

/** What became of what this home reported, the newest first. */
export function ReportList({ reports }: { readonly reports: readonly Report[] }): JSX.Element {
  return (
    <ul class="rows">
      {reports.map((report) => (
        <li key={report.number}>
          <LinkTo to={{ screen: 'report', number: report.number }} class="row">
            <span class={`ticket-dot ${stateKind(report)}`} />
            <span class="row-text">
              <strong>
                {stateSentence(report)}{' '}
                {report.isUnread ? <span class="unread">{t('report.unread')}</span> : undefined}
              </strong>
              <span class="hint">
                {[
                  report.number,
                  t(`feedback.category.${report.category}`),
                  dateOf(report.openedAtMs)
                ].join(' · ')}
              </span>
            </span>
            <Icon name="forward" />
          </LinkTo>
        </li>
      ))}
    </ul>
  )
}
