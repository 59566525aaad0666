/** Which screen is shown: by how it is with the home, then by where the person is. */
import type { JSX } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import { failure } from '../state/background.ts'
import { route } from '../state/navigation.ts'
import { useApp } from '../ui/app-context.ts'
import { ErrorScreen } from './error-screen.tsx'
import { FailedScreen } from './failed-screen.tsx'
import { LaterHome } from './later-home.tsx'
import { Starting } from './starting.tsx'
import { UnlockScreen } from './unlock-screen.tsx'
import { WelcomeScreen } from './welcome-screen.tsx'

export function Root(): JSX.Element {
  const boundary: readonly [unknown, () => void] = useErrorBoundary()
  const [broken, mend] = boundary
  const failed = broken ?? failure.value
  return failed === undefined ? <Screen /> : <ErrorScreen error={failed} onLeave={mend} />
}

function Screen(): JSX.Element {
  const home = useApp().home.value
  switch (home.type) {
    case 'starting':
      return <Starting />
    case 'missing':
      return <WelcomeScreen isInvited={route.value.screen === 'invited'} />
    case 'locked':
      return <UnlockScreen />
    case 'open':
      return <LaterHome route={route.value} stopped={home.stopped} />
    case 'failed':
      return <FailedScreen code={home.code} />
  }
}
