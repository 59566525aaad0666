/** The page: starts the worker, connects to the peer, and draws. */
import { effect, untracked } from '@preact/signals'
import { render } from 'preact'
import { type Locale, locale, preferredLocale, setLocale } from './locales/locale.ts'
import { followActivity } from './state/activity.ts'
import { App } from './state/app.ts'
import { followReleases, makeReleaseWatch } from './state/follow-releases.ts'
import { keepOffline } from './state/keep-offline.ts'
import { inBackground, noteFailure } from './state/background.ts'
import { guessHome } from './state/home-hint.ts'
import { followNetwork } from './state/network.ts'
import { startNotifier } from './state/notifier.ts'
import { followTitle } from './state/page-title.ts'
import { startPeerWorker } from './state/peer-worker.ts'
import { followPreferences, preferences } from './state/preferences.ts'
import { followRoom } from './state/room.ts'
import { AppContext } from './ui/app-context.ts'
import { ReleasesContext } from './ui/releases-context.ts'
import { applyAppearance } from './ui/appearance.ts'
import { fetchHome } from './screens/later-home.tsx'
import { Root } from './screens/root.tsx'
import { CHANNEL } from './wire/messages.ts'
import { PageEnd } from './wire/page-end.ts'

async function main(): Promise<void> {
  followPreferences()
  applyAppearance()
  addEventListener('unhandledrejection', ({ reason }) => {
    noteFailure(reason)
  })
  startPeerWorker()
  const end = new PageEnd(new BroadcastChannel(CHANNEL), crypto.randomUUID())
  const guess = await guessHome()
  if (guess.type !== 'missing') {
    fetchHome()
  }
  const app = new App(end, guess)
  const releases = makeReleaseWatch(app, end)
  await setLocale(wantedLocale())
  followLanguage()
  const place = document.querySelector('#app')
  if (place) {
    render(
      <AppContext.Provider value={app}>
        <ReleasesContext.Provider value={releases}>
          <Root />
        </ReleasesContext.Provider>
      </AppContext.Provider>,
      place
    )
  }
  followTitle()
  followActivity(app)
  followNetwork(app)
  followRoom()
  startNotifier(app)
  keepDraftsAtEnd(app)
  followReleases(releases)
  fetchHome()
  await app.start()
  await keepOffline()
  await releases.look()
}

function wantedLocale(): Locale {
  return preferences.value.locale ?? preferredLocale(navigator.languages)
}

/** Speaks what the person prefers, also where they chose it in another tab. */
function followLanguage(): void {
  effect(() => {
    const wanted = wantedLocale()
    if (wanted !== untracked(locale)) {
      inBackground(setLocale(wanted))
    }
  })
}

/** What was written last is on its way to the worker before the page goes. */
function keepDraftsAtEnd(app: App): void {
  const flush = (): void => {
    void app.drafts.flush()
  }
  addEventListener('pagehide', flush)
  document.addEventListener('visibilitychange', flush)
}

void main()
