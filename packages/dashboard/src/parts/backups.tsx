import type { BackupStatus } from '@sealpost/operator'
import type { JSX } from 'preact'
import { dayTimeText, spanText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'

/** When there was a backup, whether it can be restored, and when the next is. */
export function Backups({ backup }: { readonly backup: BackupStatus }): JSX.Element {
  const { failure, newestAtMs, nextAtMs, proven, work } = backup
  const isUnderWay = work !== undefined && work.endedAtMs === undefined
  return (
    <section class={failure ? 'card ill' : 'card'} aria-labelledby="backups">
      <h2 id="backups">{t('backups.title')}</h2>
      <dl class="facts">
        <Fact label={t('backups.made')} atMs={newestAtMs} none={t('backups.made.none')} />
        <Fact label={t('backups.proven')} atMs={proven?.atMs} none={t('backups.proven.none')} />
        <div>
          <dt>{t('backups.next')}</dt>
          <dd>{nextAtMs === undefined ? t('backups.next.none') : dayTimeText(nextAtMs)}</dd>
        </div>
      </dl>
      {isUnderWay ? (
        <p>
          {t(`backups.work.${work.what}`)}{' '}
          <progress
            aria-label={t(`backups.work.${work.what}`)}
            value={work.rowCount}
            max={Math.max(1, work.expectedRowCount)}
          />
        </p>
      ) : undefined}
      {failure === undefined ? undefined : (
        <p role="alert">
          {t('backups.failed', { code: failure.code, time: dayTimeText(failure.atMs) })}
        </p>
      )}
    </section>
  )
}

interface FactProps {
  readonly label: string
  readonly atMs: number | undefined
  readonly none: string
}

function Fact({ atMs, label, none }: FactProps): JSX.Element {
  const ago = atMs === undefined ? '' : t('ago', { span: spanText(Date.now() - atMs) })
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {atMs === undefined ? none : dayTimeText(atMs)} <span class="soft">{ago}</span>
      </dd>
    </div>
  )
}
