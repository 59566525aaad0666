import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import type { Route } from '../state/route.ts'
import { useApp } from '../ui/app-context.ts'
import { IconButton } from '../ui/button.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { useRead } from '../ui/use-read.ts'
import { stateSentence } from './report-sentence.ts'

/** Over the chats, once a relay's operator said something about a report; not where it is being read anyway. */
export function ReportNews({ route }: { readonly route: Route }): JSX.Element | undefined {
  const { peer } = useApp()
  const { value = [] } = useRead(
    'report-news',
    () => peer.reportNews(),
    ({ type }) => type === 'report'
  )
  const [seen, setSeen] = useState('')
  const told = value.map(({ number, state }) => `${number} ${state}`).join()
  const [first, second] = value
  const isThere =
    route.screen === 'report' || (route.screen === 'settings' && route.section === 'feedback')
  if (first === undefined || isThere || told === seen) {
    return undefined
  }
  const { number } = first
  return (
    <div class="banner" role="status">
      <span>
        {second === undefined
          ? t('report.news', { number, state: stateSentence(first) })
          : t('report.news.many', { count: value.length })}
      </span>
      <LinkTo
        to={
          second === undefined
            ? { screen: 'report', number }
            : { screen: 'settings', section: 'feedback' }
        }
        class="button"
      >
        {t('report.news.look')}
      </LinkTo>
      <IconButton
        icon="close"
        label={t('action.close')}
        onClick={() => {
          setSeen(told)
        }}
      />
    </div>
  )
}
