import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { route } from '../state/navigation.ts'
import type { Route } from '../state/route.ts'
import { Button } from './button.tsx'
import { LinkTo } from './link-to.tsx'

const REPORT: Route = { screen: 'settings', section: 'feedback' }

interface FailedReadProps {
  /** Why, as a sentence. */
  readonly error: string
  /** Undefined where it would not help. */
  readonly onAgain: (() => void) | undefined
}

/** What a screen shows in place of what could not be read. */
export function FailedRead({ error, onAgain }: FailedReadProps): JSX.Element {
  return (
    <div class="stack">
      <p class="note warning" role="alert">
        {error}
      </p>
      <span class="actions">
        {onAgain === undefined ? undefined : <Button onClick={onAgain}>{t('action.again')}</Button>}
        {isReporting(route.value) ? undefined : (
          <LinkTo to={REPORT} class="button quiet">
            {t('settings.feedback')}
          </LinkTo>
        )}
      </span>
    </div>
  )
}

function isReporting(place: Route): boolean {
  return place.screen === 'report' || (place.screen === 'settings' && place.section === 'feedback')
}
