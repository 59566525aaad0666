/** The privacy notice: before an account is made, in the settings, and once more where it has changed. */
import type { JSX } from 'preact'
import { dateOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { isNoticeFresh, NOTICE_VERSION, type NoticeRead } from '../wire/notice.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { type Reading, useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'

const RELAYS = ['address', 'envelopes', 'mailboxes', 'page'] as const
const CONTACTS = ['words', 'chosen', 'devices', 'direct'] as const
const DEVICE = ['all', 'report', 'erase'] as const
const LIMITS = ['host', 'machine', 'hands', 'people', 'relays', 'browser'] as const

/** Its short form, and all of it for whoever asks. */
export function NoticeInShort(): JSX.Element {
  return (
    <section class="stack">
      <p class="hint">{t('notice.short')}</p>
      <details>
        <summary>{t('notice.all')}</summary>
        <div class="stack">
          <Layers />
        </div>
      </details>
    </section>
  )
}

export function NoticeSection(): JSX.Element {
  const { value, error } = useNoticeReads()
  return (
    <>
      <p class="lead">{t('notice.short')}</p>
      <Layers />
      <p class="hint">{t('notice.version', { version: NOTICE_VERSION })}</p>
      {value === undefined || isNoticeFresh(value) ? (
        <p class="hint">{value === undefined ? '' : t('notice.unread')}</p>
      ) : undefined}
      {value?.map(({ version, atMs }) => (
        <p key={version} class="hint">
          {t('notice.read', { version, day: dateOf(atMs) })}
        </p>
      ))}
      <ErrorLine error={error} />
    </>
  )
}

/** Over the chats, until somebody says that they have read what is new. */
export function NoticeBanner(): JSX.Element | undefined {
  const { peer } = useApp()
  const { value } = useNoticeReads()
  const { error, isRunning, run } = useTask()
  if (value === undefined || !isNoticeFresh(value)) {
    return undefined
  }
  return (
    <div class="banner" role="status">
      <span>{error ?? t('notice.fresh')}</span>
      <LinkTo to={{ screen: 'settings', section: 'notice' }} class="button">
        {t('notice.open')}
      </LinkTo>
      <Button
        kind="quiet"
        isDisabled={isRunning}
        onClick={() => {
          run(() => peer.noteNotice(NOTICE_VERSION))
        }}
      >
        {t('notice.done')}
      </Button>
    </div>
  )
}

function useNoticeReads(): Reading<readonly NoticeRead[]> {
  const { peer } = useApp()
  return useRead(
    'notice',
    () => peer.noticesRead(),
    ({ type }) => type === 'notice-read'
  )
}

function Layers(): JSX.Element {
  return (
    <>
      <Layer title={t('notice.relays')} lines={RELAYS.map((line) => t(`notice.relays.${line}`))} />
      <Layer
        title={t('notice.contacts')}
        lines={CONTACTS.map((line) => t(`notice.contacts.${line}`))}
      />
      <Layer title={t('notice.device')} lines={DEVICE.map((line) => t(`notice.device.${line}`))} />
      <Layer title={t('notice.limits')} lines={LIMITS.map((line) => t(`about.limit.${line}`))} />
    </>
  )
}

interface LayerProps {
  readonly title: string
  readonly lines: readonly string[]
}

function Layer({ title, lines }: LayerProps): JSX.Element {
  return (
    <section class="card">
      <h2>{title}</h2>
      <ul class="limits">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}
