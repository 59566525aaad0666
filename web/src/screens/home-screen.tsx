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
import { ClockBanner } from './clock-banner.tsx'
import { ContactScreen } from './contact-screen.tsx'
import { InvitedScreen } from './invited-screen.tsx'
import { MessageScreen } from './message-screen.tsx'
import { KeysScreen } from './keys-screen.tsx'
import { NoticeBanner } from './notice.tsx'
import { NetworkScreen } from './network-screen.tsx'
import { OperatorNote } from './operator-notes.tsx'
import { ReportNews } from './report-news.tsx'
import { ReportScreen } from './report-screen.tsx'
import { RequestsScreen } from './requests-screen.tsx'
import { RoomBanner } from './room-banner.tsx'
import { SafetyNumberScreen } from './safety-number-screen.tsx'
import { SettingsScreen } from './settings-screen.tsx'
import { StoreBanner } from './store-banner.tsx'
import { UpdateNote } from './update-note.tsx'
import { StarredScreen } from './starred-screen.tsx'
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
  const isInside = route.screen !== 'home'
  return (
    // Every other screen has a main part of its own; here the chats are it, which alone are to be seen on a narrow screen.
    <div class={isInside ? 'app inside' : 'app'} role={isInside ? undefined : 'main'}>
      <div class="banners">
        <StoreBanner />
        {stopped === undefined ? <NoticeBanner /> : <Stopped reason={stopped} />}
        <ClockBanner />
        <RoomBanner />
        <OperatorNote />
        <ReportNews route={route} />
        <UpdateNote />
      </div>
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
    case 'starred':
      return <StarredScreen key={route.contactId ?? ''} contactId={route.contactId} />
    case 'keys':
      return <KeysScreen />
    case 'network':
      return <NetworkScreen />
    case 'report':
      return <ReportScreen key={route.number} number={route.number} />
    case 'settings':
      return <SettingsScreen key={route.section} section={route.section} />
    case 'home':
      return <Nothing />
  }
}

/** Beside the chats; where there are none yet, they say what to do. */
function Nothing(): JSX.Element {
  const { chats } = useApp()
  const hasChats = chats.value !== undefined && chats.value.length > 0
  return <div class="nothing">{hasChats ? <p class="quiet">{t('home.select')}</p> : undefined}</div>
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
