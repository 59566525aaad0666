/** The links that were made: which still wait, which were used, and by whom. */
import type { LinkView } from '@sealpost/client'
import type { JSX } from 'preact'
import { relativeOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { pageLink } from '../state/page-link.ts'
import { useApp } from '../ui/app-context.ts'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { Icon } from '../ui/icon.tsx'
import type { Reading } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'

export function LinkList({
  links
}: {
  readonly links: Reading<readonly LinkView[]>
}): JSX.Element | undefined {
  const { value, error, again } = links
  if (error !== undefined) {
    return <FailedRead error={t('links.failed', { reason: error })} onAgain={again} />
  }
  if (value === undefined || value.length === 0) {
    return undefined
  }
  const waiting = value.filter(isWaiting)
  const over = value.filter((link) => !isWaiting(link))
  return (
    <section aria-labelledby="links">
      <h2 id="links">{t('links.title')}</h2>
      {waiting.length === 0 ? undefined : <Rows links={waiting} again={again} />}
      {over.length === 0 ? undefined : (
        <details>
          <summary>{t('links.ended', { count: over.length })}</summary>
          <Rows links={over} again={again} />
        </details>
      )}
    </section>
  )
}

function isWaiting({ state }: LinkView): boolean {
  return state === 'new' || state === 'published'
}

interface RowsProps {
  readonly links: readonly LinkView[]
  readonly again: () => void
}

function Rows({ links, again }: RowsProps): JSX.Element {
  return (
    <ul class="rows">
      {links.map((link) => (
        <LinkRow key={link.invitationId} link={link} again={again} />
      ))}
    </ul>
  )
}

function LinkRow({
  link,
  again
}: {
  readonly link: LinkView
  readonly again: () => void
}): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const { kind, createdAtMs, expiresAtMs, invitationId } = link
  const now = Date.now()
  return (
    <li class="row split">
      <Icon name={kind === 'public' ? 'people' : 'link'} />
      <span class="row-text">
        <strong>{t(`links.kind.${kind}`)}</strong>
        <span class="hint">
          {stateSentence(link)} · {t('links.made', { when: relativeOf(createdAtMs, now) })}
          {isWaiting(link) && expiresAtMs !== undefined
            ? ` · ${t('add.expires', { when: relativeOf(expiresAtMs, now) })}`
            : ''}
        </span>
        {error === undefined ? undefined : (
          <span class="error" role="alert">
            {error}
          </span>
        )}
      </span>
      {isWaiting(link) ? (
        <span class="actions">
          <CopyButton text={pageLink(link.link, location.href)} label={t('add.copy')} />
          <ConfirmButton
            kind="quiet"
            label={t('links.revoke')}
            question={t('links.revoke.sure')}
            confirm={t('links.revoke.do')}
            isDisabled={isRunning}
            onConfirm={() => {
              run(() => peer.revokeLink(invitationId).then(again))
            }}
          />
        </span>
      ) : undefined}
    </li>
  )
}

function stateSentence({ state, usedBy }: LinkView): string {
  if (state !== 'used') {
    return t(`links.${state}`)
  }
  return usedBy === undefined || usedBy === ''
    ? t('links.used.somebody')
    : t('links.used', { name: usedBy })
}
