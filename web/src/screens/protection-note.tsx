import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { prefer, preferences } from '../state/preferences.ts'
import { isReminderDue } from '../state/protection-reminder.ts'
import { formatRoute, type Route } from '../state/route.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { LinkTo } from '../ui/link-to.tsx'

const PLACE: Route = { screen: 'settings', section: 'security' }

/** Below the chats, where it moves none of them, and not beside where it leads: nothing seals what this browser keeps. */
export function ProtectionNote({ route }: { readonly route: Route }): JSX.Element | undefined {
  const { home, chats, relays } = useApp()
  const isDue = isReminderDue({
    home: home.value,
    chats: chats.value,
    relays: relays.value,
    putOffAtMs: preferences.value.protectionPutOffAtMs,
    nowMs: Date.now()
  })
  const isThere = formatRoute(route) === formatRoute(PLACE)
  return isDue && !isThere ? (
    <div class="reminder" role="status">
      <p>
        <Icon name="lock" />
        <span>{t('reminder.unprotected')}</span>
      </p>
      <span class="actions">
        <LinkTo to={PLACE} class="button">
          {t('reminder.protect')}
        </LinkTo>
        <Button kind="quiet" onClick={putOff}>
          {t('reminder.later')}
        </Button>
      </span>
    </div>
  ) : undefined
}

/** Whoever goes by keys goes on among the chats; for whoever points at things nothing moves. */
function putOff(): void {
  const isByKeys = document.activeElement?.matches(':focus-visible') === true
  document.querySelector<HTMLElement>('.chats a')?.focus({ preventScroll: !isByKeys })
  prefer({ protectionPutOffAtMs: Date.now() })
}
