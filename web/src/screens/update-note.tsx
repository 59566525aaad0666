import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { useReleases } from '../ui/releases-context.ts'

/** Over the chats, once a newer release waits: nothing happens before the person says so. */
export function UpdateNote(): JSX.Element | undefined {
  const releases = useReleases()
  const offer = releases.noted.value
  if (offer === undefined) {
    return undefined
  }
  const isBusy = releases.restarting.value === 'busy'
  return (
    <div class={isBusy ? 'banner' : 'banner update'} role="status">
      <span>
        {isBusy ? (
          t('update.busy')
        ) : (
          <>
            <strong>{offer.type === 'staged' ? t('update.ready') : t('update.elsewhere')}</strong>{' '}
            <RestartHint />
          </>
        )}
      </span>
      <span class="actions">
        <RestartButton />
        <Button
          kind="quiet"
          onClick={() => {
            releases.putOff()
          }}
        >
          {t('update.later')}
        </Button>
      </span>
    </div>
  )
}

/** What restarting costs. */
export function RestartHint(): JSX.Element {
  const home = useApp().home.value
  const isLocked = home.type === 'open' && home.isProtected
  return (
    <>
      <span class="aside">{t('update.stays')} </span>
      {isLocked ? t('update.unlock') : ''}
    </>
  )
}

/** Has every tab use what is offered; where one is in the middle of something, it says so first. */
export function RestartButton(): JSX.Element {
  const releases = useReleases()
  const restarting = releases.restarting.value
  return (
    <Button
      kind={restarting === 'busy' ? 'danger' : 'main'}
      isDisabled={restarting === 'asking'}
      onClick={() => {
        inBackground(releases.restart(restarting === 'busy'))
      }}
    >
      {restarting === 'asking'
        ? t('update.restarting')
        : restarting === 'busy'
          ? t('update.anyway')
          : t('update.restart')}
    </Button>
  )
}
