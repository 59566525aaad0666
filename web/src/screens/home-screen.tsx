/** The open home: chats on one side, on the other what the person looks at; on a narrow screen one of the two. */
import type { JSX } from 'preact'
import { useCallback, useState } from 'preact/hooks'
import { sentenceOf } from '../locales/error-sentences.ts'
import { t } from '../locales/locale.ts'
import { dismissRefusal, refusal } from '../state/background.ts'
import type { Route } from '../state/route.ts'
import { useApp } from '../ui/app-context.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Palette } from '../ui/palette.tsx'
import { useShortcuts } from '../ui/use-shortcuts.ts'
import { useTask } from '../ui/use-task.ts'
import { AddScreen } from './add-screen.tsx'
import { ChatList } from './chat-list.tsx'
import { ChatScreen } from './chat-screen.tsx'
import { ContactScreen } from './contact-screen.tsx'
import { InvitedScreen } from './invited-screen.tsx'
import { MessageScreen } from './message-screen.tsx'
import { KeysScreen } from './keys-screen.tsx'
import { NoticeBanner } from './notice.tsx'
import { NetworkScreen } from './network-screen.tsx'
import { RequestsScreen } from './requests-screen.tsx'
import { SafetyNumberScreen } from './safety-number-screen.tsx'
import { SettingsScreen } from './settings-screen.tsx'
import { useFollowedPlace } from './use-followed-place.ts'

export interface HomeScreenProps {
  readonly route: Route
  readonly stopped: 'removed' | 'superseded' | undefined
}

export function HomeScreen({ route, stopped }: HomeScreenProps): JSX.Element {
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  const openPalette = useCallback(() => {
    setPaletteOpen(true)
  }, [])
  const closePalette = useCallback(() => {
    setPaletteOpen(false)
  }, [])
  useShortcuts(useApp(), openPalette)
  useFollowedPlace(route)
  return (
    <div class={route.screen === 'home' ? 'app' : 'app inside'}>
      {stopped === undefined ? undefined : <Stopped reason={stopped} />}
      {stopped === undefined ? <NoticeBanner /> : undefined}
      <ChatList route={route} />
      <div class="pane">{paneOf(route)}</div>
      <RefusalNote />
      {isPaletteOpen ? <Palette onClose={closePalette} /> : undefined}
    </div>
  )
}

function paneOf(route: Route): JSX.Element {
  switch (route.screen) {
    case 'chat':
      return (
        <ChatScreen
          key={route.contactId}
          contactId={route.contactId}
          messageKey={route.messageKey}
        />
      )
    case 'contact':
      return <ContactScreen key={route.contactId} contactId={route.contactId} />
    case 'safety-number':
      return <SafetyNumberScreen key={route.contactId} contactId={route.contactId} />
    case 'message':
      return (
        <MessageScreen
          key={route.messageId}
          contactId={route.contactId}
          messageId={route.messageId}
        />
      )
    case 'invited':
      return <InvitedScreen key={route.link} link={route.link} />
    case 'add':
      return <AddScreen />
    case 'requests':
      return <RequestsScreen />
    case 'keys':
      return <KeysScreen />
    case 'network':
      return <NetworkScreen />
    case 'settings':
      return <SettingsScreen key={route.section} section={route.section} />
    case 'home':
      return (
        <main class="nothing">
          <p class="quiet">{t('home.select')}</p>
        </main>
      )
  }
}

/** What could not be done, over whatever screen it was asked for on. */
function RefusalNote(): JSX.Element {
  const { value } = refusal
  return (
    <div class="refusal" role="alert">
      {value === undefined ? undefined : (
        <p class="note danger">
          <span>{typeof value === 'string' ? t(value) : sentenceOf(value)}</span>
          <IconButton icon="close" label={t('action.close')} onClick={dismissRefusal} />
        </p>
      )}
    </div>
  )
}

/** Nothing leaves this device any more: why, and what can be done. */
function Stopped({ reason }: { readonly reason: 'removed' | 'superseded' }): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  return (
    <div class="banner warning" role="alert">
      <span>{reason === 'removed' ? t('stopped.removed') : t('stopped.superseded')}</span>
      {reason === 'removed' ? undefined : (
        <Button
          isDisabled={isRunning}
          onClick={() => {
            run(() => peer.becomeNewDevice())
          }}
        >
          {t('stopped.become')}
        </Button>
      )}
      {error === undefined ? undefined : <span class="error">{error}</span>}
    </div>
  )
}
