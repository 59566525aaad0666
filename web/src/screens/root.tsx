/** Which screen is shown: by how it is with the home, then by where the person is. */
import type { JSX } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { failure } from '../state/background.ts'
import { route } from '../state/navigation.ts'
import { useApp } from '../ui/app-context.ts'
import { ErrorScreen } from './error-screen.tsx'
import { FailedScreen } from './failed-screen.tsx'
import { HomeScreen } from './home-screen.tsx'
import { UnlockScreen } from './unlock-screen.tsx'
import { WelcomeScreen } from './welcome-screen.tsx'

export function Root(): JSX.Element {
  const boundary: readonly unknown[] = useErrorBoundary()
  const failed = boundary[0] ?? failure.value
  return failed === undefined ? <Screen /> : <ErrorScreen error={failed} />
}

function Screen(): JSX.Element {
  const home = useApp().home.value
  switch (home.type) {
    case 'starting':
      return (
        <main class="alone" aria-busy="true">
          <p class="quiet">{t('app.starting')}</p>
        </main>
      )
    case 'missing':
      return <WelcomeScreen isInvited={route.value.screen === 'invited'} />
    case 'locked':
      return <UnlockScreen />
    case 'open':
      return <HomeScreen route={route.value} stopped={home.stopped} />
    case 'failed':
      return <FailedScreen code={home.code} />
  }
}
