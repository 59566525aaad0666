import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { useTask } from '../ui/use-task.ts'

/** Nothing can be written just now: what that means, and what helps. */
export function StoreBanner(): JSX.Element | undefined {
  const { home, peer } = useApp()
  const { isRunning, run } = useTask()
  const state = home.value
  const problem = state.type === 'open' ? state.storeProblem : undefined
  if (problem === undefined) {
    return undefined
  }
  const isFull = problem === 'SEALPOST_STORE_FULL'
  return (
    <div class="banner warning" role="alert">
      <span>{isFull ? t('room.full') : t('room.failing')}</span>
      <LinkTo to={{ screen: 'settings', section: 'storage' }} class="button">
        {t('room.look')}
      </LinkTo>
      <Button
        kind="quiet"
        isDisabled={isRunning}
        onClick={() => {
          run(() => peer.tryWriting())
        }}
      >
        {t('action.again')}
      </Button>
    </div>
  )
}
