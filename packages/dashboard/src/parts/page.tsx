import type { StatusAnswer } from '@sealpost/operator'
import type { JSX } from 'preact'
import { timeText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { failure, seen } from '../relay-view.ts'
import { token } from '../session.ts'
import { Address } from './address.tsx'
import { AlarmHistory } from './alarm-history.tsx'
import { Alarms } from './alarms.tsx'
import { AuditLog } from './audit-log.tsx'
import { Backups } from './backups.tsx'
import { Blocks } from './blocks.tsx'
import { Disk } from './disk.tsx'
import { Head } from './head.tsx'
import { HistoryCharts } from './history-charts.tsx'
import { Notices } from './notices.tsx'
import { Reach } from './reach.tsx'
import { Refusals } from './refusals.tsx'
import { Reports } from './reports.tsx'
import { Tiles } from './tiles.tsx'
import { Watch } from './watch.tsx'

export function Page(): JSX.Element {
  if (token.value === undefined) {
    return <Uninvited />
  }
  return (
    <>
      <Head status={failure.value === undefined ? seen.value?.status : undefined} />
      <main>
        <Failure />
        {seen.value === undefined ? <p class="soft">{t('page.starting')}</p> : <Seen />}
      </main>
    </>
  )
}

function Uninvited(): JSX.Element {
  return (
    <>
      <Head status={undefined} />
      <main class="alone">
        <h2>{t('page.none.title')}</h2>
        <p>{t('page.none')}</p>
        <pre>sealpost-relay dashboard</pre>
      </main>
    </>
  )
}

/** What stands on the page is older than it looks where the relay is not seen any more. */
function Failure(): JSX.Element | undefined {
  const code = failure.value
  if (code === undefined) {
    return undefined
  }
  const atMs = seen.value?.history.connections.at(-1)?.atMs
  const gone = atMs === undefined ? t('page.gone.never') : t('page.gone', { time: timeText(atMs) })
  return (
    <p class="banner" role="alert">
      {code === 'unreachable' ? gone : t('page.refused', { code })}
    </p>
  )
}

function Seen(): JSX.Element {
  const found = seen.value
  if (found === undefined) {
    return <></>
  }
  const { activity, history, status } = found
  return (
    <>
      <Alarms />
      <Tiles status={status} activity={activity} history={history} />
      <HistoryCharts />
      <div class="columns">
        <TakesIn status={status} />
        <Disk disk={status.disk} />
        <Reach reach={status.reach} certificate={status.certificate} />
        <Refusals counts={activity.counts} />
        <Backups backup={status.backup} />
        <Watch />
        <Reports />
        <Notices />
        <Blocks />
        <AlarmHistory />
        <AuditLog />
      </div>
    </>
  )
}

function TakesIn({ status }: { readonly status: StatusAnswer }): JSX.Element {
  const { address, capacity, crashCount, load, processId, version } = status
  const shown = capacity === 'open' && load.step !== 'normal' ? 'less' : (capacity ?? 'open')
  return (
    <section class="card" aria-labelledby="takes-in">
      <h2 id="takes-in">{t('capacity.title')}</h2>
      <p class="large">{capacity === undefined ? '–' : t(`capacity.${shown}`)}</p>
      {load.step === 'normal' ? undefined : (
        <p>
          {t(`load.${load.step}`)} {load.cause === undefined ? '' : t(`cause.${load.cause}`)}
        </p>
      )}
      <Address address={address} />
      <p class="soft">
        {t('about.version', { version, process: processId })}{' '}
        {crashCount === 0 ? '' : t('about.crashes', { count: crashCount })}
      </p>
    </section>
  )
}
