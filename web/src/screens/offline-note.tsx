import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { connectionOf } from '../state/connection.ts'
import { useApp } from '../ui/app-context.ts'
import { LinkTo } from '../ui/link-to.tsx'

/** Says that nothing leaves now, where something was about to. */
export function OfflineNote(): JSX.Element | undefined {
  const { home, relays } = useApp()
  const isKept = home.value.type === 'open' && home.value.storeProblem === undefined
  if (!isKept || connectionOf(relays.value).kind !== 'offline') {
    return undefined
  }
  return (
    <p class="note warning" role="status">
      <span>{t('offline.note')}</span>
      <LinkTo to={{ screen: 'network' }}>{t('offline.look')}</LinkTo>
    </p>
  )
}
