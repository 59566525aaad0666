/**
 * The screens of an open home, which are most of the app, come after the first picture: a newcomer waits for what they see, and who
 * has a home already gets them while the peer starts.
 */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { Button } from '../ui/button.tsx'
import type { HomeScreen, HomeScreenProps } from './home-screen.tsx'
import { Starting } from './starting.tsx'

type Part =
  | { readonly type: 'coming' }
  | { readonly type: 'here'; readonly Screen: typeof HomeScreen }
  | { readonly type: 'failed' }

const part = signal<Part>({ type: 'coming' })
let isFetching = false

/** Begins to load them; once, however often it is called. */
export function fetchHome(): void {
  if (!isFetching) {
    isFetching = true
    void fetchPart()
  }
}

async function fetchPart(): Promise<void> {
  try {
    const { HomeScreen: Screen } = await import('./home-screen.tsx')
    part.value = { type: 'here', Screen }
  } catch {
    part.value = { type: 'failed' }
  }
}

export function LaterHome(props: HomeScreenProps): JSX.Element {
  const now = part.value
  switch (now.type) {
    case 'here':
      return <now.Screen {...props} />
    case 'coming':
      return <Starting />
    case 'failed':
      return <PartMissing />
  }
}

/** The host went away, or has another build by now, between the first part of the app and this one. */
function PartMissing(): JSX.Element {
  return (
    <main class="alone">
      <h1>{t('app.part-missing')}</h1>
      <p role="alert">{t('app.part-missing.lead')}</p>
      <Button
        kind="main"
        onClick={() => {
          location.reload()
        }}
      >
        {t('app.reload')}
      </Button>
    </main>
  )
}
